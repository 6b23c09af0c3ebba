//go:build linux

package epoll

// A group of loops over an Acceptor that the test controls, and clients of it. Its Sessions speak lines.

import (
	"bytes"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/server/driver"
)

// flushAt is how many bytes a session gathers before it wants them written.
const flushAt = 256 << 10

// period is the length of what patterned repeats. No buffer's size is a multiple of it, so that what is lost, doubled or
// out of order shows.
const period = 4093

var patterned = func() []byte {
	p := make([]byte, 1<<20+period)
	for i := range p {
		p[i] = byte(i % period * 7 >> 3)
	}
	return p
}()

// acceptor is a driver.Acceptor with a log that holds everything, unless told otherwise.
type acceptor struct {
	t        *testing.T
	behind   atomic.Bool           // the log does not hold what was executed
	failed   atomic.Pointer[error] // what Durable fails with
	waits    atomic.Int64          // calls of WhenDurable
	pending  chan func(error)      // those that were not answered
	paused   atomic.Bool           // sessions park at the line "park"
	refuse   atomic.Bool
	mu       sync.Mutex // guards sessions
	sessions []*session
}

func (a *acceptor) Durable() (bool, error) {
	if err := a.failed.Load(); err != nil {
		return false, *err
	}
	return !a.behind.Load(), nil
}

func (a *acceptor) WaitDurable() error {
	a.t.Error("the loop waits")
	return nil
}

func (a *acceptor) WhenDurable(_ int, done func(error)) {
	a.pending <- done
	a.waits.Add(1)
}

// sync ends the oldest wait for the log.
func (a *acceptor) sync(err error) { (<-a.pending)(err) }

func (a *acceptor) Accept(c driver.Conn) (driver.Session, []byte) {
	if a.refuse.Load() {
		return nil, []byte("full\n")
	}
	s := &session{acceptor: a, conn: c.(*conn), held: make(chan *held, 1)}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.sessions = append(a.sessions, s)
	return s, nil
}

// session executes lines: "get n" replies n bytes that go on with the pattern, "park" waits for the acceptor, "quit"
// says "bye" and ends; the others are echoed, those that begin with "long" when hold's caller says so.
type session struct {
	acceptor *acceptor
	conn     *conn
	out      []byte
	given    int // bytes that "get" has replied

	mu    sync.Mutex
	later []byte // what goes out unasked, as soon as there is room

	held chan *held // see hold

	executed, arrived, wrote, trimmed atomic.Int64
	closed                            atomic.Bool
}

func (s *session) Feed(buf []byte, now int64) (n int, next driver.State, end int64) {
	n, next = s.executeAll(buf)
	return n, next, now
}

func (s *session) executeAll(buf []byte) (n int, next driver.State) {
	if s.closed.Load() {
		s.acceptor.t.Error("fed after its end")
	}
	for len(s.out) < flushAt {
		i := bytes.IndexByte(buf[n:], '\n')
		if i < 0 {
			return n, driver.More
		}
		line := buf[n : n+i+1]
		if string(line) == "park\n" && s.acceptor.paused.Load() {
			return n, driver.Parked
		}
		n += len(line)
		s.executed.Add(1)
		if string(line) == "quit\n" {
			s.out = append(s.out, "bye\n"...)
			return n, driver.Close
		}
		s.execute(line)
	}
	return n, driver.Again
}

// held is the next "long" line of a session.
type held struct {
	begun, end chan struct{}
	once       sync.Once
}

func (h *held) release() { h.once.Do(func() { close(h.end) }) }

// hold makes the next "long" line tell when it has begun, and wait for the word to end. It is echoed only then, from the buffer.
func (s *session) hold() *held {
	h := &held{begun: make(chan struct{}), end: make(chan struct{})}
	s.acceptor.t.Cleanup(h.release)
	s.held <- h
	return h
}

func (s *session) execute(line []byte) {
	if bytes.HasPrefix(line, []byte("long")) {
		h := <-s.held
		close(h.begun)
		<-h.end
	}
	size, ok := strings.CutPrefix(string(line), "get ")
	if !ok {
		s.out = append(s.out, line...)
		return
	}
	n, err := strconv.Atoi(strings.TrimSpace(size))
	if err != nil {
		s.acceptor.t.Error(err)
	}
	s.out = append(s.out, patterned[s.given%period:][:n]...)
	s.given += n
}

func (s *session) Need() int { return 0 }

func (s *session) Acknowledges() bool { return true }

func (s *session) Output() []byte {
	s.mu.Lock()
	s.out, s.later = append(s.out, s.later...), nil
	s.mu.Unlock()
	out := s.out
	if s.out = out[:0]; cap(out) > driver.KeptOutput {
		s.out = nil
	}
	return out
}

