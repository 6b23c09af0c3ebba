package connection

// CLIENT KILL: by address, as it began, or by filters that must all fit.

import (
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
)

// killFilter says whose connections end. A filter that was not given lets everybody pass.
type killFilter struct {
	addr, laddr, user *string
	id, maxAge        int64  // maxAge in seconds
	class             string // "": any
	spareMe           bool
}

func clientKill(c *command.Ctx) {
	old := len(c.Args) == 3
	var f killFilter
	if old {
		f.addr = text(c.Args[2])
	} else if msg := f.parse(c.Args[2:]); msg != "" {
		c.Out.Error(msg)
		return
	}
	killed := 0
	for _, cl := range c.Host.Clients() {
		if !f.fits(c, cl) {
			continue
		}
		killed++
		if cl == c.Client {
			cl.CloseAfterReply = true
		} else {
			c.Host.Kill(cl)
		}
	}
	switch {
	case !old:
		c.Out.Int(int64(killed))
	case killed == 0:
		c.Out.Error("ERR No such client")
	default:
		c.Out.OK()
	}
}

func text(arg []byte) *string {
	s := string(arg)
	return &s
}

// parse reads pairs of filter and value. It returns the error to reply with, "" when there is none.
func (f *killFilter) parse(args [][]byte) (msg string) {
	f.spareMe = true
	for ; len(args) > 0; args = args[2:] {
		if len(args) == 1 {
			return command.ErrSyntax
		}
		if msg := f.set(args[0], args[1]); msg != "" {
			return msg
		}
	}
	return ""
}

func (f *killFilter) set(name, value []byte) (msg string) {
	var ok bool
	switch {
	case command.EqualFold(name, "id"):
		if f.id, ok = store.ParseInt(value); !ok || f.id < 1 {
			return "ERR client-id should be greater than 0"
		}
	case command.EqualFold(name, "maxage"):
		if f.maxAge, ok = store.ParseInt(value); !ok {
			return "ERR maxage is not an integer or out of range"
		}
		if f.maxAge <= 0 {
			return "ERR maxage should be greater than 0"
		}
	case command.EqualFold(name, "type"):
		f.class, msg = clientType(value)
		return msg
	case command.EqualFold(name, "addr"):
		f.addr = text(value)
	case command.EqualFold(name, "laddr"):
		f.laddr = text(value)
	case command.EqualFold(name, "user"):
		if f.user = text(value); *f.user != "default" {
			return "ERR No such user '" + beforeNUL(*f.user) + "'"
		}
	case command.EqualFold(name, "skipme"):
		return f.setSkipMe(value)
	default:
		return command.ErrSyntax
	}
	return ""
}

func (f *killFilter) setSkipMe(value []byte) (msg string) {
	switch {
	case command.EqualFold(value, "yes"):
		f.spareMe = true
	case command.EqualFold(value, "no"):
		f.spareMe = false
	default:
		return command.ErrSyntax
	}
	return ""
}

func (f *killFilter) fits(c *command.Ctx, cl *command.Client) bool {
	return !(f.class != "" && f.class != classOf(cl) ||
		f.spareMe && cl == c.Client ||
		f.addr != nil && cl.Addr != *f.addr ||
		f.laddr != nil && cl.LocalAddr != *f.laddr ||
		f.user != nil && cl.User != *f.user ||
		f.id != 0 && int64(cl.ID) != f.id ||
		f.maxAge != 0 && age(c, cl) < f.maxAge)
}
