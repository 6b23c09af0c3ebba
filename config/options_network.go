package config

import "runtime"

// Addresses, connections, and what a client may send.
var (
	Bind           = special("bind", defaultBind, bindKind{}, Effective|multiArg)
	Port           = integer("port", 6379, 0, 65535, Effective)
	ProtectedMode  = boolean("protected-mode", true, Effective)
	BindSourceAddr = text("bind-source-addr", nil)
	TCPBacklog     = integer("tcp-backlog", 511, 0, maxInt, Effective|Immutable)
	TCPKeepAlive   = integer("tcp-keepalive", 300, 0, maxInt, Effective) // seconds
	SocketMarkID   = unsigned("socket-mark-id", 0, 0, maxUint, Immutable)
	UnixSocket     = text("unixsocket", nil, Effective|Immutable)
	UnixSocketPerm = octal("unixsocketperm", 0, 0, 0o777, Effective|Immutable)

	Timeout                   = integer("timeout", 0, 0, maxInt, Effective) // seconds; 0: never
	MaxClients                = unsigned("maxclients", 10000, 1, maxUint, Effective)
	MaxNewConnectionsPerCycle = unsigned("max-new-connections-per-cycle", 10, 1, 1000)
	MaxNewTLSPerCycle         = unsigned("max-new-tls-connections-per-cycle", 1, 1, 1000)

	ProtoMaxBulkLen         = memory("proto-max-bulk-len", 512<<20, 1<<20, maxLong, Effective)
	ClientQueryBufferLimit  = memory("client-query-buffer-limit", 1<<30, 1<<20, maxLong, Effective)
	ClientOutputBufferLimit = special("client-output-buffer-limit", defaultOutputLimits, limitsKind{}, multiArg)
	TrackingTableMaxKeys    = unsigned("tracking-table-max-keys", 1000000, 0, maxLong)

	// IOThreads is the number of loops that serve connections with the epoll driver. Redis's default is 1; here it is one
	// for each core that Go uses, and CONFIG GET says how many that are.
	IOThreads        = integer("io-threads", int64(min(runtime.GOMAXPROCS(0), 128)), 1, 128, ioThreadsFlags)
	IOThreadsDoReads = boolean("io-threads-do-reads", false, Immutable)

	// Driver is how connections are served. It is not an option of Redis. TLS and connections in memory are always
	// redcon's.
	Driver = enum("driver", defaultDriver, driverNames, Effective|Immutable|Hidden)
)

// Values of Driver.
const (
	DriverRedcon = iota
	DriverEpoll
)

// TLS. What the client-* files are for, connections to other servers, does not
// exist yet. Go chooses the suites of TLS 1.3 and the order of all suites.
var (
	TLSPort        = integer("tls-port", 0, 0, 65535, Effective)
	TLSCertFile    = text("tls-cert-file", nil, Effective|volatile)
	TLSKeyFile     = text("tls-key-file", nil, Effective|volatile)
	TLSKeyFilePass = text("tls-key-file-pass", nil, Sensitive)
	TLSCACertFile  = text("tls-ca-cert-file", nil, Effective|volatile)
	TLSCACertDir   = text("tls-ca-cert-dir", nil, volatile)
	TLSAuthClients = enum("tls-auth-clients", "yes", names("no", "yes", "optional"), Effective)
	TLSProtocols   = text("tls-protocols", nil, Effective)

	TLSClientCertFile      = text("tls-client-cert-file", nil, volatile)
	TLSClientKeyFile       = text("tls-client-key-file", nil, volatile)
	TLSClientKeyFilePass   = text("tls-client-key-file-pass", nil, Sensitive)
	TLSDHParamsFile        = text("tls-dh-params-file", nil, volatile)
	TLSCiphers             = text("tls-ciphers", nil)
	TLSCiphersuites        = text("tls-ciphersuites", nil)
	TLSPreferServerCiphers = boolean("tls-prefer-server-ciphers", false)
	TLSSessionCaching      = boolean("tls-session-caching", true)
	TLSSessionCacheSize    = integer("tls-session-cache-size", 20<<10, 0, maxInt)
	TLSSessionCacheTimeout = integer("tls-session-cache-timeout", 300, 0, maxInt)
	TLSReplication         = boolean("tls-replication", false)
	TLSCluster             = boolean("tls-cluster", false)
)

// Values of TLSAuthClients: whether clients show a certificate.
const (
	TLSAuthNo = iota
	TLSAuthYes
	TLSAuthOptional
)