// push sends a line without being asked.
func (s *session) push(line string) {
	s.mu.Lock()
	s.later = append(s.later, line+"\n"...)
	s.mu.Unlock()
	s.conn.Flush()
}

// pushes are the bytes that wait.
func (s *session) pushes() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.later)
}

func (s *session) Wrote(n int)            { s.wrote.Add(int64(n)) }
func (s *session) Arrived(n int, _ int64) { s.arrived.Add(int64(n)) }
func (s *session) Buffered(_, _ int)      {}
func (s *session) Trim()                  { s.trimmed.Add(1) }

func (s *session) Closed() {
	if s.closed.Swap(true) {
		s.acceptor.t.Error("closed twice")
	}
}

// dialMany makes n connections.
func (r *running) dialMany(n int) (peers []*peer) {
	r.t.Helper()
	for range n {
		p, _ := r.dial()
		peers = append(peers, p)
	}
	return peers
}

// look calls f where the connection may be looked at: in its loop.
func (s *session) look(f func(c *conn)) {
	done := make(chan struct{})
	s.conn.loop.call(func() { f(s.conn); close(done) })
	<-done
}

// running is a group that serves one listener.
type running struct {
	*acceptor
	group  *Group
	server *listener
	addr   net.Addr
}

func start(t *testing.T, loops int) *running {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	return startOn(t, ln, loops)
}

func startOn(t *testing.T, ln net.Listener, loops int) *running {
	t.Helper()
	a := &acceptor{t: t, pending: make(chan func(error), 100)}
	g, err := New(loops, a)
	require.NoError(t, err)
	require.True(t, Takes(ln))
	served, err := g.Listen(ln)
	require.NoError(t, err)
	r := &running{acceptor: a, group: g, server: served.(*listener), addr: ln.Addr()}
	t.Cleanup(r.close)
	return r
}

// close ends everything, and finds out whether every session was told so.
func (r *running) close() {
	r.server.Close()
	r.server.Serve()
	r.group.Close()
	for _, s := range r.sessions {
		require.True(r.t, s.closed.Load())
	}
}

// dial connects, and returns the session of the connection, too.
func (r *running) dial() (*peer, *session) {
	r.t.Helper()
	r.mu.Lock()
	before := len(r.sessions)
	r.mu.Unlock()
	p := r.connect()
	var s *session
	waitFor(r.t, func() bool {
		r.mu.Lock()
		defer r.mu.Unlock()
		if len(r.sessions) > before {
			s = r.sessions[before]
		}
		return s != nil
	})
	return p, s
}

func (r *running) connect() *peer {
	r.t.Helper()
	c, err := net.Dial(r.addr.Network(), r.addr.String())
	require.NoError(r.t, err)
	r.t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(20 * time.Second))
	return &peer{Conn: c, t: r.t}
}

// peer is a client's end of a connection.
type peer struct {
	net.Conn
	t   *testing.T
	got int // bytes of the pattern that were read
}

func (p *peer) send(lines ...string) {
	p.t.Helper()
	_, err := io.WriteString(p, strings.Join(lines, "\n")+"\n")
	require.NoError(p.t, err)
}

func (p *peer) expect(lines ...string) {
	p.t.Helper()
	got := make([]byte, len(strings.Join(lines, "\n"))+1)
	_, err := io.ReadFull(p, got)
	require.NoError(p.t, err)
	require.Equal(p.t, strings.Join(lines, "\n")+"\n", string(got))
}

// expectPattern reads n bytes that go on with the pattern.
func (p *peer) expectPattern(n int) {
	p.t.Helper()
	for buf := make([]byte, 1<<20); n > 0; {
		got, err := p.Read(buf[:min(n, len(buf))])
		require.NoError(p.t, err)
		if !bytes.Equal(buf[:got], patterned[p.got%period:][:got]) {
			require.Fail(p.t, "replies are out of order", "at %d", p.got)
		}
		p.got += got
		n -= got
	}
}

// expectEnd reads nothing but the end; a reset is one.
func (p *peer) expectEnd() {
	p.t.Helper()
	got, _ := io.ReadAll(p)
	require.Empty(p.t, string(got))
}

// expectSilence reads nothing, for a moment.
func (p *peer) expectSilence() {
	p.t.Helper()
	p.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
	n, err := p.Read(make([]byte, 1))
	require.Zero(p.t, n)
	require.ErrorContains(p.t, err, "timeout")
	p.SetReadDeadline(time.Now().Add(20 * time.Second))
}

// reset ends the connection without a goodbye.
func (p *peer) reset() {
	if tcp, ok := p.Conn.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	p.Close()
}

func waitFor(t *testing.T, ok func() bool) {
	t.Helper()
	require.Eventually(t, ok, 20*time.Second, time.Millisecond)
}
