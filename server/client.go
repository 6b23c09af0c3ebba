package server

import (
	"errors"
	"fmt"
	"net"
	"runtime/debug"
	"sync/atomic"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/internal/clock"
	"github.com/miniredisd/miniredisd/resp"
	"github.com/miniredisd/miniredisd/server/driver"
	"github.com/miniredisd/miniredisd/store"
)

const (
	// flushAt is how many bytes of replies a pipeline may gather before they are sent.
	flushAt = 128 << 10
)

// client is one connection's state machine: it is fed with bytes, executes the commands in them, and gathers replies.
// Only its driver's goroutine touches it, but for what command.Client says otherwise: what other clients may read of it is
// written inside the store's gate.
type client struct {
	command.Client
	srv    *Server
	conn   driver.Conn
	parser resp.Parser
	out    resp.Writer
	*unit           // nil but during Feed
	waits  *waiting // the wait that the client is in; written inside the gate
	logged int64    // the offset of the log behind its last effects, while it has no unit

	debug *privateSession // that comes next; nil but during Feed

	softSince atomic.Int64 // ms; since when the output is beyond the soft limit, 0 when it is not
	promised  atomic.Int64 // bytes of its reply buffer that it was asked to give back (clientmemory.go)
	counted   atomic.Int64 // what it takes, as the sum of all clients knows it (clientmemory.go), in bytes
	cutOff    atomic.Bool  // it is about to end without another word: it has not read what it was sent, or takes too much memory
	closing   bool         // a command has failed badly: nothing more is executed
	changed   bool         // one of the commands since the last Output has changed something
	short     bool         // memory was short before the command, though keys were evicted
	readsMuch bool         // the last Output was large, so the next one is likely to be
}

// unit is what a client needs to execute commands, and only then: most clients are idle, and have none.
type unit struct {
	ctx command.Ctx
	tx  store.Tx
	now int64 // when the last command of this Feed ended, or its input has arrived, by clock.Mono; 0: nobody knows
}

// newUnit makes one for Server.units.
func (s *Server) newUnit() any {
	u := new(unit)
	u.ctx = command.Ctx{Tx: &u.tx, Host: s, MayWait: true}
	return u
}

// takeUnit is what Feed begins with, at the time now or, with 0, at one that nobody has read.
func (c *client) takeUnit(now int64) {
	u := c.srv.units.Get().(*unit)
	u.ctx.Out, u.ctx.Client, u.now = &c.out, &c.Client, now
	u.tx.Client, u.tx.Logged = c.ID, c.logged
	c.unit = u
}

// giveUnit is what Feed ends with.
func (c *client) giveUnit() {
	u := c.unit
	c.show(&c.Held, int(c.KeptMemory()))
	c.unit, c.logged = nil, u.tx.Logged
	u.ctx.Out, u.ctx.Client, u.ctx.Args, u.tx.Request = nil, nil, nil, nil
	c.srv.units.Put(u)
}

func newClient(s *Server, conn driver.Conn) *client {
	c := &client{srv: s, conn: conn}
	c.Out = &c.out
	c.out.Proto = 2
	c.out.OnError = s.countError
	c.Deauthenticate()
	// As long as there is no password, everybody is let in, and stays in when one is set later.
	c.Authenticated = s.cfg.Str(config.RequirePass) == ""
	c.FD, c.Loop, c.Memory = int32(conn.FD()), uint8(conn.Loop()), int32(conn.Memory())
	c.Subs.Open(&c.OutputBuffer, c.pushed)
	c.describe(conn)
	c.CreatedAt = s.clock.Micros(clock.Mono())
	c.LastInteraction.Store(c.CreatedAt / 1000)
	return c
}

// describe sets the addresses that CLIENT LIST shows.
func (c *client) describe(conn driver.Conn) {
	if unix, ok := conn.LocalAddr().(*net.UnixAddr); ok {
		c.Addr, c.LocalAddr, c.Unix = unix.Name+":0", unix.Name+":0", true
		return
	}
	c.Addr, c.LocalAddr = conn.RemoteAddr().String(), conn.LocalAddr().String()
}

// Feed implements driver.Session.
func (c *client) Feed(buf []byte, now int64) (n int, next driver.State, end int64) {
	c.parser.Limits.MaxBulkLen = c.srv.cfg.Int(config.ProtoMaxBulkLen)
	if c.readsMuch && c.out.Buf == nil {
		c.out.Buf = driver.TakeLarge()
	}
	if c.waits != nil {
		if !c.resume() {
			return 0, driver.Parked, now
		}
	}
	if int64(len(buf)) > c.srv.cfg.Int(config.ClientQueryBufferLimit) {
		return 0, c.checkInput(len(buf)), now
	}
	if len(buf) > driver.FirstBuffer && c.outgrown() {
		return 0, driver.Close, now
	}
	c.takeUnit(now)
	defer c.giveUnit()
	n, next = c.executeAll(buf)
	return n, next, c.now
}

