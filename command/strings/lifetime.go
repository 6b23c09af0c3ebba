package strings

// How long a value is to live: the options that SET and GETEX share.

import (
	"fmt"
	"math"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
)

// unit says how a lifetime is given.
type unit uint8

const (
	none           unit = iota // not at all
	seconds                    // EX, from now on
	milliseconds               // PX
	unixSeconds                // EXAT, since the Unix epoch
	unixMillis                 // PXAT
	keepTTL                    // KEEPTTL: the deadline stays
	persist                    // PERSIST: it goes
	firstUnit      = seconds
	lastTimedUnit  = unixMillis
	maxIntText     = 20 // bytes of an int64's text
	maxUnixSeconds = math.MaxInt64 / 1000
)

// unitNames are the options, by unit.
var unitNames = [...]string{seconds: "ex", milliseconds: "px", unixSeconds: "exat", unixMillis: "pxat"}

// lifetime is what the options ask for.
type lifetime struct {
	unit unit
	text []byte // the number, not looked at yet: other errors come first
}

// choose takes a unit; only one may be chosen, though more than once.
func (l *lifetime) choose(u unit) bool {
	if l.unit != none && l.unit != u {
		return false
	}
	l.unit = u
	return true
}

// option reads argument i as an option with a number behind it. It returns how many arguments it took, 0 when it is
// none or must not stand here.
func (l *lifetime) option(c *command.Ctx, i int) (used int) {
	if i+1 == len(c.Args) {
		return 0
	}
	for u := firstUnit; u <= lastTimedUnit; u++ {
		if command.EqualFold(c.Args[i], unitNames[u]) && l.choose(u) {
			l.text = c.Args[i+1]
			return 2
		}
	}
	return 0
}

// timed reports whether there is a deadline.
func (l *lifetime) timed() bool { return firstUnit <= l.unit && l.unit <= lastTimedUnit }

// deadline is the time in milliseconds since the Unix epoch, 0 when there is none. It replies an error, and returns
// false, when the number makes no sense.
func (l *lifetime) deadline(c *command.Ctx) (at int64, ok bool) {
	if !l.timed() {
		return 0, true
	}
	at, ok = store.ParseInt(l.text)
	if !ok {
		c.Out.Error(command.ErrNotInt)
		return 0, false
	}
	inSeconds := l.unit == seconds || l.unit == unixSeconds
	if at <= 0 || inSeconds && at > maxUnixSeconds {
		return l.invalid(c)
	}
	if inSeconds {
		at *= 1000
	}
	if l.unit == seconds || l.unit == milliseconds {
		if at > math.MaxInt64-c.Now() {
			return l.invalid(c)
		}
		at += c.Now()
	}
	return at, true
}

func (l *lifetime) invalid(c *command.Ctx) (int64, bool) {
	c.Out.Error(fmt.Sprintf("ERR invalid expire time in '%s' command", c.Spec.FullName()))
	return 0, false
}
