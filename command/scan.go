package command

// What SCAN, HSCAN, SSCAN and ZSCAN share: their options.

import (
	"bytes"
	"math"
	"strconv"

	"github.com/miniredisd/miniredisd/internal/glob"
	"github.com/miniredisd/miniredisd/resp"
)

// defaultScanCount is how many elements a scan looks at unless it says COUNT.
const defaultScanCount = 10

// ScanOptions are what follows the cursor of a scan.
type ScanOptions struct {
	Count    int64  // at least 1
	Pattern  []byte // nil: all match
	Kind     string // SCAN only: the type of key, in lower case; "": any
	NoValues bool   // HSCAN only
}

// ParseCursor reads argument i as the cursor of a scan, and replies Redis's error when it is none. It takes what C's strtoull
// does, but for the minus.
func (c *Ctx) ParseCursor(i int) (cursor uint64, ok bool) {
	arg := bytes.TrimLeft(c.Args[i], " \t\n\v\f\r")
	arg = bytes.TrimPrefix(arg, []byte("+"))
	cursor, err := strconv.ParseUint(string(arg), 10, 64)
	if err != nil {
		c.Out.Error("ERR invalid cursor")
	}
	return cursor, err == nil
}

// ParseScan reads the options of a scan from argument i on, and replies the error of the first that is wrong.
func (c *Ctx) ParseScan(i int) (o ScanOptions, ok bool) {
	o.Count = defaultScanCount
	keys := c.Spec.Group == Generic
	for ; i < len(c.Args); i++ {
		word, last := c.Args[i], i+1 == len(c.Args)
		switch {
		case EqualFold(word, "count") && !last:
			i++
			if o.Count, ok = c.Int(i); !ok {
				return o, false
			}
			if o.Count < 1 {
				c.Out.Error(ErrSyntax)
				return o, false
			}
		case EqualFold(word, "match") && !last:
			i++
			switch o.Pattern = c.Args[i]; string(o.Pattern) {
			case "*": // matches the empty one too, which it does not by the rules of globs
				o.Pattern = nil
			case "":
				o.Pattern = []byte{} // an empty argument may be nil
			}
		case EqualFold(word, "type") && !last && keys:
			i++
			if o.Kind = string(bytes.ToLower(c.Args[i])); o.Kind == "" {
				o.Kind = "none"
			}
		case EqualFold(word, "novalues"):
			if c.Spec.Group != Hash {
				c.Out.Error("ERR NOVALUES option can only be used in HSCAN")
				return o, false
			}
			o.NoValues = true
		default:
			c.Out.Error(ErrSyntax)
			return o, false
		}
	}
	return o, true
}

// Matches reports whether an element is one of those that are asked for.
func (o *ScanOptions) Matches(element []byte) bool {
	return o.Pattern == nil || glob.Match(o.Pattern, element, false)
}

// ReplyCursor begins the reply of a scan; the array of elements follows.
func (c *Ctx) ReplyCursor(cursor uint64) {
	c.Out.Array(2)
	c.Out.BulkString(strconv.FormatUint(cursor, 10))
}

const (
	// stepsPerElement is how many steps a scan takes for each element of COUNT, when it meets empty buckets only.
	stepsPerElement = 10
	// maxKeptScratch is how large a scratch buffer may stay with its client.
	maxKeptScratch = 64 << 10
)

// ReplyScan replies a scan from cursor on. step takes one step: it writes what it finds to out, and returns the cursor to go on
// with, how many elements it has looked at, and how many replies it has written. What it finds is gathered aside, since the
// cursor stands before it.
func (c *Ctx) ReplyScan(cursor uint64, o *ScanOptions, step func(cursor uint64, out *resp.Writer) (next uint64, looked, replies int)) {
	out := resp.Writer{Buf: c.Scratch[:0]}
	n, seen := 0, int64(0)
	for steps := min(o.Count, math.MaxInt64/stepsPerElement) * stepsPerElement; steps >= 0 && seen < o.Count; steps-- {
		next, looked, replies := step(cursor, &out)
		cursor, seen, n = next, seen+int64(looked), n+replies
		if cursor == 0 {
			break
		}
	}
	c.ReplyCursor(cursor)
	c.Out.Array(n)
	c.Out.Buf = append(c.Out.Buf, out.Buf...)
	if cap(out.Buf) <= maxKeptScratch {
		c.Scratch = out.Buf
	}
}
