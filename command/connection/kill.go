package connection

// CLIENT KILL: by address, as it began, or by filters that must all fit.

import (
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
)

// killFilter says whose connection ends. Zero fields let everybody pass.
type killFilter struct {
	addr, laddr string
	byAddr      bool
	byLaddr     bool
	id          int64
	noNormal    bool // a type was asked for that no client is of
	user        string
	maxAge      int64 // seconds
	spareMe     bool
}

func clientKill(c *command.Ctx) {
	f := killFilter{spareMe: true}
	old := len(c.Args) == 3
	if old {
		f = killFilter{addr: string(c.Args[2]), byAddr: true}
	} else if !f.parse(c) {
		return
	}
	killed, me := 0, false
	for _, cl := range c.Host.Clients() {
		if !f.fits(c, cl) {
			continue
		}
		killed++
		if cl == c.Client {
			me = true
			continue
		}
		c.Host.Kill(cl)
	}
	switch {
	case !old:
		c.Out.Int(int64(killed))
	case killed == 0:
		c.Out.Error("ERR No such client")
	default:
		c.Out.OK()
	}
	if me {
		c.Client.CloseAfterReply = true
	}
}

func (f *killFilter) parse(c *command.Ctx) bool {
	for args := c.Args[2:]; len(args) > 0; args = args[2:] {
		if len(args) == 1 {
			c.Out.Error(command.ErrSyntax)
			return false
		}
		if msg := f.set(c, args[0], args[1]); msg != "" {
			c.Out.Error(msg)
			return false
		}
		if c.Out.Errors > 0 && f.noType {
			return false
		}
	}
	return true
}

// set reads one filter and returns the error to reply with, "" when there is none.
func (f *killFilter) set(c *command.Ctx, name, value []byte) (msg string) {
	var ok bool
	switch {
	case command.EqualFold(name, "id"):
		if f.id, ok = store.ParseInt(value); !ok || f.id < 1 {
			return "ERR client-id should be greater than 0"
		}
	}
	return ""
}

func (f *killFilter) fits(c *command.Ctx, cl *command.Client) bool { return false }
