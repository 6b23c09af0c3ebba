//go:build !linux

package proc

import (
	"fmt"
	"os/exec"
	"strconv"
	"time"
)

// cpuTime asks ps, whose resolution is 10 ms at best: let runs take some seconds.
func cpuTime(pid int) (time.Duration, error) {
	out, err := exec.Command("ps", "-o", "time=", "-p", strconv.Itoa(pid)).Output()
	if err != nil {
		return 0, fmt.Errorf("ps, which tells the CPU time of a process: %w", err)
	}
	return parsePSTime(string(out))
}
