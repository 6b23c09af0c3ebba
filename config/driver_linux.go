package config

// What serves connections on Linux: loops over epoll, unless redcon is asked for.
const (
	defaultDriver  = "epoll"
	ioThreadsFlags = Effective | Immutable
)

var driverNames = names("redcon", "epoll")
