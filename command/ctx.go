package command

import (
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/resp"
	"github.com/miniredisd/miniredisd/store"
)

// Ctx is what a handler works with: one call of one command.
type Ctx struct {
	Spec *Spec
	// Args are the arguments with the command's name (and the subcommand's). They alias the client's read buffer: what is
	// kept beyond the call must be copied.
	Args   [][]byte
	Out    *resp.Writer
	Tx     *store.Tx
	Client *Client
	Host   Host

	// Nested counts the error replies of commands that Host.Call ran: they are not this command's own failures.
	Nested int

	// MayWait says that the command may come to wait: it was sent by a client, outside of a transaction.
	MayWait bool
	// Waiting is what the command waits for, if Waits.
	Waiting Wait
	Waits   bool

	// Again says that the command has waited, and is run anew.
	Again bool

	// Scratch is memory that a handler may use during the call, for texts of numbers and the like.
	Scratch []byte
}

// Texts that clients match on.
const (
	ErrSyntax    = "ERR syntax error"
	ErrWrongType = "WRONGTYPE Operation against a key holding the wrong kind of value"
	ErrNotInt    = "ERR value is not an integer or out of range"
	ErrNotFloat  = "ERR value is not a valid float"
	ErrNoKey     = "ERR no such key"
	ErrRange     = "ERR index out of range"
)

// Now is the unit's time in milliseconds since the Unix epoch.
func (c *Ctx) Now() int64 { return c.Tx.Now() }

// Arg is argument i, nil when there are fewer.
func (c *Ctx) Arg(i int) []byte {
	if i >= len(c.Args) {
		return nil
	}
	return c.Args[i]
}

// Want checks the type of an entry and replies WRONGTYPE when it is another; an absent entry (nil) is of every type.
func (c *Ctx) Want(e *store.Entry, kind store.Kind) bool {
	if e != nil && e.Kind() != kind {
		c.Out.Error(ErrWrongType)
		return false
	}
	return true
}

// WrongArity replies the error of a number of arguments that the declaration allows but no call has.
func (c *Ctx) WrongArity() { c.Out.Error(c.Spec.ErrArity()) }

// Int reads argument i as an integer, and replies Redis's error when it is none.
func (c *Ctx) Int(i int) (n int64, ok bool) {
	n, ok = store.ParseInt(c.Args[i])
	if !ok {
		c.Out.Error(ErrNotInt)
	}
	return n, ok
}

// StringValue is the bytes of a string entry, valid until the unit ends.
func (c *Ctx) StringValue(e *store.Entry) []byte {
	if cap(c.Scratch) < 32 {
		c.Scratch = make([]byte, 64)
	}
	return e.Bytes(c.Scratch[:32])
}

// EqualFold compares an argument with a lower- or upper-case ASCII word, ignoring case, without allocating.
func EqualFold(arg []byte, word string) bool {
	if len(arg) != len(word) {
		return false
	}
	for i := range arg {
		a, b := arg[i], word[i]
		if a != b && (a|0x20 != b|0x20 || a|0x20 < 'a' || a|0x20 > 'z') {
			return false
		}
	}
	return true
}

var (
	delName    = []byte("DEL")
	unlinkName = []byte("UNLINK")
)

// RemovalName is the command that says to the log that a command has removed a key on its own account. Here both free large
// values in the background; a server that reads the log may not.
func (c *Ctx) RemovalName() []byte {
	if c.Host.Config().Bool(config.LazyFreeLazyServerDel) {
		return unlinkName
	}
	return delName
}