// executeAll is Feed's loop over the commands.
func (c *client) executeAll(buf []byte) (n int, next driver.State) {
	ahead := 0 // how much of buf lookAhead has seen
	for !c.closing && !c.CloseAfterReply {
		if c.Killed.Load() {
			return n, driver.Close
		}
		c.parser.Limits.Unauthenticated = c.mustAuthenticate() // strangers get smaller limits
		args, used, err := c.parser.Next(buf[n:])
		if err != nil {
			c.protocolError(err)
			return len(buf), driver.Close
		}
		if used == 0 {
			return n, c.checkInput(len(buf) - n)
		}
		if n >= ahead && n+used < len(buf) {
			ahead = n + c.lookAhead(buf[n:])
		}
		if c.srv.cfg.Uint(config.MaxMemory) != 0 && c.srv.evicts() {
			c.makeRoom()
		}
		c.splice() // what came before the command stands before its reply
		c.tx.Request = buf[n : n+used]
		if len(args) > 0 && !c.execute(args) {
			return n, driver.Parked
		}
		n += used
		if c.srv.clientLimit.over.Load() {
			c.srv.evictClients()
		}
		if c.waits != nil {
			return n, driver.Parked
		}
		if len(c.out.Buf) >= flushAt {
			return n, driver.Again
		}
	}
	if c.debug != nil {
		c.debugPrivately()
	}
	c.splice()
	c.Subs.Close() // who redirects messages to it shall know that it is gone as soon as it has its last reply
	return n, driver.Close
}

// lookAhead has what the next commands of a pipeline will look at read, and returns how many bytes of them it has seen. It executes
// nothing, and guesses what is a key. It returns at least one byte.
func (c *client) lookAhead(buf []byte) (n int) {
	var room [store.PrefetchKeys][]byte
	keys, n := resp.KeysAhead(room[:0], buf, store.PrefetchKeys)
	if len(keys) > 1 {
		c.srv.store.Prefetch(c.DB, keys, c.ID)
	}
	return max(n, 1)
}

// checkInput looks at what is left after the last whole command; a client that sends more than its share is cut off.
// What it has queued for EXEC counts, too.
func (c *client) checkInput(pending int) driver.State {
	if pending += c.Multi.Bytes; int64(pending) > c.srv.cfg.Int(config.ClientQueryBufferLimit) {
		c.srv.stats.queryTooLong.Add(1)
		c.srv.log.Logf(Warning, "Closing client that reached max query buffer length: id=%d addr=%s qbuf=%d", c.ID, c.Addr, pending)
		return driver.Close
	}
	return driver.More
}

func (c *client) protocolError(err error) {
	c.srv.log.Logf(Verbose, "Protocol error (%v) from client: id=%d addr=%s", err, c.ID, c.Addr)
	var p *resp.ProtocolError
	if errors.As(err, &p) && c.Reply == command.ReplyOn {
		c.out.Error(p.Error())
	}
}

// execute runs one command through the gates and leaves its reply in out. False: the command must wait, and come again.
func (c *client) execute(args [][]byte) (done bool) {
	before := len(c.out.Buf)
	if !c.dispatch(args) {
		return false
	}
	if c.waits == nil {
		c.settleReply(before)
	}
	return true
}

// settleReply takes a reply back, which begins at before, if CLIENT REPLY has said so.
func (c *client) settleReply(before int) {
	switch c.Reply {
	case command.ReplyOn:
		return
	case command.ReplySkipNext:
		c.Reply = command.ReplySkip
	case command.ReplySkip:
		c.Reply = command.ReplyOn
	}
	c.out.Buf = c.out.Buf[:before]
}

// Acknowledges implements driver.Session.
func (c *client) Acknowledges() bool { return c.changed }

// Need implements driver.Session.
func (c *client) Need() int { return c.parser.Need() }

// Output implements driver.Session.
func (c *client) Output() []byte {
	c.splice()
	out := c.out.Buf
	c.changed = false
	c.srv.stats.settle(&c.Client)
	c.show(&c.ReplySize, cap(out))
	if len(out) > int(c.ReplyPeak.Load()) {
		c.ReplyPeak.Store(int64(len(out)))
	}
	c.readsMuch = len(out) > driver.KeptOutput/2
	if cap(out) > driver.KeptOutput {
		c.out.Buf = nil
	} else {
		c.out.Buf = out[:0]
	}
	c.OutputBuffer.Add(int64(len(out)))
	if c.limitOutput() || c.outgrown() {
		driver.GiveLarge(out)
		return nil
	}
	return out
}

// outgrown counts what the client takes now, and reports whether it is about to end because that is too much.
func (c *client) outgrown() bool {
	c.settleMemory()
	return c.cutOff.Load()
}

