//go:build unix

package proc

import "golang.org/x/sys/unix"

// OpenFiles raises the number of files that this process and those it starts may have open to the most that is allowed, and
// returns that.
func OpenFiles() (uint64, error) {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		return 0, err
	}
	// Set even when it is so already: the Go runtime raises the limit for this process alone, and only a limit that was set
	// by the program is passed on.
	limit.Cur = limit.Max
	err := unix.Setrlimit(unix.RLIMIT_NOFILE, &limit)
	return uint64(limit.Cur), err
}
