//go:build !linux

package aof

import "os"

// datasync is the file's full sync; on darwin it asks the drive itself
// (F_FULLFSYNC), which a plain fsync(2) there does not.
func datasync(f *os.File) error { return f.Sync() }
