package config

// Who may do what. The three enable-* options are no by default, as in Redis:
// DEBUG and the options that name files are ways into the machine.
var (
	RequirePass            = text("requirepass", nil, Effective|Sensitive)
	EnableProtectedConfigs = enum("enable-protected-configs", "no", allowed, Effective|Immutable)
	EnableDebugCommand     = enum("enable-debug-command", "no", allowed, Effective|Immutable)
	EnableModuleCommand    = enum("enable-module-command", "no", allowed, Effective|Immutable)

	ACLFile             = textOf("aclfile", "", nil, Immutable)
	ACLLogMaxLen        = integer("acllog-max-len", 128, 0, maxLong)
	ACLPubSubDefault    = enum("acl-pubsub-default", "resetchannels", names("allchannels", "resetchannels"))
	HideUserDataFromLog = boolean("hide-user-data-from-log", false)
)

var allowed = names("no", "yes", "local")

// Values of the enable-* options: to nobody, to everybody, to clients on the
// same machine.
const (
	AllowNo = iota
	AllowYes
	AllowLocal
)

// Values of ACLPubSubDefault.
const (
	PubSubAllChannels = iota
	PubSubResetChannels
)
