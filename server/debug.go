package server

// Debugging sessions of scripts: what the server has to do with them. What happens in one is script's.
//
// A session is a conversation with one client, inside of that client's Feed, on a goroutine that serves nobody else
// (driver.Conn.Stream). With SCRIPT DEBUG SYNC it takes place in the exclusive unit of EVAL, as in any script that runs for long: others
// wait, and are told that the server is busy when it has lasted for busy-reply-threshold. With YES, EVAL's unit only copies the data
// into a private server, which nobody else knows; when the unit has ended, the script runs there, and the copy is dropped at the end.
// Redis forks for that.

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/internal/clock"
	"github.com/miniredisd/miniredisd/resp"
	"github.com/miniredisd/miniredisd/server/driver"
	"github.com/miniredisd/miniredisd/store"
)

const (
	// maxPrivate is how many private sessions may be open at once: each has a copy of the data.
	maxPrivate = 4
	// lineTimeout is how long a client may take to take what it is sent.
	lineTimeout = 5 * time.Second
)

// Errors of EVAL that can't be debugged.
const (
	errDebugMulti    = "ERR EVAL can't be debugged inside a transaction"
	errDebugPipeline = "ERR EVAL must be called outside a pipeline to be debugged"
)

var errTooManySessions = fmt.Sprintf("ERR too many debugging sessions are open, the limit is %d", maxPrivate)

// debugging is the sessions that there are.
type debugging struct {
	mu      sync.Mutex // guards what follows
	lines   map[*debugLine]struct{}
	private int  // private sessions, also those that have no line yet
	closed  bool // the server is about to end
}

// debugLine is the connection with the client of a session.
type debugLine struct {
	client *client
	stream driver.Stream
	srv    *Server     // whose script it is
	over   atomic.Bool // the client is not to be listened to any more
}

// open begins to talk with a client about a script of srv.
func (d *debugging) open(c *client, srv *Server) (*debugLine, error) {
	stream, err := c.conn.Stream()
	if err != nil {
		return nil, err
	}
	l := &debugLine{client: c, stream: stream, srv: srv}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return nil, errors.New("the server is about to end")
	}
	if d.lines == nil {
		d.lines = map[*debugLine]struct{}{}
	}
	d.lines[l] = struct{}{}
	return l, nil
}

func (d *debugging) end(l *debugLine) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.lines, l)
}

// reserve counts a private session, unless there are too many.
func (d *debugging) reserve() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.private >= maxPrivate {
		return false
	}
	d.private++
	return true
}

func (d *debugging) release() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.private--
}

// wake makes the session of a client look whether the client was killed.
func (d *debugging) wake(c *client) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for l := range d.lines {
		if l.client == c {
			l.Wake()
		}
	}
}

// close ends all sessions, as if their clients were gone, and lets none begin.
func (d *debugging) close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closed = true
	for l := range d.lines {
		l.over.Store(true)
		if script := l.srv.RunningScript(); script != nil && l.srv.private {
			script.Kill()
		}
		l.Wake()
	}
}

// Read implements command.DebugLine.
func (l *debugLine) Read(p []byte) (n int, err error) {
	if l.over.Load() || l.client.Killed.Load() {
		return 0, io.EOF
	}
	n, err = l.stream.Read(p)
	switch {
	case n > 0:
		l.client.Arrived(n, clock.Mono())
		return n, nil
	case errors.Is(err, os.ErrDeadlineExceeded):
		l.stream.SetReadDeadline(time.Time{}) // whoever wakes us has said why before
		return 0, nil
	case err == nil:
		err = io.EOF
	}
	return 0, err
}

// Write implements command.DebugLine.
func (l *debugLine) Write(p []byte) (n int, err error) {
	l.stream.SetWriteDeadline(time.Now().Add(lineTimeout))
	defer l.stream.SetWriteDeadline(time.Time{})
	n, err = l.stream.Write(p)
	if err != nil {
		l.over.Store(true)
	}
	l.client.NetOut.Add(int64(n))
	l.client.srv.stats.netOut(l.client.ID, n)
	return n, err
}

// Wake implements command.DebugLine.
func (l *debugLine) Wake() { l.stream.SetReadDeadline(time.Unix(1, 0)) }

// Debug implements command.Host. Either way the connection ends with the session, as in Redis.
func (s *Server) Debug(c *command.Ctx, run func(*command.Ctx, command.Debugging)) {
	s.mu.Lock()
	cl := s.clients[c.Client.ID]
	s.mu.Unlock()
	switch {
	case cl == nil || !c.MayWait:
		c.Out.Error(errDebugMulti)
	case len(c.Out.Buf) > 0 || c.Client.OutputBuffer.Load() > 0: // the session would speak first
		c.Out.Error(errDebugPipeline)
	case c.Client.Debug == command.DebugSync:
		s.debugSync(c, cl, run)
	default:
		s.preparePrivate(c, cl, run)
	}
}

