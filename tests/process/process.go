// Package process starts servers as programs of their own, for tests that kill them or that compare with a real Redis.
package process

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/miniredisd/miniredisd/tests/wire"
)

// Server is a running program.
type Server struct {
	Addr string
	Dir  string
	cmd  *exec.Cmd
	log  *output
	done chan struct{} // closed when the program has ended
}

// output is what a program prints.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

// Write implements io.Writer.
func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

// Redis starts the real redis-server of this machine with dir as its folder. Without one the test fails.
func Redis(t testing.TB, dir string, options ...string) *Server {
	t.Helper()
	path, err := exec.LookPath("redis-server")
	if err != nil {
		t.Fatalf("this test compares with a real Redis: %v", err)
	}
	return start(t, path, dir, append([]string{"--save", ""}, options...))
}

// Build compiles miniredisd and returns the program's path.
func Build(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "miniredisd")
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	out, err := exec.Command("go", "build", "-pgo=off", "-o", path, "github.com/miniredisd/miniredisd/cmd/miniredisd").CombinedOutput()
	if err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return path
}

// Start starts the program that Build made, with dir as its folder.
func Start(t testing.TB, program, dir string, options ...string) *Server {
	t.Helper()
	return start(t, program, dir, append([]string{"--save", ""}, options...))
}

// attempts is how often a start is tried: another program may take the port that was free a moment ago.
const attempts = 3

func start(t testing.TB, program, dir string, options []string) *Server {
	t.Helper()
	var last error
	for range attempts {
		s, err := launch(program, dir, options)
		if err == nil {
			t.Cleanup(s.Kill)
			return s
		}
		last = err
	}
	t.Fatal(last)
	return nil
}

func launch(program, dir string, options []string) (*Server, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	s := &Server{Addr: net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), Dir: dir, log: &output{}, done: make(chan struct{})}
	args := append([]string{"--port", strconv.Itoa(port), "--bind", "127.0.0.1", "--dir", dir}, options...)
	s.cmd = exec.Command(program, args...)
	s.cmd.Stdout, s.cmd.Stderr = s.log, s.log
	s.cmd.Env = append(os.Environ(), "LC_ALL=C")
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		s.cmd.Wait()
		close(s.done)
	}()
	if err := s.awaitReady(); err != nil {
		s.Kill()
		return nil, fmt.Errorf("%s %q: %w\n%s", program, args, err, s.log)
	}
	return s, nil
}

func freePort() (int, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer ln.Close()
	return ln.Addr().(*net.TCPAddr).Port, nil
}

// startTimeout is how long a server may take until it executes commands.
const startTimeout = 20 * time.Second

// awaitReady returns when the server has loaded its data.
func (s *Server) awaitReady() error {
	deadline := time.Now().Add(startTimeout)
	for time.Now().Before(deadline) {
		if c, err := wire.Dial(s.Addr); err == nil {
			v, err := c.Do("PING")
			c.Close()
			if err == nil && (v.Text == "PONG" || len(v.Text) > 6 && v.Text[:6] == "NOAUTH") {
				return nil
			}
		}
		select {
		case <-s.done:
			return errors.New("the server ended")
		case <-time.After(5 * time.Millisecond):
		}
	}
	return errors.New("the server does not get ready")
}

// Dial connects to the server.
func (s *Server) Dial(t testing.TB) *wire.Conn {
	t.Helper()
	c, err := wire.Dial(s.Addr)
	if err != nil {
		t.Fatalf("%v\n%s", err, s.log)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// Log is what the server has printed.
func (s *Server) Log() string { return s.log.String() }

// Kill ends the program as it stands, without a chance to clean up, and returns when it is gone.
func (s *Server) Kill() {
	s.cmd.Process.Kill()
	<-s.done
}

// Signal sends the program a signal; Wait tells what it does about it.
func (s *Server) Signal(sig os.Signal) error { return s.cmd.Process.Signal(sig) }

// Wait returns the program's exit code when it has ended; -1 when a signal ended it.
func (s *Server) Wait(t testing.TB) int {
	t.Helper()
	select {
	case <-s.done:
	case <-time.After(startTimeout):
		t.Fatalf("the server does not end\n%s", s.log)
	}
	return s.cmd.ProcessState.ExitCode()
}
