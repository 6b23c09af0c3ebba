package server

import (
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/internal/clock"
	"github.com/miniredisd/miniredisd/resp"
	"github.com/miniredisd/miniredisd/server/driver"
	"github.com/miniredisd/miniredisd/store"
)

const (
	// flushAt is how many bytes of replies a pipeline may gather before they are sent.
	flushAt = 256 << 10
	// maxKeptOutput is how large a reply buffer may stay with its client.
	maxKeptOutput = 64 << 10
)

// client is one connection's state machine: it is fed with bytes, executes the commands in them, and gathers replies.
// Only its driver's goroutine touches it, but for what command.Client says otherwise.
type client struct {
	command.Client
	srv    *Server
	conn   driver.Conn
	parser resp.Parser
	out    resp.Writer
	ctx    command.Ctx
	tx     store.Tx

	parked   bool // waits in the server's list of paused clients
	closing  bool
	protoErr bool
}

func newClient(s *Server, conn driver.Conn) *client {
	c := &client{srv: s, conn: conn}
	c.Out = &c.out
	c.out.Proto = 2
	c.out.OnError = s.stats.countError
	c.ctx = command.Ctx{Out: &c.out, Tx: &c.tx, Client: &c.Client, Host: s}
	c.Deauthenticate()
	c.FD = -1
	c.CreatedAt = s.clock.Micros(clock.Mono())
	c.LastInteraction.Store(c.CreatedAt / 1000)
	return c
}

// Feed implements driver.Session.
func (c *client) Feed(buf []byte) (n int, next driver.State) {
	c.setLimits()
	for !c.closing && !c.CloseAfterReply {
		if c.Killed.Load() {
			return n, driver.Close
		}
		args, used, err := c.parser.Next(buf[n:])
		if err != nil {
			c.protocolError(err)
			return len(buf), driver.Close
		}
		if used == 0 {
			return n, c.checkInput(len(buf) - n)
		}
		if len(args) > 0 {
			if c.mustPause(args) {
				return n, driver.Parked
			}
			c.execute(args)
		}
		n += used
		if len(c.out.Buf) >= flushAt {
			return n, driver.Again
		}
	}
	return n, driver.Close
}

// setLimits passes the limits that apply now to the parser: strangers get smaller ones.
func (c *client) setLimits() {
	c.parser.Limits.MaxBulkLen = c.srv.cfg.Int(config.ProtoMaxBulkLen)
	c.parser.Limits.Unauthenticated = c.mustAuthenticate()
}

// checkInput looks at what is left after the last whole command; a client that sends more than its share is cut off.
func (c *client) checkInput(pending int) driver.State {
	if limit := c.srv.cfg.Int(config.ClientQueryBufferLimit); int64(pending) > limit {
		c.srv.log.Logf(Warning, "Closing client that reached max query buffer length: id=%d addr=%s qbuf=%d", c.ID, c.Addr, pending)
		return driver.Close
	}
	return driver.More
}

func (c *client) protocolError(err error) {
	c.srv.log.Logf(Verbose, "Protocol error (%v) from client: id=%d addr=%s", err, c.ID, c.Addr)
	var p *resp.ProtocolError
	if errors.As(err, &p) {
		c.out.Error(p.Error())
	}
}

// execute runs one command through the gates and leaves its reply in out.
func (c *client) execute(args [][]byte) {
	before := len(c.out.Buf)
	c.dispatch(args)
	c.Commands++
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

// Need implements driver.Session.
func (c *client) Need() int { return c.parser.Need() }

// Output implements driver.Session. What is sent may acknowledge writes, or show what others have written: so the log
// must hold everything that was appended so far, as when Redis writes its log before it replies to anybody.
func (c *client) Output() ([]byte, error) {
	if err := c.srv.waitDurable(); err != nil {
		return nil, err
	}
	out := c.out.Buf
	if cap(out) > maxKeptOutput {
		c.out.Buf = nil
	} else {
		c.out.Buf = out[:0]
	}
	c.OutputBuffer.Store(int64(len(out)))
	return out, nil
}

// Wrote implements driver.Session.
func (c *client) Wrote(n int) {
	c.OutputBuffer.Store(0)
	c.NetOut.Add(int64(n))
	c.srv.stats.netOut(c.ID, n)
}

// Buffered implements driver.Session.
func (c *client) Buffered(used, free int) {
	c.QueryBuffer.Store(int64(used))
	c.QueryFree.Store(int64(free))
}

// Closed implements driver.Session.
func (c *client) Closed() {
	c.srv.store.Gate().Enter(c.ID)
	c.srv.store.Unwatch(&c.Watch)
	c.srv.store.Gate().Leave(c.ID)
	c.srv.forget(c)
}

// run executes one command as a unit of its own. A panic in the handler ends this client; the locks are given back and
// the others go on.
func (c *client) run(spec *command.Spec, args [][]byte) {
	before := len(c.out.Buf)
	mode := spec.Plan(args)
	c.srv.store.Begin(&c.tx, c.DB, mode, c.ID)
	defer func() {
		if p := recover(); p != nil {
			c.srv.log.Logf(Warning, "Panic in command %s: %v\n%s", spec.FullName(), p, debug.Stack())
			c.out.Buf = c.out.Buf[:before]
			c.out.Error(fmt.Sprintf("ERR internal error in command '%s'", spec.FullName()))
			c.closing = true
		}
		c.tx.End()
	}()
	start := clock.Mono()
	now := c.srv.clock.Micros(start) / 1000
	c.tx.SetTime(now)
	c.tx.NoTouch = c.NoTouch && spec.Name != "touch"
	c.LastInteraction.Store(now)
	c.call(&c.ctx, spec, args, start)
}

// call executes a command inside the unit that is open, and settles what it changed.
func (c *client) call(ctx *command.Ctx, spec *command.Spec, args [][]byte, start int64) {
	errs := c.out.Errors
	ctx.Spec, ctx.Args = spec, args
	spec.Run(ctx)
	c.tx.Settle(args, !spec.Flags.Has(command.NoPropagate))
	c.srv.stats.called(c.ID, spec.ID, clock.Mono()-start, c.out.Errors != errs)
}
