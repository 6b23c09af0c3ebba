package server

import "syscall"

// cpuTimes is the CPU time of the process. There are no children.
func cpuTimes() (self, children cpuTime) {
	process, err := syscall.GetCurrentProcess()
	if err != nil {
		return self, children
	}
	var created, exited, system, user syscall.Filetime
	if err := syscall.GetProcessTimes(process, &created, &exited, &system, &user); err != nil {
		return self, children
	}
	return cpuTime{user: seconds(user), system: seconds(system)}, children
}

// seconds reads a length of time, which counts in 100 ns.
func seconds(t syscall.Filetime) float64 {
	return float64(uint64(t.HighDateTime)<<32|uint64(t.LowDateTime)) / 1e7
}
