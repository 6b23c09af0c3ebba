package config

// Dir is where the files are.
var Dir = special("dir", "", dirKind{}, Effective|Protected|DenyLoading)

// The append-only log.
var (
	AppendOnly                 = boolean("appendonly", false, Effective|DenyLoading)
	AppendFsync                = enum("appendfsync", "everysec", names("everysec", "always", "no"), Effective)
	AppendFilename             = textOf("appendfilename", "appendonly.aof", fileName("appendfilename", "filename", false), Effective|Immutable)
	AppendDirname              = textOf("appenddirname", "appendonlydir", fileName("appenddirname", "dirname", false), Effective|Immutable)
	NoAppendFsyncOnRewrite     = boolean("no-appendfsync-on-rewrite", false)
	AutoAOFRewritePercentage   = integer("auto-aof-rewrite-percentage", 100, 0, maxInt)
	AutoAOFRewriteMinSize      = memory("auto-aof-rewrite-min-size", 64<<20, 0, maxLong)
	AOFLoadTruncated           = boolean("aof-load-truncated", true, Effective)
	AOFUseRDBPreamble          = boolean("aof-use-rdb-preamble", true)
	AOFTimestampEnabled        = boolean("aof-timestamp-enabled", false)
	AOFRewriteIncrementalFsync = boolean("aof-rewrite-incremental-fsync", true)
	AOFDisableAutoGC           = boolean("aof-disable-auto-gc", false, Hidden)
)

// Values of AppendFsync.
const (
	FsyncEverySec = iota
	FsyncAlways
	FsyncNo
)

// Snapshots.
var (
	Save                    = special("save", []SavePoint{{3600, 1}, {300, 100}, {60, 10000}}, saveKind{}, multiArg, calm(""))
	DBFilename              = textOf("dbfilename", "dump.rdb", fileName("dbfilename", "filename", true), Protected)
	RDBChecksum             = boolean("rdbchecksum", true, Immutable)
	RDBCompression          = boolean("rdbcompression", true)
	RDBDelSyncFiles         = boolean("rdb-del-sync-files", false)
	RDBSaveIncrementalFsync = boolean("rdb-save-incremental-fsync", true)
	RDBKeySaveDelay         = integer("rdb-key-save-delay", 0, minInt, maxInt, Hidden)
	StopWritesOnBGSaveError = boolean("stop-writes-on-bgsave-error", true, calm("no"))
	SanitizeDumpPayload     = enum("sanitize-dump-payload", "no", names("no", "yes", "clients"))
	KeyLoadDelay            = integer("key-load-delay", 0, minInt, maxInt, Hidden)
	LoadingEventsInterval   = integer("loading-process-events-interval-bytes", 2<<20, 1024, maxInt, Hidden)
)

// Values of SanitizeDumpPayload.
const (
	SanitizeNo = iota
	SanitizeYes
	SanitizeClients
)
