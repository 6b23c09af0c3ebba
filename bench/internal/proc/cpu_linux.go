package proc

import (
	"time"

	"golang.org/x/sys/unix"
)

// cpuTime reads the process's CPU clock. It counts what /proc/<pid>/stat counts, user and system time of all threads, those
// that have ended as well, but in nanoseconds where stat has ticks of 10 ms, which is too coarse for a run of a second.
func cpuTime(pid int) (time.Duration, error) {
	var t unix.Timespec
	if err := unix.ClockGettime(cpuClock(pid), &t); err != nil {
		return 0, err
	}
	return time.Duration(t.Nano()), nil
}

// cpuClock is the id of the process's CPU clock, as clock_getcpuclockid(3) makes it: the inverted pid above three bits, of
// which the value 2 means scheduler time of a whole process.
func cpuClock(pid int) int32 { return int32(^pid<<3 | 2) }
