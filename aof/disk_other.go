//go:build !linux

package aof

// maxSyncs is how many syncs may be under way at a time. Elsewhere it is not known that each of several is told about
// every error.
const maxSyncs = 1

// disk would have files synced by the system; here a goroutine has to wait.
type disk struct{}

func (*disk) begin(File, int, *Log) bool { return false }
func (*disk) close()                     {}

func (*Log) reap() {}
