//go:build !linux

package server

import "runtime"

// residentBytes is not told without the system's own calls; 0 stands for that.
func residentBytes() uint64 { return 0 }

func systemMemory() uint64 { return 0 }

func osName() string { return runtime.GOOS + " " + runtime.GOARCH }
