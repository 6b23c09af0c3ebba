package streams

// Ids as arguments.

import (
	"bytes"
	"math"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store/ds/stream"
)

const (
	errID = "ERR Invalid stream ID specified as stream command argument"
	// maxIDArg is the longest argument that is looked at, in bytes.
	maxIDArg = 127
)

// parseID reads "ms-seq", or "ms" alone with seq for the other part.
func parseID(arg []byte, seq uint64) (id stream.ID, ok bool) {
	id, seqGiven, ok := parseNewID(arg, seq)
	return id, ok && seqGiven
}

// parseNewID reads what parseID does and "ms-*", of which seqGiven is false.
func parseNewID(arg []byte, seq uint64) (id stream.ID, seqGiven, ok bool) {
	if len(arg) > maxIDArg {
		return id, false, false
	}
	if i := bytes.IndexByte(arg, 0); i >= 0 { // as Redis does, to whom arguments are C strings here
		arg = arg[:i]
	}
	ms, rest, both := bytes.Cut(arg, []byte{'-'})
	if id.MS, ok = parseUint(ms); !ok || !both {
		id.Seq = seq
		return id, true, ok
	}
	if len(rest) == 1 && rest[0] == '*' {
		return id, false, true
	}
	id.Seq, ok = parseUint(rest)
	return id, true, ok
}

// parseUint reads a number that may have leading spaces, a plus and leading zeros, as strtoull accepts them.
func parseUint(b []byte) (n uint64, ok bool) {
	b = bytes.TrimLeft(b, " \t\n\v\f\r")
	b = bytes.TrimPrefix(b, []byte{'+'})
	if len(b) == 0 {
		return 0, false
	}
	for _, c := range b {
		c -= '0'
		if c > 9 || n > math.MaxUint64/10 || n == math.MaxUint64/10 && c > math.MaxUint64%10 {
			return 0, false
		}
		n = n*10 + uint64(c)
	}
	return n, true
}

// idArg reads argument i as an id, and replies an error when it is none.
func idArg(c *command.Ctx, i int) (id stream.ID, ok bool) {
	if id, ok = parseID(c.Args[i], 0); !ok {
		c.Out.Error(errID)
	}
	return id, ok
}

// checkIDs replies an error when one of the arguments is no id.
func checkIDs(c *command.Ctx, args [][]byte) bool {
	for _, a := range args {
		if _, ok := parseID(a, 0); !ok {
			c.Out.Error(errID)
			return false
		}
	}
	return true
}

// parseAnyID reads what parseID does, and the lowest and the highest id: "-" and "+".
func parseAnyID(arg []byte, seq uint64) (id stream.ID, ok bool) {
	if len(arg) == 1 && arg[0] == '-' {
		return stream.ID{}, true
	}
	if len(arg) == 1 && arg[0] == '+' {
		return stream.MaxID, true
	}
	return parseID(arg, seq)
}

// from reads argument i as the beginning of an interval, with "(" before an id that does not belong to it.
func from(c *command.Ctx, i int) (id stream.ID, ok bool) {
	id, open, ok := bound(c, i, 0)
	if open && ok {
		if id, ok = id.Next(); !ok {
			c.Out.Error("ERR invalid start ID for the interval")
		}
	}
	return id, ok
}

// to reads argument i as the end of an interval.
func to(c *command.Ctx, i int) (id stream.ID, ok bool) {
	id, open, ok := bound(c, i, math.MaxUint64)
	if open && ok {
		if id, ok = id.Prev(); !ok {
			c.Out.Error("ERR invalid end ID for the interval")
		}
	}
	return id, ok
}

func bound(c *command.Ctx, i int, seq uint64) (id stream.ID, open, ok bool) {
	if arg := c.Args[i]; len(arg) > 1 && arg[0] == '(' {
		id, ok = parseID(arg[1:], seq)
		open = true
	} else {
		id, ok = parseAnyID(arg, seq)
	}
	if !ok {
		c.Out.Error(errID)
	}
	return id, open, ok
}
