//go:build unix

package server

import "syscall"

// cpuTimes is the CPU time of the process and of its children.
func cpuTimes() (self, children cpuTime) {
	return rusage(syscall.RUSAGE_SELF), rusage(syscall.RUSAGE_CHILDREN)
}

func rusage(who int) cpuTime {
	var u syscall.Rusage
	if err := syscall.Getrusage(who, &u); err != nil {
		return cpuTime{}
	}
	return cpuTime{user: float64(u.Utime.Nano()) / 1e9, system: float64(u.Stime.Nano()) / 1e9}
}
