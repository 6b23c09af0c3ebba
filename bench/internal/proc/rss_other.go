//go:build !linux

package proc

import (
	"fmt"
	"os/exec"
	"strconv"
	"strings"
)

// rss asks ps, which tells it in KiB.
func rss(pid int) (int64, error) {
	out, err := exec.Command("ps", "-o", "rss=", "-p", strconv.Itoa(pid)).Output()
	if err != nil {
		return 0, fmt.Errorf("ps, which tells the memory of a process: %w", err)
	}
	kb, err := strconv.ParseUint(strings.TrimSpace(string(out)), 10, 40)
	return int64(kb) << 10, err
}
