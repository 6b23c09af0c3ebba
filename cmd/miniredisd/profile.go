package main

// MINIREDISD_CPUPROFILE: where the CPU time of a run goes, for `make pgo` and for whoever asks what a busy server does. It is in
// the environment because the command line is redis-server's.

import (
	"errors"
	"os"
	"runtime"
	"runtime/pprof"
	"strconv"
	"strings"
)

// Of memory there is no profile. The runtime would sample allocations for one all the same, and remember where they were made in a table
// of which each place takes a page of its own: up to 1.4 MB of RSS.
func init() { runtime.MemProfileRate = 0 }

// profileVariable names the file that the profile is written to at the end; %p in it becomes the process's ID.
const profileVariable = "MINIREDISD_CPUPROFILE"

// profile begins to measure where CPU time goes, if the environment asks for it. stop writes the file.
func profile(name string) (stop func() error, err error) {
	if name == "" {
		return func() error { return nil }, nil
	}
	f, err := os.Create(strings.ReplaceAll(name, "%p", strconv.Itoa(os.Getpid())))
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return func() error {
		pprof.StopCPUProfile()
		return f.Close()
	}, nil
}
