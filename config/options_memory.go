package config

// Memory, eviction and expiry. Lazy freeing has nothing to do here: freeing is
// the garbage collector's work and never blocks a client.
var (
	MaxMemory                 = unsignedMemory("maxmemory", 0, 0, maxUint64, Effective)
	MaxMemoryPolicy           = enum("maxmemory-policy", "noeviction", evictionPolicies, Effective)
	MaxMemorySamples          = integer("maxmemory-samples", 5, 1, 64, Effective)
	MaxMemoryEvictionTenacity = integer("maxmemory-eviction-tenacity", 10, 0, 100, Effective)
	MaxMemoryClients          = memoryOrPercent("maxmemory-clients", 0, maxLong, Effective)
	LFULogFactor              = integer("lfu-log-factor", 10, 0, maxInt, Effective)
	LFUDecayTime              = integer("lfu-decay-time", 1, 0, maxInt, Effective) // minutes
	ActiveExpireEffort        = integer("active-expire-effort", 1, 1, 10)

	LazyFreeLazyEviction  = boolean("lazyfree-lazy-eviction", false, Effective)
	LazyFreeLazyExpire    = boolean("lazyfree-lazy-expire", false, Effective)
	LazyFreeLazyServerDel = boolean("lazyfree-lazy-server-del", false, Effective)
	LazyFreeLazyUserDel   = boolean("lazyfree-lazy-user-del", false, Effective)
	LazyFreeLazyUserFlush = boolean("lazyfree-lazy-user-flush", false, Effective)

	ActiveRehashing            = boolean("activerehashing", true, calm("no"))
	ActiveDefrag               = boolean("activedefrag", false)
	ActiveDefragCycleMin       = integer("active-defrag-cycle-min", 1, 1, 99)
	ActiveDefragCycleMax       = integer("active-defrag-cycle-max", 25, 1, 99)
	ActiveDefragThresholdLower = integer("active-defrag-threshold-lower", 10, 0, 1000)
	ActiveDefragThresholdUpper = integer("active-defrag-threshold-upper", 100, 0, 1000)
	ActiveDefragIgnoreBytes    = memory("active-defrag-ignore-bytes", 100<<20, 1, maxLong)
	ActiveDefragMaxScanFields  = integer("active-defrag-max-scan-fields", 1000, 1, maxLong)
	JemallocBGThread           = boolean("jemalloc-bg-thread", true, calm("no"))
	DisableTHP                 = boolean("disable-thp", true, Immutable, calm("no"))
	OOMScoreAdj                = enum("oom-score-adj", "no", names("no", "yes", "relative", "absolute"))
	OOMScoreAdjValues          = special("oom-score-adj-values", oomScores{0, 200, 800}, oomKind{}, multiArg)
)

var evictionPolicies = names(
	"volatile-lru", "volatile-lfu", "volatile-random", "volatile-ttl",
	"allkeys-lru", "allkeys-lfu", "allkeys-random", "noeviction")

// Values of MaxMemoryPolicy.
const (
	VolatileLRU = iota
	VolatileLFU
	VolatileRandom
	VolatileTTL
	AllKeysLRU
	AllKeysLFU
	AllKeysRandom
	NoEviction
)

// Thresholds between the compact and the general form of a value. A negative
// ListMaxListpackSize stands for a size: -1 is 4 kb, -2 is 8 kb, … -5 is 64 kb.
var (
	ListMaxListpackSize    = integer("list-max-listpack-size", -2, minInt, maxInt, Effective, alias("list-max-ziplist-size"))
	ListCompressDepth      = integer("list-compress-depth", 0, 0, maxInt, Effective)
	HashMaxListpackEntries = unsigned("hash-max-listpack-entries", 512, 0, maxLong, alias("hash-max-ziplist-entries"))
	HashMaxListpackValue   = memory("hash-max-listpack-value", 64, 0, maxLong, alias("hash-max-ziplist-value"))
	SetMaxIntsetEntries    = unsigned("set-max-intset-entries", 512, 0, maxLong)
	SetMaxListpackEntries  = unsigned("set-max-listpack-entries", 128, 0, maxLong)
	SetMaxListpackValue    = unsigned("set-max-listpack-value", 64, 0, maxLong)
	ZsetMaxListpackEntries = unsigned("zset-max-listpack-entries", 128, 0, maxLong, alias("zset-max-ziplist-entries"))
	ZsetMaxListpackValue   = memory("zset-max-listpack-value", 64, 0, maxLong, alias("zset-max-ziplist-value"))
	StreamNodeMaxBytes     = memory("stream-node-max-bytes", 4096, 0, maxLong)
	StreamNodeMaxEntries   = integer("stream-node-max-entries", 100, 0, maxLong)
	HLLSparseMaxBytes      = memory("hll-sparse-max-bytes", 3000, 0, maxLong)
)
