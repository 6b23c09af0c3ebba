package proc

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// stopWait is how long a server may take to end before it is killed.
const stopWait = 10 * time.Second

// Process is a server that runs, with a directory of its own.
type Process struct {
	Name string
	Addr string
	// Started is when the command line was handed to the operating system.
	Started time.Time

	cmd    *exec.Cmd
	dir    string
	log    *os.File // what the server prints goes here, in dir
	done   chan struct{}
	waited error // what Wait said; valid after done
}

// Start starts the server on a free port, on the cores pin names. It does not wait until the server answers. The process is
// killed when ctx ends.
func Start(ctx context.Context, spec Spec, pin Pin) (*Process, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "bench-"+spec.Name+"-")
	if err != nil {
		return nil, err
	}
	argv := spec.argv(port, dir)
	p := &Process{Name: spec.Name, Addr: net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), dir: dir, done: make(chan struct{})}
	p.cmd = exec.CommandContext(ctx, argv[0], argv[1:]...)
	p.cmd.Dir = dir
	p.cmd.Env = append(os.Environ(), spec.Env...)
	if p.log, err = os.Create(filepath.Join(dir, "stdout")); err == nil {
		p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
		err = pin.Run(func() error {
			p.Started = time.Now()
			return p.cmd.Start()
		})
	}
	if err != nil {
		p.clean()
		return nil, fmt.Errorf("%s: %w", spec.Name, err)
	}
	go func() {
		p.waited = p.cmd.Wait()
		close(p.done)
	}()
	return p, nil
}

// freePort returns a port that nobody listens on at the moment.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// Exited returns an error with the end of the server's log if the server is no longer there, else nil.
func (p *Process) Exited() error {
	select {
	case <-p.done:
		return fmt.Errorf("%s ended: %v\n%s", p.Name, p.waited, p.lastLines(10))
	default:
		return nil
	}
}

// Log is what the server has printed.
func (p *Process) Log() (string, error) {
	text, err := os.ReadFile(p.log.Name())
	return string(text), err
}

func (p *Process) lastLines(n int) string {
	text, err := p.Log()
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	return strings.Join(lines[max(len(lines)-n, 0):], "\n")
}

// CPU is the CPU time, user and system, that the server has used since it was started.
func (p *Process) CPU() (time.Duration, error) {
	if err := p.Exited(); err != nil {
		return 0, err
	}
	return cpuTime(p.cmd.Process.Pid)
}

// RSS is the memory that the server has resident, in bytes.
func (p *Process) RSS() (int64, error) {
	if err := p.Exited(); err != nil {
		return 0, err
	}
	return rss(p.cmd.Process.Pid)
}

// SelfCPU is the CPU time that this process has used.
func SelfCPU() (time.Duration, error) { return cpuTime(os.Getpid()) }

// Stop ends the server and removes its directory.
func (p *Process) Stop() error {
	defer p.clean()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		p.cmd.Process.Kill() // where there are no signals
	}
	select {
	case <-p.done:
		return nil
	case <-time.After(stopWait):
		p.cmd.Process.Kill()
		<-p.done
		return fmt.Errorf("%s did not end within %v and was killed", p.Name, stopWait)
	}
}

func (p *Process) clean() {
	if p.log != nil {
		p.log.Close()
	}
	os.RemoveAll(p.dir)
}
