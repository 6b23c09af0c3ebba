//go:build !linux

package config

// What serves connections where there is no epoll: a goroutine for each, so io-threads has no effect.
const (
	defaultDriver  = "redcon"
	ioThreadsFlags = Immutable
)

var driverNames = names("redcon")
