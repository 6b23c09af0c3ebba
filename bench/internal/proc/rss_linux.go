package proc

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
)

// rss reads the resident memory of a process from /proc/<pid>/status. The kernel keeps the count per core and adds it up
// roughly: it may be wrong by 32 pages per core and kind of memory.
func rss(pid int) (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	return parseRSS(text)
}

// parseRSS finds the line "VmRSS:	  12345 kB".
func parseRSS(status []byte) (int64, error) {
	for line := range bytes.Lines(status) {
		fields := bytes.Fields(line)
		if len(fields) == 3 && string(fields[0]) == "VmRSS:" && string(fields[2]) == "kB" {
			kb, err := strconv.ParseUint(string(fields[1]), 10, 40)
			return int64(kb) << 10, err
		}
	}
	return 0, fmt.Errorf("no VmRSS in the status of the process")
}
