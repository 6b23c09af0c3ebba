package server

// What Linux tells about the process and the machine, in its proc file system.

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
)

// residentBytes is the process's memory that is in RAM, 0 when it cannot be told.
func residentBytes() uint64 {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	var size, resident uint64
	if _, err := fmt.Sscan(string(text), &size, &resident); err != nil {
		return 0
	}
	return resident * uint64(os.Getpagesize())
}

// systemMemory is the machine's RAM in bytes, 0 when it cannot be told.
var systemMemory = sync.OnceValue(func() uint64 {
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0
	}
	var kb uint64
	if _, err := fmt.Sscanf(string(text), "MemTotal: %d kB", &kb); err != nil {
		return 0
	}
	return kb << 10
})

// osName is the kernel with its release and architecture, as uname names them.
var osName = sync.OnceValue(func() string {
	release, err := os.ReadFile("/proc/sys/kernel/osrelease")
	if err != nil {
		release = nil
	}
	arch := runtime.GOARCH
	switch arch {
	case "amd64":
		arch = "x86_64"
	case "arm64":
		arch = "aarch64"
	}
	return strings.Join(strings.Fields("Linux "+string(bytes.TrimSpace(release))+" "+arch), " ")
})
