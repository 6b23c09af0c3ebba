package config

import "strings"

// NotifyFlags are the classes of keyspace events that are published.
type NotifyFlags int64

// The classes of events, with their letters in notify-keyspace-events.
const (
	NotifyKeyspace NotifyFlags = 1 << iota // K: to __keyspace@<db>__
	NotifyKeyevent                         // E: to __keyevent@<db>__
	NotifyGeneric                          // g
	NotifyString                           // $
	NotifyList                             // l
	NotifySet                              // s
	NotifyHash                             // h
	NotifyZset                             // z
	NotifyExpired                          // x
	NotifyEvicted                          // e
	NotifyStream                           // t
	NotifyKeyMiss                          // m
	_
	NotifyModule // d
	NotifyNew    // n

	NotifyOverwritten // o
	NotifyTypeChanged // c

	// NotifyAll is A: every class of data, without key misses, new keys, and those that were overwritten.
	NotifyAll = NotifyGeneric | NotifyString | NotifyList | NotifySet | NotifyHash |
		NotifyZset | NotifyExpired | NotifyEvicted | NotifyStream | NotifyModule
)

// notifyLetters are the letters in the order in which they are printed.
var notifyLetters = []struct {
	letter byte
	flag   NotifyFlags
}{
	{'A', NotifyAll},
	{'g', NotifyGeneric}, {'$', NotifyString}, {'l', NotifyList}, {'s', NotifySet},
	{'h', NotifyHash}, {'z', NotifyZset}, {'x', NotifyExpired}, {'e', NotifyEvicted},
	{'t', NotifyStream}, {'d', NotifyModule}, {'n', NotifyNew},
	{'o', NotifyOverwritten}, {'c', NotifyTypeChanged},
	{'K', NotifyKeyspace}, {'E', NotifyKeyevent}, {'m', NotifyKeyMiss},
}

// Notify reads notify-keyspace-events; 0 publishes nothing.
func (c *Config) Notify() NotifyFlags {
	return NotifyFlags(c.nums[NotifyKeyspaceEvents.slot].Load())
}

// notifyKind is a string of letters.
type notifyKind struct{}

func (notifyKind) parse(args []string, _ value, _ bool) (value, error) {
	s, err := one(args)
	if err != nil {
		return value{}, err
	}
	var flags NotifyFlags
	for i := 0; i < len(s); i++ {
		f := notifyFlag(s[i])
		if f == 0 {
			return value{}, reason("Invalid event class character. Use 'Ag$lshzxeKEtmdn'.")
		}
		flags |= f
	}
	return value{n: int64(flags)}, nil
}

func notifyFlag(letter byte) NotifyFlags {
	for _, l := range notifyLetters {
		if l.letter == letter {
			return l.flag
		}
	}
	return 0
}

// format prints A for all classes of data. Redis 7.4 drops the n of "An"; here
// it stays, or the value would be lost in CONFIG REWRITE.
func (notifyKind) format(v value) string {
	var s strings.Builder
	left := NotifyFlags(v.n)
	for _, l := range notifyLetters {
		if left&l.flag == l.flag {
			s.WriteByte(l.letter)
			left &^= l.flag
		}
	}
	return s.String()
}

func (k notifyKind) lines(v, _ value) []line { return []line{{quote(k.format(v)), v.n != 0}} }
func (notifyKind) same(_, _ value) bool      { return false }
