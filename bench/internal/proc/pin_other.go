//go:build !linux

package proc

import "runtime"

// Choose picks no cores: binding to them is done on Linux only.
func Choose() Cores {
	return Cores{Note: "not bound to cores on " + runtime.GOOS}
}

// Run calls f, which starts a process.
func (p Pin) Run(f func() error) error { return f() }

// Enter does nothing here.
func (p Pin) Enter() error { return nil }
