//go:build linux

package epoll

import (
	"net"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestRefusal(t *testing.T) {
	r := start(t, 1)
	r.refuse.Store(true)
	p := r.connect()
	p.expect("full")
	p.expectEnd()
	r.refuse.Store(false)
	p, _ = r.dial()
	p.send("in")
	p.expect("in")
}

// The address is free as soon as accepting has stopped; the connections go on, and Serve with them.
func TestStopAccepting(t *testing.T) {
	r := start(t, 2)
	p, s := r.dial()
	served := make(chan struct{})
	go func() { r.server.Serve(); close(served) }()
	require.NoError(t, r.server.StopAccepting())
	require.NoError(t, r.server.StopAccepting())
	ln, err := net.Listen("tcp", r.addr.String())
	require.NoError(t, err)
	again := startOn(t, ln, 1)
	q, _ := again.dial()
	for _, p := range []*peer{p, q} {
		p.send("a")
		p.expect("a")
	}
	select {
	case <-served:
		require.Fail(t, "ended with a connection")
	default:
	}
	s.conn.Close()
	<-served
}

// Two listeners share the loops; one's end is not the other's.
func TestTwoListeners(t *testing.T) {
	r := start(t, 2)
	path := filepath.Join(t.TempDir(), "s")
	ln, err := net.Listen("unix", path)
	require.NoError(t, err)
	second, err := r.group.Listen(ln)
	require.NoError(t, err)
	p, _ := r.dial()
	r.addr = ln.Addr()
	for range 3 {
		q, s := r.dial()
		require.Equal(t, path, s.conn.LocalAddr().(*net.UnixAddr).Name)
		s.conn.KeepAlive(time.Second) // not for this one
		q.send("b")
		q.expect("b")
	}
	require.NoError(t, second.Close())
	second.Serve()
	p.send("a")
	p.expect("a")
}

// Without descriptors, accepting is tried ever less often, until there are some.
func TestOutOfDescriptors(t *testing.T) {
	r := start(t, 1)
	p, _ := r.dial()
	client, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	require.NoError(t, err)
	defer syscall.Close(client)

	var limit syscall.Rlimit
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit))
	defer syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit)
	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: 3, Max: limit.Max}))
	began := time.Now()
	addr := r.addr.(*net.TCPAddr)
	require.NoError(t, syscall.Connect(client, &syscall.SockaddrInet4{Port: addr.Port, Addr: [4]byte{127, 0, 0, 1}}))
	const fails = 4
	waitFor(t, func() bool { return r.server.pauses() >= minBackoff<<(fails-1) })
	require.GreaterOrEqual(t, time.Since(began), minBackoff<<(fails-1)-minBackoff) // the sum of the former pauses
	p.send("others go on")
	p.expect("others go on")
	require.Len(t, r.snapshot(), 1)

	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit))
	waitFor(t, func() bool { return len(r.snapshot()) == 2 && r.server.pauses() == 0 })
	_, err = syscall.Write(client, []byte("in\n"))
	require.NoError(t, err)
	got := make([]byte, 3)
	_, err = syscall.Read(client, got)
	require.NoError(t, err)
	require.Equal(t, "in\n", string(got))
}

// pauses is how long accepting waits now after it has failed.
func (l *listener) pauses() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.backoff
}

// Closing while accepting is paused: the timer that would resume finds nothing to do.
func TestCloseWhilePaused(t *testing.T) {
	r := start(t, 1)
	r.server.mu.Lock()
	r.server.pause()
	r.server.mu.Unlock()
	require.NoError(t, r.server.Close())
	r.server.Serve()
	time.Sleep(2 * minBackoff)
}

func TestPausesHaveALimit(t *testing.T) {
	l := &listener{group: &Group{loops: []*loop{{}}}, fd: -1}
	for range 20 {
		l.pause()
	}
	require.Equal(t, maxBackoff, l.pauses())
}
