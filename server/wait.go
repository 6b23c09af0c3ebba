package server

// Clients that wait in a command such as BLPOP: how a wait begins, and the ways in which it ends.
//
// A wait is queued in the store (store/wait.go) inside the unit that has found nothing, and the connection is parked. It ends
// when another unit brings something and runs the command again, when its time has run out, by CLIENT UNBLOCK, or with the
// connection. One that waits for the disk (durable.go) has no keys, and ends when the log is there. Whoever takes it out of its
// queues writes the reply, into a buffer of the wait, and then wakes the connection, whose own goroutine sends it.

import (
	"fmt"
	"runtime/debug"
	"sync/atomic"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/internal/clock"
	"github.com/miniredisd/miniredisd/resp"
	"github.com/miniredisd/miniredisd/store"
)

// waiting is one wait of one client. Until over is set, it belongs to whoever holds the shards of its keys; then to the client.
type waiting struct {
	store.Wait
	client  *client
	spec    *command.Spec
	args    [][]byte // its own
	out     resp.Writer
	ctx     command.Ctx
	noTouch bool
	changed bool        // the reply acknowledges a change
	failed  bool        // the handler has panicked
	ended   atomic.Bool // its reply is written, or never will be
	over    atomic.Bool

	reply  func(*resp.Writer)
	onDisk int64 // the offset of the log that is waited for; 0: none

	alarm
	shared bool // when it is over, somebody may still know it who has taken it for too late: it is not used again

	room struct { // of args and out, as far as they are small
		args  [4][]byte
		bytes [64]byte
		out   [128]byte
	}
}

// wait parks the client as its command has asked, inside the command's unit. locks are those of the command's keys.
func (c *client) wait(spec *command.Spec, args [][]byte, locks store.LockSet) {
	want := c.ctx.Waiting
	c.ctx.Waiting, c.ctx.Waits = command.Wait{}, false
	if want.Again != nil {
		args = want.Again
	}
	w := c.srv.waits.Get().(*waiting)
	*w = waiting{client: c, spec: spec, noTouch: c.tx.NoTouch,
		reply: want.Reply, onDisk: want.OnDisk, alarm: newAlarm(want.Until, want.Retry)}
	w.args, w.out.Buf = appendArgs(w.room.args[:0], w.room.bytes[:0], args), w.room.out[:0]
	if w.reply == nil {
		w.reply = (*resp.Writer).NullArray
	}
	w.out.Proto, w.out.OnError = c.out.Proto, c.out.OnError
	w.ctx = command.Ctx{Out: &w.out, Client: &c.Client, Host: c.srv, MayWait: true, Again: true}
	c.waits = w
	c.Blocked.Store(true)
	c.tx.Wait(&w.Wait, w, want.Keys, want.Kind, want.Always, locks)
	if w.timed {
		c.srv.deadlines.add(w)
	}
	if w.onDisk != 0 {
		c.srv.onDisk.add(w)
	}
	c.srv.waiting.Add(1)
}

func copyArgs(args [][]byte) [][]byte { return appendArgs(nil, nil, args) }

// appendArgs appends copies of args to owned, and their bytes to room, where they fit; else both are made anew.
func appendArgs(owned [][]byte, room []byte, args [][]byte) [][]byte {
	size := 0
	for _, a := range args {
		size += len(a)
	}
	if size > cap(room) || room == nil {
		room = make([]byte, 0, size)
	}
	if len(args) > cap(owned) {
		owned = make([][]byte, 0, len(args))
	}
	for _, a := range args { // none becomes nil, which handlers take for an argument that is not there
		start := len(room)
		room = append(room, a...)
		owned = append(owned, room[start:len(room):len(room)])
	}
	return owned
}

// mustBeAlone reports whether a command that is about to run may bring something to a client whose keys the unit does not
// hold all.
func (c *client) mustBeAlone(spec *command.Spec, args [][]byte) bool {
	return spec.Flags.Has(command.Write) && spec.Brings(args, c.tx.Beyond)
}

