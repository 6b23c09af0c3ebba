package config

// Replicas and their master.
var (
	ReplicaOf  = special("replicaof", Master{}, masterKind{}, Immutable|multiArg, alias("slaveof"))
	MasterUser = text("masteruser", nil, Sensitive)
	MasterAuth = text("masterauth", nil, Sensitive)

	ReplicaServeStaleData        = boolean("replica-serve-stale-data", true, alias("slave-serve-stale-data"))
	ReplicaReadOnly              = boolean("replica-read-only", true, alias("slave-read-only"))
	ReplicaPriority              = integer("replica-priority", 100, 0, maxInt, alias("slave-priority"))
	ReplicaLazyFlush             = boolean("replica-lazy-flush", false, alias("slave-lazy-flush"))
	ReplicaIgnoreMaxMemory       = boolean("replica-ignore-maxmemory", true, alias("slave-ignore-maxmemory"))
	ReplicaIgnoreDiskWriteErrors = boolean("replica-ignore-disk-write-errors", false)
	ReplicaAnnounced             = boolean("replica-announced", true)
	ReplicaAnnounceIP            = text("replica-announce-ip", nil, alias("slave-announce-ip"))
	ReplicaAnnouncePort          = integer("replica-announce-port", 0, 0, 65535, alias("slave-announce-port"))

	ReplTimeout                 = integer("repl-timeout", 60, 1, maxInt) // seconds
	ReplPingReplicaPeriod       = integer("repl-ping-replica-period", 10, 1, maxInt, alias("repl-ping-slave-period"))
	ReplBacklogSize             = memory("repl-backlog-size", 1<<20, 1, maxLong)
	ReplBacklogTTL              = integer("repl-backlog-ttl", 3600, 0, maxLong) // seconds
	ReplDisableTCPNoDelay       = boolean("repl-disable-tcp-nodelay", false)
	ReplDisklessSync            = boolean("repl-diskless-sync", true)
	ReplDisklessSyncDelay       = integer("repl-diskless-sync-delay", 5, 0, maxInt)
	ReplDisklessSyncMaxReplicas = integer("repl-diskless-sync-max-replicas", 0, 0, maxInt)
	ReplDisklessLoad            = enum("repl-diskless-load", "disabled", names("disabled", "on-empty-db", "swapdb"), DenyLoading)
	MinReplicasToWrite          = integer("min-replicas-to-write", 0, 0, maxInt, alias("min-slaves-to-write"))
	MinReplicasMaxLag           = integer("min-replicas-max-lag", 10, 0, maxInt, alias("min-slaves-max-lag"))
	PropagationErrorBehavior    = enum("propagation-error-behavior", "ignore", names("ignore", "panic", "panic-on-replicas"))
)

// Values of ReplDisklessLoad.
const (
	DisklessLoadDisabled = iota
	DisklessLoadOnEmptyDB
	DisklessLoadSwapDB
)

// The cluster.
var (
	ClusterEnabled                  = boolean("cluster-enabled", false, Immutable)
	ClusterConfigFile               = textOf("cluster-config-file", "nodes.conf", nil, Immutable)
	ClusterPort                     = integer("cluster-port", 0, 0, 65535, Immutable)
	ClusterNodeTimeout              = integer("cluster-node-timeout", 15000, 0, maxLong)
	ClusterPingInterval             = integer("cluster-ping-interval", 0, 0, maxLong, Hidden)
	ClusterLinkSendbufLimit         = unsignedMemory("cluster-link-sendbuf-limit", 0, 0, maxUint64)
	ClusterRequireFullCoverage      = boolean("cluster-require-full-coverage", true)
	ClusterAllowReadsWhenDown       = boolean("cluster-allow-reads-when-down", false)
	ClusterAllowPubSubShardWhenDown = boolean("cluster-allow-pubsubshard-when-down", true)
	ClusterAllowReplicaMigration    = boolean("cluster-allow-replica-migration", true)
	ClusterMigrationBarrier         = integer("cluster-migration-barrier", 1, 0, maxInt)
	ClusterReplicaNoFailover        = boolean("cluster-replica-no-failover", false, alias("cluster-slave-no-failover"))
	ClusterReplicaValidityFactor    = integer("cluster-replica-validity-factor", 10, 0, maxInt, alias("cluster-slave-validity-factor"))

	ClusterAnnounceIP            = text("cluster-announce-ip", nil)
	ClusterAnnouncePort          = integer("cluster-announce-port", 0, 0, 65535)
	ClusterAnnounceTLSPort       = integer("cluster-announce-tls-port", 0, 0, 65535)
	ClusterAnnounceBusPort       = integer("cluster-announce-bus-port", 0, 0, 65535)
	ClusterAnnounceHostname      = text("cluster-announce-hostname", validHostName)
	ClusterAnnounceHumanNodeName = text("cluster-announce-human-nodename", validNodeName)
	ClusterPreferredEndpointType = enum("cluster-preferred-endpoint-type", "ip", names("ip", "hostname", "unknown-endpoint"))
)

// Values of ClusterPreferredEndpointType.
const (
	EndpointIP = iota
	EndpointHostname
	EndpointUnknown
)
