package proc

import "golang.org/x/sys/unix"

// InMemory tells whether a directory is in memory, where syncing a file does nothing.
func InMemory(dir string) bool {
	var fs unix.Statfs_t
	return unix.Statfs(dir, &fs) == nil && (int64(fs.Type) == unix.TMPFS_MAGIC || int64(fs.Type) == unix.RAMFS_MAGIC)
}
