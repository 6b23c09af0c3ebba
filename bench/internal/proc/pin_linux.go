package proc

import (
	"fmt"
	"os"
	"runtime"
	"strconv"

	"golang.org/x/sys/unix"
)

// Choose picks the cores.
func Choose() Cores {
	var set unix.CPUSet
	if err := unix.SchedGetaffinity(0, &set); err != nil {
		return Cores{Note: fmt.Sprintf("not bound to cores: %v", err)}
	}
	var allowed Pin
	for id := range maxCores {
		if set.IsSet(id) {
			allowed = append(allowed, id)
		}
	}
	if len(allowed) < 2 {
		return Cores{Note: "not bound to cores: there is only one, which server and load share", allowed: allowed}
	}
	server, load := allowed[0], allowed[len(allowed)-1]
	return Cores{
		Server: Pin{server}, Load: Pin{load}, allowed: allowed,
		Note: fmt.Sprintf("server on core %d, load on core %d", server, load),
	}
}

// maxCores is how many cores a CPUSet has room for.
const maxCores = 1024

func (p Pin) set() (set unix.CPUSet) {
	for _, id := range p {
		set.Set(id)
	}
	return set
}

// Run calls f, which starts a process: a process begins on the cores of the thread that starts it.
func (p Pin) Run(f func() error) error {
	if len(p) == 0 {
		return f()
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	only := p.set()
	var before unix.CPUSet
	if err := unix.SchedGetaffinity(0, &before); err != nil {
		return err
	}
	if err := unix.SchedSetaffinity(0, &only); err != nil {
		return err
	}
	defer unix.SchedSetaffinity(0, &before)
	return f()
}

// Enter binds this process itself, all its threads, to the cores, and lets it run as many goroutines at a time.
func (p Pin) Enter() error {
	if len(p) == 0 {
		return nil
	}
	only := p.set()
	// A thread begins on the cores of the one that creates it, so when a pass finds every thread bound, those to come will
	// be as well.
	for again := true; again; {
		again = false
		threads, err := os.ReadDir("/proc/self/task")
		if err != nil {
			return err
		}
		for _, t := range threads {
			tid, err := strconv.Atoi(t.Name())
			if err != nil {
				return err
			}
			var have unix.CPUSet
			if unix.SchedGetaffinity(tid, &have) != nil || have == only {
				continue // the thread has ended, or is bound
			}
			if err := unix.SchedSetaffinity(tid, &only); err != nil {
				return err
			}
			again = true
		}
	}
	runtime.GOMAXPROCS(len(p))
	return nil
}