// show stores a figure for CLIENT LIST. Most of them seldom change, and then a load is cheaper.
func (c *client) show(figure *atomic.Int64, n int) {
	if figure.Load() != int64(n) {
		figure.Store(int64(n))
	}
}

// Wrote implements driver.Session.
func (c *client) Wrote(n int) {
	if c.OutputBuffer.Add(-int64(n)) == 0 {
		c.show(&c.ReplySize, cap(c.out.Buf))
		if n >= accountStep {
			c.account(accountStep)
		}
	}
	c.NetOut.Add(int64(n))
	c.srv.stats.netOut(c.ID, n)
}

// Arrived implements driver.Session.
func (c *client) Arrived(n int, now int64) {
	c.LastInteraction.Store(c.srv.clock.Micros(now) / 1000)
	c.NetIn.Add(int64(n))
	c.srv.stats.netIn(c.ID, n)
}

// Buffered implements driver.Session.
func (c *client) Buffered(used, free int) {
	known := min(c.parser.Understood(), used)
	c.show(&c.QueryBuffer, used-known)
	c.show(&c.Arguments, known)
	c.show(&c.QueryFree, free)
	if used+free > driver.FirstBuffer {
		c.settleMemory() // at once: others may be about to look
	}
}

// Trim implements driver.Session.
func (c *client) Trim() {
	if len(c.out.Buf) == 0 {
		c.out.Buf = nil
		c.show(&c.ReplySize, 0)
		c.account(accountStep)
	}
	c.keepPromise()
}

// kill ends the connection soon. Anybody may call it.
func (c *client) kill() {
	c.Killed.Store(true)
	c.Subs.Close()
	c.conn.Close()
	c.srv.debugging.wake(c)
}

// Closed implements driver.Session.
func (c *client) Closed() {
	c.srv.store.Gate().Do(c.ID, func() {
		c.srv.store.Unwatch(&c.Watch)
		c.srv.pubsub.Forget(&c.Subs)
		c.srv.tracking.Off(c.srv.store, c.Tracking)
		c.abandon()
	})
	c.Subs.Close()
	c.discount()
	c.keepPromise()
	c.srv.forget(c)
}

// run executes one command as a unit of its own. False: the server is paused, and the command must come again.
func (c *client) run(spec *command.Spec, args [][]byte) (done bool) {
	mode := spec.Plan(args)
	for !c.begin(spec, args, mode) {
		c.now = 0 // time has passed since
		if done, busy := c.runWhileBusy(spec, args, mode); busy {
			return done
		}
	}
	return c.perform(spec, args, mode)
}

// begin opens the unit of a command. False: a script is busy.
func (c *client) begin(spec *command.Spec, args [][]byte, mode store.Mode) (begun bool) {
	begun = c.srv.store.BeginUnlessBusy(&c.tx, c.DB, mode, c.ID)
	if begun && c.tx.Awaited() && !mode.Exclusive && c.mustBeAlone(spec, args) {
		c.tx.End()
		return c.srv.store.BeginUnlessBusy(&c.tx, c.DB, store.Mode{Exclusive: true}, c.ID)
	}
	return begun
}

// perform executes a command in the unit that is open for it, and ends the unit. A panic in the handler ends this client; the
// locks are given back and the others go on. False: the server is paused, and the command must come again.
func (c *client) perform(spec *command.Spec, args [][]byte, mode store.Mode) (done bool) {
	before := len(c.out.Buf)
	defer func() {
		if p := recover(); p != nil {
			c.fail(spec, before, p)
			done = true
		}
		c.changed = c.changed || c.tx.Changed()
		c.tx.End()
	}()
	c.LastCommand = spec
	if c.mustPause(spec, args) {
		return false
	}
	start := c.now // reading the clock takes as long as finding a key
	if start == 0 || c.tx.Waited() {
		start = clock.Mono()
	}
	now := c.srv.clock.Micros(start) / 1000
	c.tx.SetTime(now)
	c.tx.NoTouch = c.NoTouch && spec.Name != "touch"
	if now-c.LastInteraction.Load() >= 1000 { // the command waited
		c.LastInteraction.Store(now)
	}
	_, c.now = c.srv.execute(&c.ctx, spec, args, start)
	if c.ctx.Waits {
		c.wait(spec, args, mode.Locks) // whoever ends the wait counts the command
	} else {
		c.Executed++
		c.Commands++
	}
	return true
}

// fail ends the client after a panic in its command: the reply that was begun is taken back.
func (c *client) fail(spec *command.Spec, before int, p any) {
	c.srv.log.Logf(Warning, "Panic in command %s: %v\n%s", spec.FullName(), p, debug.Stack())
	c.out.Buf = c.out.Buf[:before]
	c.out.Error(fmt.Sprintf("ERR internal error in command '%s'", spec.FullName()))
	c.closing = true
}
