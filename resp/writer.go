package resp

// The reply writer. What RESP2 and redcon's codec have in common is redcon's;
// the RESP3 types, and the appends that redcon does with an allocation, are
// written here.

import (
	"bytes"
	"fmt"
	"strconv"

	"github.com/tidwall/redcon"

	"github.com/miniredisd/miniredisd/internal/double"
)

// Writer appends the replies for one client to Buf. The zero value writes
// RESP2. A Writer is not safe for concurrent use.
//
// No method allocates beyond the growth of Buf, except Errorf (formatting) and
// Status and Error when they have to replace a line break.
type Writer struct {
	// Buf is the output not yet sent. Its owner may take bytes off it or
	// truncate it between replies, never between a Defer and its End.
	Buf []byte

	// Proto is the protocol version: 3 is RESP3, everything else RESP2.
	Proto int

	// Errors counts the error replies written so far.
	Errors int

	// OnError, if set, sees each error's text (without the leading "-",
	// as passed to Error) before it is appended.
	OnError func(msg string)
}

// Status appends a simple string: +OK. Line breaks in s become spaces.
func (w *Writer) Status(s string) { w.Buf = redcon.AppendString(w.Buf, s) }

// OK appends +OK.
func (w *Writer) OK() { w.Buf = redcon.AppendOK(w.Buf) }

// Pong appends +PONG.
func (w *Writer) Pong() { w.Buf = append(w.Buf, "+PONG\r\n"...) }

// Queued appends +QUEUED, the answer to a command inside MULTI.
func (w *Writer) Queued() { w.Buf = append(w.Buf, "+QUEUED\r\n"...) }

// Error appends an error reply. msg starts with its code ("ERR …",
// "WRONGTYPE …"); line breaks in it become spaces.
func (w *Writer) Error(msg string) {
	w.Errors++
	if w.OnError != nil {
		w.OnError(msg)
	}
	w.Buf = redcon.AppendError(w.Buf, msg)
}

// Errorf is Error with a format. Of byte slices, which is what clients send, it shows what stands before the first NUL, as
// Redis does, to which they are C strings.
func (w *Writer) Errorf(format string, a ...any) {
	for i := range a {
		if b, ok := a[i].([]byte); ok {
			a[i], _, _ = bytes.Cut(b, []byte{0})
		}
	}
	w.Error(fmt.Sprintf(format, a...))
}

// Int appends an integer: :1.
func (w *Writer) Int(n int64) { w.Buf = redcon.AppendInt(w.Buf, n) }

// Bool appends :1 or :0 in either protocol, for the commands that answer yes
// and no with an integer. Boolean is the RESP3 type.
func (w *Writer) Bool(b bool) {
	if b {
		w.Buf = append(w.Buf, ":1\r\n"...)
	} else {
		w.Buf = append(w.Buf, ":0\r\n"...)
	}
}

// Bulk appends a bulk string. Nil is the empty string, not null.
func (w *Writer) Bulk(b []byte) { w.Buf = AppendBulk(w.Buf, b) }

// BulkString appends a bulk string.
func (w *Writer) BulkString(s string) { w.Buf = redcon.AppendBulkString(w.Buf, s) }

// BulkInt appends n in decimal as a bulk string.
func (w *Writer) BulkInt(n int64) {
	var tmp [20]byte
	w.Bulk(strconv.AppendInt(tmp[:0], n, 10))
}

// BulkHeader begins a bulk string of n bytes. The caller appends exactly n
// bytes to Buf and then calls BulkTail.
func (w *Writer) BulkHeader(n int) { w.header('$', n) }

// BulkTail ends what BulkHeader began.
func (w *Writer) BulkTail() { w.Buf = append(w.Buf, '\r', '\n') }

// Null appends the absent value: $-1 in RESP2, _ in RESP3.
func (w *Writer) Null() {
	if w.Proto == 3 {
		w.Buf = append(w.Buf, "_\r\n"...)
	} else {
		w.Buf = redcon.AppendNull(w.Buf)
	}
}

// NullArray appends the absent array: *-1 in RESP2, _ in RESP3.
func (w *Writer) NullArray() {
	if w.Proto == 3 {
		w.Buf = append(w.Buf, "_\r\n"...)
	} else {
		w.Buf = append(w.Buf, "*-1\r\n"...)
	}
}

// Array begins an array of n elements.
func (w *Writer) Array(n int) { w.Buf = redcon.AppendArray(w.Buf, n) }

// EmptyArray appends *0.
func (w *Writer) EmptyArray() { w.Buf = append(w.Buf, "*0\r\n"...) }

// Map begins a map of n pairs: %n in RESP3, an array of 2n elements in RESP2.
func (w *Writer) Map(n int) { w.header(w.mapHeader(n)) }

// Set begins a set of n elements: ~n in RESP3, an array in RESP2.
func (w *Writer) Set(n int) { w.header(w.kind('~'), n) }

// Attribute begins an attribute of n pairs, which stands before the reply it
// belongs to. RESP2 has none: then nothing is written and the result is false,
// and the caller leaves the pairs out.
func (w *Writer) Attribute(n int) bool {
	if w.Proto != 3 {
		return false
	}
	w.header('|', n)
	return true
}

// Push begins an out-of-band message of n elements: >n in RESP3, an array in
// RESP2.
func (w *Writer) Push(n int) { w.header(w.kind('>'), n) }

// Double appends a floating point number: a double in RESP3, a bulk string in
// RESP2, formatted by AppendDouble.
func (w *Writer) Double(f float64) {
	if w.Proto == 3 {
		w.Buf = append(w.Buf, ',')
		w.Buf = AppendDouble(w.Buf, f)
		w.Buf = append(w.Buf, '\r', '\n')
		return
	}
	var tmp [double.MaxLen]byte
	w.Bulk(AppendDouble(tmp[:0], f))
}