// Serve implements store.Waiter. A client that was killed gets nothing: it is about to leave.
func (w *waiting) Serve(tx *store.Tx) (over bool) {
	c := w.client
	if c.Killed.Load() {
		return false
	}
	db, noTouch, client := tx.DB(), tx.NoTouch, tx.Client
	defer func() {
		if p := recover(); p != nil {
			c.srv.log.Logf(Warning, "Panic in command %s: %v\n%s", w.spec.FullName(), p, debug.Stack())
			tx.Settle(nil, false)
			w.out.Buf = w.out.Buf[:0]
			w.out.Error(fmt.Sprintf("ERR internal error in command '%s'", w.spec.FullName()))
			w.failed, over = true, true
		}
		tx.Select(db)
		tx.NoTouch, tx.Client = noTouch, client
		if over {
			w.leave()
		}
	}()
	tx.Select(w.DB())
	tx.NoTouch, tx.Client = w.noTouch, c.ID
	w.ctx.Tx, w.ctx.Waits = tx, false
	c.srv.execute(&w.ctx, w.spec, w.args, clock.Mono())
	if w.ctx.Waits {
		c.srv.deadlines.retryAt(w, w.ctx.Waiting.Retry)
		return false
	}
	w.changed = w.spec.Flags.Has(command.Write)
	c.srv.stats.executed(c.ID, 1)
	c.Commands++
	return true
}

// leave is what every end of a wait has in common. The wait is out of its queues, or about to be.
func (w *waiting) leave() {
	w.ended.Store(true)
	w.client.Blocked.Store(false)
	w.shared = !w.client.srv.deadlines.remove(w) || w.onDisk != 0
	w.client.srv.onDisk.remove(w)
	w.client.srv.waiting.Add(-1)
}

// Wake implements store.Waiter. When it has set over, w is the client's, who may use it again.
func (w *waiting) Wake() {
	conn := w.client.conn
	w.over.Store(true)
	conn.Wake()
}

// end ends a wait without success, unless it has come to an end already. The caller is inside the gate and holds no shard, or
// is alone.
func (w *waiting) end(reply func(*resp.Writer)) bool {
	if !w.client.srv.store.EndWait(&w.Wait) {
		return false
	}
	errs := w.out.Errors
	reply(&w.out)
	w.client.srv.stats.executed(w.client.ID, 1)
	w.client.Commands++
	w.client.srv.stats.called(w.client.ID, w.spec.ID, 0, w.client.srv.watching.track.Load(), w.out.Errors > errs)
	w.leave()
	w.Wake()
	return true
}

// resume takes the reply over when the wait has ended; false: it has not.
func (c *client) resume() bool {
	w := c.waits
	if !w.over.Load() {
		return false
	}
	c.setWaits(nil)
	before := len(c.out.Buf)
	c.out.Buf = append(c.out.Buf, w.out.Buf...)
	if w.changed {
		c.changed, c.logged = true, c.srv.oplog.Offset()
	}
	c.closing = c.closing || w.failed
	c.LastInteraction.Store(clock.Millis(c.srv.clock))
	c.settleReply(before)
	c.EndCaching(w.spec)
	if !w.shared {
		c.srv.waits.Put(w)
	}
	return true
}

// replyIsDue reports whether the client's wait has ended but its reply was not taken over yet. It will be woken soon, and must
// not be sent anything before: a message may well be about what the reply tells.
func (c *client) replyIsDue() bool { return c.waits != nil && c.waits.ended.Load() }

func (c *client) setWaits(w *waiting) {
	c.srv.store.Gate().Do(c.ID, func() { c.waits = w })
}

// abandon ends the wait of a client that is gone. The caller is inside the gate.
func (c *client) abandon() {
	if w := c.waits; w != nil && c.srv.store.EndWait(&w.Wait) {
		w.leave()
	}
}

// Unblock implements command.Host.
func (s *Server) Unblock(id uint64, withError bool) bool {
	s.mu.Lock()
	c := s.clients[id]
	s.mu.Unlock()
	if c == nil || c.waits == nil || c.Killed.Load() {
		return false
	}
	if withError {
		return c.waits.end(func(out *resp.Writer) { out.Error(command.ErrUnblocked) })
	}
	return c.waits.end(c.waits.reply)
}
