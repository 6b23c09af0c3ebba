package config

// The process.
var (
	Databases       = integer("databases", 16, 1, maxInt, Effective|Immutable)
	HZ              = clamped("hz", 10, 0, maxInt, 1, 500, Effective)
	DynamicHZ       = boolean("dynamic-hz", true, calm("no"))
	PidFile         = text("pidfile", nil, Effective|Immutable)
	ShutdownTimeout = integer("shutdown-timeout", 10, 0, maxInt, Effective) // seconds
	Daemonize       = boolean("daemonize", false, Immutable, why("the server stays in the foreground; let a supervisor run it"))
	Supervised      = enum("supervised", "no", names("upstart", "systemd", "auto", "no"), Immutable)

	ShutdownOnSigint  = enumSet("shutdown-on-sigint", "default", shutdownFlags, validShutdown)
	ShutdownOnSigterm = enumSet("shutdown-on-sigterm", "default", shutdownFlags, validShutdown)

	BusyReplyThreshold = integer("busy-reply-threshold", 5000, 0, maxLong, alias("lua-time-limit")) // milliseconds
	LocaleCollate      = textOf("locale-collate", "", nil)

	SetProcTitle      = boolean("set-proc-title", true, Immutable, calm("no"))
	ProcTitleTemplate = textOf("proc-title-template", "{title} {listen-addr} {server-mode}", validProcTitle)
	ServerCPUList     = text("server-cpulist", nil, Immutable, alias("server_cpulist"))
	BIOCPUList        = text("bio-cpulist", nil, Immutable, alias("bio_cpulist"))
	AOFRewriteCPUList = text("aof-rewrite-cpulist", nil, Immutable, alias("aof_rewrite_cpulist"))
	BGSaveCPUList     = text("bgsave-cpulist", nil, Immutable, alias("bgsave_cpulist"))
)

var shutdownFlags = []enumValue{
	{"default", 0}, {"save", ShutdownSave}, {"nosave", ShutdownNoSave}, {"now", ShutdownNow}, {"force", ShutdownForce},
}

// Bits of ShutdownOnSigint and ShutdownOnSigterm; 0 is the default behaviour.
const (
	ShutdownSave   = 1 << iota // save even without save points
	ShutdownNoSave             // do not save
	ShutdownNow                // do not wait for replicas
	ShutdownForce              // go on after errors
)

// What the server says about itself.
var (
	LogLevel       = enum("loglevel", "notice", names("debug", "verbose", "notice", "warning", "nothing"), Effective)
	LogFile        = textOf("logfile", "", nil, Effective|Immutable)
	SyslogEnabled  = boolean("syslog-enabled", false, Immutable)
	SyslogIdent    = textOf("syslog-ident", "redis", nil, Immutable)
	SyslogFacility = enum("syslog-facility", "local0",
		names("user", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7"), Immutable)
	AlwaysShowLogo = boolean("always-show-logo", false, Effective|Immutable)
	IgnoreWarnings = textOf("ignore-warnings", "", nil, calm("ARM64-COW-BUG"))

	SlowLogLogSlowerThan           = integer("slowlog-log-slower-than", 10000, -1, maxLong) // microseconds; -1: never
	SlowLogMaxLen                  = integer("slowlog-max-len", 128, 0, maxLong)
	LatencyMonitorThreshold        = integer("latency-monitor-threshold", 0, 0, maxLong) // milliseconds
	LatencyTracking                = boolean("latency-tracking", true)
	LatencyTrackingInfoPercentiles = special("latency-tracking-info-percentiles", []float64{50, 99, 99.9}, percentilesKind{}, multiArg)
	NotifyKeyspaceEvents           = Special{declare("notify-keyspace-events", value{}, notifyKind{}, nil)}

	CrashLogEnabled      = boolean("crash-log-enabled", true, calm("no"))
	CrashMemcheckEnabled = boolean("crash-memcheck-enabled", true, calm("no"))
	UseExitOnPanic       = boolean("use-exit-on-panic", false, Hidden)
	WatchdogPeriod       = integer("watchdog-period", 0, 0, maxInt, Hidden)
)

// Values of LogLevel.
const (
	LogDebug = iota
	LogVerbose
	LogNotice
	LogWarning
	LogNothing
)
