package command

// Commands that wait: until a key has something for them, or until what the client wrote is safe.

import (
	"math"
	"math/big"

	"github.com/miniredisd/miniredisd/internal/longdouble"
	"github.com/miniredisd/miniredisd/resp"
	"github.com/miniredisd/miniredisd/store"
)

// Wait is what a command waits for that has found nothing.
type Wait struct {
	// Keys are those of which one may get something; the slice and its bytes are copied. Who waits for something else has none.
	Keys [][]byte
	// Kind is the kind of value that is waited for.
	Kind store.Kind
	// Always is for who also wants to know that a key has gone, or become one of another kind.
	Always bool
	// OnDisk, if not 0, is an offset of the log: the wait ends when it is on disk up to there, or with ErrLogOff when the log
	// is turned off.
	OnDisk int64
	// Until is when the wait ends without success, in ms since the epoch; 0: never.
	Until int64
	// Retry is when there may be something although nobody has brought it, in ms since the epoch; 0: never. The command is then run
	// anew, and may ask for another such time.
	Retry int64
	// Again is the request that is run when there may be something; nil: the same as before.
	Again [][]byte
	// Reply writes what is replied to a wait that ends otherwise than by its keys. It may be called by anybody, inside the
	// gate. nil: the null array.
	Reply func(*resp.Writer)
}

// Wait makes the client wait; the handler returns then without a reply, and without having changed a key. When there may be
// something, the command is run anew, as a part of the unit that has brought it. False: this command must not wait, and
// replies what it would when its time has run out.
func (c *Ctx) Wait(w Wait) bool {
	if c.MayWait {
		c.Waiting, c.Waits = w, true
	}
	return c.MayWait
}

// WaitFor makes the client wait for one of the keys to become a value of a kind.
func (c *Ctx) WaitFor(kind store.Kind, keys [][]byte, until int64) {
	if !c.Wait(Wait{Keys: keys, Kind: kind, Until: until}) {
		c.Out.NullArray()
	}
}

// PopOrWait is BLPOP and its kin, whose arguments are keys and a timeout: pop replies with something of the first key that exists,
// and removes it; or the client waits for one. Another kind of value is an error.
func (c *Ctx) PopOrWait(kind store.Kind, pop func(key []byte, e *store.Entry)) {
	last := len(c.Args) - 1
	until, ok := c.Timeout(last)
	if !ok {
		return
	}
	keys := c.Args[1:last]
	for _, key := range keys {
		e := c.Tx.Write(key)
		if e == nil {
			continue
		}
		if c.Want(e, kind) {
			pop(key, e)
		}
		return
	}
	c.WaitFor(kind, keys, until)
}

// ErrUnblocked is the reply to a command whose wait another client has ended by CLIENT UNBLOCK … ERROR.
const ErrUnblocked = "UNBLOCKED client unblocked via CLIENT UNBLOCK"

// ErrLogOff is the error of who would wait for a log that is off.
const ErrLogOff = "ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled."

var (
	thousand   = big.NewFloat(1000)
	maxTimeout = new(big.Float).SetInt64(math.MaxInt64)
)

// Timeout reads argument i, which is how long to wait, in seconds, and returns until when: 0 for ever. It replies an error,
// and returns false, when it is no such time.
func (c *Ctx) Timeout(i int) (until int64, ok bool) {
	if n, ok := fewDigits(c.Args[i]); ok {
		if n == 0 {
			return 0, true
		}
		return c.Now() + 1000*n, true
	}
	seconds, ok := longdouble.Parse(c.Args[i])
	if !ok {
		c.Out.Error("ERR timeout is not a float or out of range")
		return 0, false
	}
	ms := seconds.Mul(seconds, thousand)
	if ms.Cmp(maxTimeout) > 0 {
		c.Out.Error("ERR timeout is out of range")
		return 0, false
	}
	n, exact := ms.Int64()
	if exact == big.Below {
		n++ // as if rounded up
	}
	switch {
	case n < 0:
		c.Out.Error("ERR timeout is negative")
	case n > math.MaxInt64-c.Now():
		c.Out.Error("ERR timeout is out of range")
	case n == 0:
		return 0, true
	default:
		return c.Now() + n, true
	}
	return 0, false
}

// fewDigits reads a number of at most six digits and nothing else, as most timeouts are: to read any takes as long as the rest of BLPOP.
func fewDigits(text []byte) (n int64, ok bool) {
	if len(text) == 0 || len(text) > 6 {
		return 0, false
	}
	for _, digit := range text {
		if digit < '0' || digit > '9' {
			return 0, false
		}
		n = 10*n + int64(digit-'0')
	}
	return n, true
}

// Deadline reads arg, which is a number of milliseconds from now on, and returns when they have passed. problem is the error to
// be replied when it is no such time.
func (c *Ctx) Deadline(arg []byte) (at int64, problem string) {
	ms, ok := store.ParseInt(arg)
	switch {
	case !ok:
		return 0, "ERR timeout is not an integer or out of range"
	case ms < 0:
		return 0, "ERR timeout is negative"
	case ms > math.MaxInt64-c.Now():
		return 0, "ERR timeout is out of range"
	}
	return c.Now() + ms, ""
}