// Boolean appends the RESP3 boolean #t or #f; in RESP2 it is :1 or :0.
func (w *Writer) Boolean(b bool) {
	switch {
	case w.Proto != 3:
		w.Bool(b)
	case b:
		w.Buf = append(w.Buf, "#t\r\n"...)
	default:
		w.Buf = append(w.Buf, "#f\r\n"...)
	}
}

// BigNumber appends the decimal digits s as a RESP3 big number, in RESP2 as a
// bulk string.
func (w *Writer) BigNumber(s string) {
	if w.Proto != 3 {
		w.BulkString(s)
		return
	}
	w.Buf = append(w.Buf, '(')
	w.Buf = append(w.Buf, s...)
	w.Buf = append(w.Buf, '\r', '\n')
}

// Verbatim appends text meant for people, in RESP3 with its format, of which
// ext is the three-letter name ("txt", "mkd"); shorter ones are filled with
// spaces, longer ones cut. In RESP2 it is a bulk string.
func (w *Writer) Verbatim(ext, s string) {
	if w.Proto != 3 {
		w.BulkString(s)
		return
	}
	name := [4]byte{' ', ' ', ' ', ':'}
	copy(name[:3], ext)
	w.header('=', len(name)+len(s))
	w.Buf = append(w.Buf, name[:]...)
	w.Buf = append(w.Buf, s...)
	w.Buf = append(w.Buf, '\r', '\n')
}

// Collections whose length is known only at their end.
//
// Defer reserves room for the header of a collection of less than ten
// elements, so ending one that small writes three bytes; ending a larger one
// moves what was appended since by the missing digits, in one copy:
//
//	Defer     |*0\r\n
//	          |*0\r\n elements…
//	End(7)    |*7\r\n elements…
//	End(123)  |*123\r\n elements…        (elements moved by 2)
//
// The mark is an offset into Buf. Pairs nest: an inner End moves only bytes
// behind the outer mark. Every Defer needs its End, with nothing taken off Buf
// in between.
const deferredHeaderLen = 4

// DeferArray begins an array that EndArray completes.
func (w *Writer) DeferArray() (mark int) { return w.deferHeader() }

// EndArray gives the array begun at mark its length.
func (w *Writer) EndArray(mark, n int) { w.endHeader(mark, '*', n) }

// DeferMap begins a map that EndMap completes.
func (w *Writer) DeferMap() (mark int) { return w.deferHeader() }

// EndMap gives the map begun at mark its number of pairs.
func (w *Writer) EndMap(mark, n int) {
	kind, n := w.mapHeader(n)
	w.endHeader(mark, kind, n)
}

// DeferSet begins a set that EndSet completes.
func (w *Writer) DeferSet() (mark int) { return w.deferHeader() }

// EndSet gives the set begun at mark its number of elements.
func (w *Writer) EndSet(mark, n int) { w.endHeader(mark, w.kind('~'), n) }

func (w *Writer) deferHeader() (mark int) {
	mark = len(w.Buf)
	w.Buf = append(w.Buf, "*0\r\n"...)
	return mark
}

func (w *Writer) endHeader(mark int, kind byte, n int) {
	var tmp [24]byte
	h := appendHeader(tmp[:0], kind, n)
	if more := len(h) - deferredHeaderLen; more > 0 {
		body, end := mark+deferredHeaderLen, len(w.Buf)
		w.Buf = append(w.Buf, h[:more]...) // grow by more bytes, any bytes
		copy(w.Buf[body+more:], w.Buf[body:end])
	}
	copy(w.Buf[mark:], h)
}

// kind is the type byte of a collection that RESP2 knows only as an array.
func (w *Writer) kind(resp3 byte) byte {
	if w.Proto == 3 {
		return resp3
	}
	return '*'
}

func (w *Writer) mapHeader(pairs int) (kind byte, n int) {
	if w.Proto == 3 {
		return '%', pairs
	}
	return '*', 2 * pairs
}

func (w *Writer) header(kind byte, n int) { w.Buf = appendHeader(w.Buf, kind, n) }

// appendHeader appends a type byte, a count and a line break. (redcon's own is
// not exported, and its exported callers cover only '*' and ':'.)
func appendHeader(dst []byte, kind byte, n int) []byte {
	if uint(n) < 10 {
		return append(dst, kind, byte('0'+n), '\r', '\n')
	}
	dst = append(dst, kind)
	dst = strconv.AppendInt(dst, int64(n), 10)
	return append(dst, '\r', '\n')
}

// IsCommand reports whether raw is what AppendCommand makes of args, all of which lie in raw: so raw can stand for them, and
// nobody has put another argument into the place of one.
func IsCommand(raw []byte, args [][]byte) bool {
	pos := headerSize(len(args))
	for _, arg := range args {
		pos += headerSize(len(arg))
		if len(arg) > 0 && (pos >= len(raw) || &raw[pos] != &arg[0]) {
			return false
		}
		pos += len(arg) + len("\r\n")
	}
	return pos == len(raw) && raw[0] == '*'
}

// headerSize is the length of what appendHeader appends.
func headerSize(n int) int {
	size := len("*0\r\n")
	for ; n >= 10; n /= 10 {
		size++
	}
	return size
}

// AppendCommand appends a request in multibulk form, the encoding that clients
// send and the append-only log keeps.
func AppendCommand(dst []byte, args ...[]byte) []byte {
	dst = appendHeader(dst, '*', len(args))
	for _, arg := range args {
		dst = AppendBulk(dst, arg)
	}
	return dst
}