func (s *Server) debugSync(c *command.Ctx, cl *client, run func(*command.Ctx, command.Debugging)) {
	line, err := s.debugging.open(cl, s)
	if err != nil {
		c.Out.Error("ERR " + err.Error())
		return
	}
	defer s.debugging.end(line)
	s.log.Logf(Notice, "Debugging session in SYNC mode started: id=%d addr=%s", cl.ID, cl.Addr)
	c.Client.CloseAfterReply = true
	cl.Blocked.Store(true) // it is not idle, however long it takes
	run(c, command.Debugging{Line: line})
	s.log.Logf(Notice, "Debugging session in SYNC mode ended: id=%d addr=%s", cl.ID, cl.Addr)
}

// privateSession is a session to come: the unit that has begun it ends first.
type privateSession struct {
	srv  *Server // the copy
	run  func(*command.Ctx, command.Debugging)
	args [][]byte
	spec *command.Spec
}

// preparePrivate copies the data for a session that begins when the unit of c, which is exclusive, has ended.
func (s *Server) preparePrivate(c *command.Ctx, cl *client, run func(*command.Ctx, command.Debugging)) {
	if !s.debugging.reserve() {
		c.Out.Error(errTooManySessions)
		return
	}
	began := clock.Mono()
	private, err := s.privateCopy(c.Tx)
	if err != nil {
		s.debugging.release()
		c.Out.Error("ERR " + err.Error())
		return
	}
	s.log.Logf(Notice, "Debugging session started on a copy of the data, which took %v: id=%d addr=%s",
		time.Duration(clock.Mono()-began).Round(time.Microsecond), cl.ID, cl.Addr)
	c.Client.CloseAfterReply = true
	cl.Blocked.Store(true)
	cl.debug = &privateSession{srv: private, run: run, args: copyArgs(c.Args), spec: c.Spec}
}

// privateCopy is a server with the same data and options that nobody knows. The unit is exclusive.
func (s *Server) privateCopy(tx *store.Tx) (*Server, error) {
	private, err := New(Options{Config: s.cfg.Clone(), Clock: s.clock, Log: s.log, private: true})
	if err != nil {
		return nil, err
	}
	var to store.Tx
	private.store.Begin(&to, 0, store.Mode{Exclusive: true}, 0)
	to.SetTime(tx.Now())
	tx.CopyInto(&to)
	to.End()
	return private, nil
}

// drop gives back what a private server holds.
func (s *Server) drop() {
	var tx store.Tx
	s.store.Begin(&tx, 0, store.Mode{Exclusive: true}, 0)
	tx.Flush(-1)
	tx.End()
	s.Close()
}

// debugPrivately is the session that was prepared. The client's last reply is what its script returns.
func (c *client) debugPrivately() {
	p, s := c.debug, c.srv
	c.debug = nil
	defer s.debugging.release()
	defer p.srv.drop()
	line, err := s.debugging.open(c, p.srv)
	if err != nil {
		c.out.Error("ERR " + err.Error())
		return
	}
	defer s.debugging.end(line)
	before := len(c.out.Buf)
	defer func() {
		if failure := recover(); failure != nil {
			s.log.Logf(Warning, "Panic in a debugging session: %v\n%s", failure, debug.Stack())
			c.out.Buf = c.out.Buf[:before]
			c.out.Error("ERR internal error in a debugging session")
		}
	}()
	p.perform(c, line)
	s.log.Logf(Notice, "Debugging session ended: id=%d addr=%s", c.ID, c.Addr)
}

// perform runs the script in a unit of the private server.
func (p *privateSession) perform(c *client, line *debugLine) {
	out := resp.Writer{Proto: c.out.Proto, OnError: p.srv.countError}
	caller := command.Client{ID: c.ID, Addr: c.Addr, Name: c.Name, User: c.User, DB: c.DB, Authenticated: c.Authenticated, Out: &out}
	var tx store.Tx
	p.srv.store.Begin(&tx, c.DB, store.Mode{Exclusive: true}, 0)
	defer tx.End()
	tx.SetTime(clock.Millis(p.srv.clock))
	tx.Client = c.ID
	p.run(&command.Ctx{Spec: p.spec, Args: p.args, Out: &out, Tx: &tx, Client: &caller, Host: p.srv},
		command.Debugging{Line: line, Private: true})
	if c.Reply == command.ReplyOn {
		c.out.Buf = append(c.out.Buf, out.Buf...)
	}
}
