//go:build linux

package epoll

// A round of the loop: what has arrived is read from many connections, then executed, then answered. Doing the same thing many
// times finds its code, the kernel's and ours, in the processor's caches. One reading of the clock serves them all: when one
// Session has ended, the next begins.
//
//	l.buf:  | request of c1 | request of c2 | … | room for one read of FirstBuffer |
//	                                        ^ l.used

import (
	"github.com/miniredisd/miniredisd/internal/clock"
	"github.com/miniredisd/miniredisd/server/driver"
)

// roundBuffer is how much the loop reads before it executes, in bytes: a full first buffer, and room for the last read. More would
// be out of the nearest cache before it is executed.
const roundBuffer = 2 * driver.FirstBuffer

// input is what is to be fed to a connection in this round.
type input struct {
	conn *conn
	buf  []byte // a part of the loop's buffer, or the connection's own
	own  bool
	n    int // how many of the bytes were read in this round
}

// turns gives every connection that is ready its turn. Those that are ready again come after what arrives meanwhile.
func (l *loop) turns() {
	l.taking, l.ready = l.ready, l.taking[:0]
	for i, c := range l.taking {
		l.taking[i] = nil
		c.queued = false
		if !c.over {
			c.turn()
		}
		if roundBuffer-l.used < driver.FirstBuffer {
			l.feed()
		}
	}
	l.feed()
}

// room is where the next connection reads to.
func (l *loop) room() []byte { return l.buf[l.used:] }

// feed executes what was gathered.
func (l *loop) feed() {
	if len(l.gathered) == 0 {
		return
	}
	now := clock.Mono()
	for i, in := range l.gathered {
		l.gathered[i] = input{}
		if !in.conn.over {
			now = in.conn.feed(in, now)
		}
	}
	l.gathered, l.used = l.gathered[:0], 0
}

// split makes another goroutine go on with the round while one connection's Feed takes long.
func (l *loop) split() {
	gathered, taking := l.gathered, l.taking // who is inside of feed, and perhaps of turns, goes through these
	l.gathered, l.taking = nil, nil
	for _, in := range gathered {
		if in.conn != nil {
			l.gathered = append(l.gathered, in)
		}
	}
	var rest []*conn
	for _, c := range taking {
		if c != nil {
			rest = append(rest, c) // they come next
		}
	}
	l.ready = append(rest, l.ready...)
	l.buf = new([roundBuffer]byte) // the former one holds what is being executed, and was gathered
	l.group.running.Go(func() {
		l.feed()
		l.commit()
		l.run()
	})
}
