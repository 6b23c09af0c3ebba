package resp

// The request parser. A request is either a multibulk
//
//	*2\r\n $3\r\nGET\r\n $1\r\nk\r\n
//
// or, if its first byte is anything but '*', an inline line: "GET k\n".
//
// A request may arrive in any number of pieces. The parser remembers, as
// offsets from the request's first byte, what it has understood so far, and
// each call goes on from there. Payloads of bulks are never looked at. So the
// work is linear in the request's size, whatever the pieces.
//
// What is checked, when, and with which text is Redis's. In particular only the
// '\r' of a line break is checked, the byte behind it and the two behind a bulk
// are taken for "\r\n" unseen, and a header is judged only once its line break
// is there. All decisions depend on the bytes alone, never on the pieces they
// came in.

import (
	"bytes"
	"math"
)

// Limits bounds what one request may claim. A zero field means its default.
type Limits struct {
	// MaxBulkLen is the most bytes one argument may have
	// (proto-max-bulk-len). Default: 512 MB.
	MaxBulkLen int64

	// MaxInline is the most bytes an inline request, or the line with a
	// count, may have before its line break. At least 32. Default: 64 KB.
	MaxInline int

	// MaxArgs is the most arguments of a multibulk. Default: 2^31-1; the
	// limit on the size of a client's buffer is what bounds it in practice.
	MaxArgs int

	// Unauthenticated narrows a multibulk to 10 arguments of 16 KB, for
	// clients that still have to authenticate.
	Unauthenticated bool
}

const (
	defaultMaxBulkLen = 512 << 20
	defaultMaxInline  = 64 << 10
	defaultMaxArgs    = math.MaxInt32

	unauthMaxArgs    = 10
	unauthMaxBulkLen = 16 << 10

	// minMaxInline leaves every valid line with a count within MaxInline.
	minMaxInline = 32

	// keepArgs and keepScratch (bytes) bound the memory that a Parser keeps
	// from one command to the next.
	keepArgs    = 1024
	keepScratch = 4096
)

// ProtocolError is a request that cannot be understood. The client gets the
// text as an error reply, and is then disconnected: where its next request
// begins cannot be known.
type ProtocolError struct{ msg string }

// Error is the text for the client, beginning with its code.
func (e *ProtocolError) Error() string { return e.msg }

func protocolError(what string) *ProtocolError {
	return &ProtocolError{"ERR Protocol error: " + what}
}

var (
	errInline       = protocolError("too big inline request")
	errQuotes       = protocolError("unbalanced quotes in request")
	errCountLine    = protocolError("too big mbulk count string")
	errCount        = protocolError("invalid multibulk length")
	errUnauthCount  = protocolError("unauthenticated multibulk length")
	errLengthLine   = protocolError("too big bulk count string")
	errLength       = protocolError("invalid bulk length")
	errUnauthLength = protocolError("unauthenticated bulk length")
)

// Parser cuts a byte stream into commands, without doing any I/O. It remembers
// how far it got in a command that is still incomplete. The zero value is ready
// to use. A Parser is not safe for concurrent use.
type Parser struct {
	// Limits may be changed between calls of Next.
	Limits Limits

	// The state of the command at hand. Offsets count from its first byte.
	pos     int    // everything before is understood
	scanned int    // everything in [pos, scanned) is known to hold no line break
	count   int    // arguments claimed; 0: the '*' line is still to come
	inBulk  bool   // the header at hand is read, its payload begins at pos
	bulkLen int    // then: the payload's length
	spans   []span // arguments found so far; offsets, since the buffer may move
	missing int    // see Need

	args    [][]byte // handed out by Next; never held more than keepArgs
	used    int      // args[used:cap] hold nil
	scratch []byte   // inline arguments after unescaping
}

// span is an argument's place in the buffer.
type span struct{ start, end int }

// Understood is how many bytes of a command that has not come whole belong to what is understood of it already.
func (p *Parser) Understood() int { return p.pos }

// Next parses the command that buf starts with. The results:
//
//   - n > 0 and args not empty: a command that took n bytes.
//   - n > 0 and args empty: n bytes to skip (an empty line, *0, *-1).
//   - n == 0, err == nil: the command is incomplete. Call again with the same
//     bytes, at any address, and more of them behind.
//   - err, a *ProtocolError: the stream is beyond repair.
//
// The arguments alias buf or memory of the Parser; they are valid until buf is
// changed or the next call. A call that returns n == 0 lets go of whatever the
// Parser still held of former buffers.
func (p *Parser) Next(buf []byte) (args [][]byte, n int, err error) {
	if len(buf) == 0 {
		p.letGo()
		return nil, 0, nil
	}
	if buf[0] != '*' {
		args, n, err = p.inline(buf)
	} else {
		args, n, err = p.multibulk(buf)
	}
	if n == 0 {
		p.letGo()
	}
	return args, n, err
}

// Need returns how many bytes are missing at least from the argument that Next
// found incomplete, so that a driver can grow its buffer once for it; 0 if that
// is not known. It is a client's claim, bounded only by Limits.MaxBulkLen.
func (p *Parser) Need() int { return p.missing }

// Reset forgets the command at hand and all buffers. Limits stay.
func (p *Parser) Reset() { *p = Parser{Limits: p.Limits} }

// letGo drops the references to the buffer of the command handed out last.
func (p *Parser) letGo() {
	clear(p.args[:p.used])
	p.used = 0
}

// finish ends the command at hand.
func (p *Parser) finish() {
	p.pos, p.scanned, p.count, p.missing = 0, 0, 0, 0
	if len(p.spans) > keepArgs {
		p.spans = nil
	}
	p.spans = p.spans[:0]
}

func (p *Parser) inline(buf []byte) (args [][]byte, n int, err error) {
	end, ok := p.findLineEnd(buf, '\n')
	if !ok {
		if len(buf) > p.maxInline() {
			return nil, 0, errInline
		}
		return nil, 0, nil
	}
	line := buf[:end]
	if end > 0 && line[end-1] == '\r' {
		line = line[:end-1]
	}
	args, scratch, err := splitArgs(p.args[:0], p.scratch[:0], line)
	if err != nil {
		return nil, 0, errQuotes
	}
	p.keep(args)
	if cap(scratch) <= keepScratch {
		p.scratch = scratch
	}
	p.finish()
	return args, end + 1, nil
}

func (p *Parser) multibulk(buf []byte) (args [][]byte, n int, err error) {
	if p.count == 0 {
		if args, n = p.whole(buf); n > 0 {
			p.scanned = 0 // what was searched of the count's line while that was incomplete
			return args, n, nil
		}
		skip, ok, err := p.readCount(buf)
		if skip {
			n = p.pos
			p.finish()
			return nil, n, nil
		}
		if !ok {
			return nil, 0, err
		}
	}
	for len(p.spans) < p.count {
		if !p.inBulk {
			ok, err := p.readBulkLen(buf)
			if !ok {
				return nil, 0, err
			}
		}
		if have := len(buf) - p.pos; have < p.bulkLen+2 {
			p.missing = p.bulkLen + 2 - have
			return nil, 0, nil
		}
		p.spans = append(p.spans, span{p.pos, p.pos + p.bulkLen})
		p.pos, p.inBulk = p.pos+p.bulkLen+2, false
	}
	n = p.pos
	args = p.cut(buf)
	p.finish()
	return args, n, nil
}

// whole is the short way for the usual command: complete, of few and not too
// large arguments, with nothing odd about it. Otherwise n is 0, and multibulk
// looks at the command from its beginning, thoroughly. (It comes here no more
// for the same command once the line with the count is read.)
func (p *Parser) whole(buf []byte) (args [][]byte, n int) {
	count, pos := shortNumber(buf, 0)
	if count == 0 || p.Limits.Unauthenticated || int64(count) > min(keepArgs, p.maxArgs()) {
		return nil, 0
	}
	maxLen := p.maxBulkLen()
	args = p.args[:0]
	for len(args) < count && pos < len(buf) && buf[pos] == '$' {
		size, at := shortNumber(buf, pos)
		if at == 0 || int64(size) > maxLen || size+2 > len(buf)-at {
			break
		}
		args = append(args, buf[at:at+size:at+size])
		pos = at + size + 2
	}
	p.keep(args)
	if len(args) < count {
		return nil, 0
	}
	return args, pos
}

// cut turns the spans into slices of buf. An argument's capacity ends with it,
// so that appending to it cannot run into its neighbour.
func (p *Parser) cut(buf []byte) [][]byte {
	args := p.args[:0]
	if len(p.spans) > cap(args) {
		args = make([][]byte, 0, max(len(p.spans), 8))
	}
	for _, s := range p.spans {
		args = append(args, buf[s.start:s.end:s.end])
	}
	p.keep(args)
	return args
}

// keep remembers args, built on p.args[:0], for the next command to reuse.
func (p *Parser) keep(args [][]byte) {
	if len(args) > keepArgs {
		p.used = cap(p.args) // filled before they grew out of it
		return
	}
	p.args, p.used = args[:0], max(p.used, len(args))
}

// readCount reads the line "*count". skip means that the request has no
// arguments and ends here; ok, that there are p.count arguments to read.
func (p *Parser) readCount(buf []byte) (skip, ok bool, err error) {
	v, end, st := p.readNumber(buf)
	switch {
	case st == lineIncomplete:
		return false, false, nil
	case st == lineTooLong:
		return false, false, errCountLine
	case st == lineInvalid || v > p.maxArgs():
		return false, false, errCount
	case v > unauthMaxArgs && p.Limits.Unauthenticated:
		return false, false, errUnauthCount
	}
	p.pos, p.scanned = end, end
	if v <= 0 {
		return true, false, nil
	}
	p.count = int(v)
	return false, true, nil
}

// readBulkLen reads the line "$length" of the next argument.
func (p *Parser) readBulkLen(buf []byte) (ok bool, err error) {
	p.missing = 0
	if p.pos == len(buf) {
		return false, nil
	}
	v, end, st := p.readNumber(buf)
	switch {
	case st == lineIncomplete:
		return false, nil
	case st == lineTooLong:
		return false, errLengthLine
	case buf[p.pos] != '$':
		return false, protocolError("expected '$', got '" + printable(buf[p.pos]) + "'")
	case st == lineInvalid || v < 0 || v > p.maxBulkLen():
		return false, errLength
	case v > unauthMaxBulkLen && p.Limits.Unauthenticated:
		return false, errUnauthLength
	}
	p.pos, p.scanned = end, end
	p.bulkLen, p.inBulk = int(v), true
	return true, nil
}

// printable is a byte as it can stand in an error reply.
func printable(c byte) string {
	if c == '\r' || c == '\n' {
		c = ' '
	}
	return string([]byte{c})
}

// What readNumber makes of a line.
type lineState uint8

const (
	lineOK         lineState = iota
	lineIncomplete           // its end has not arrived
	lineTooLong              // longer than MaxInline
	lineInvalid              // complete, but no number
)

// readNumber reads a line at p.pos of one type byte and a number. end is the
// offset behind its line break.
func (p *Parser) readNumber(buf []byte) (v int64, end int, st lineState) {
	if v, end := shortNumber(buf, p.pos); end > 0 {
		return int64(v), end, lineOK
	}
	return p.readOddNumber(buf)
}

// shortNumber reads the line at pos if it is what nearly every line is: a type
// byte, one to nine digits and a line break, all there. Otherwise end is 0.
func shortNumber(buf []byte, pos int) (v, end int) {
	i := pos + 1
	for stop := min(len(buf), pos+10); i < stop; i++ {
		d := buf[i] - '0'
		if d > 9 {
			break
		}
		v = v*10 + int(d)
	}
	if i+1 >= len(buf) || buf[i] != '\r' || i == pos+1 {
		return 0, 0
	}
	if buf[pos+1] == '0' && i > pos+2 {
		return 0, 0 // a leading zero
	}
	return v, i + 2
}

// readOddNumber is readNumber for lines that are incomplete, long, negative or
// wrong.
func (p *Parser) readOddNumber(buf []byte) (v int64, end int, st lineState) {
	i, ok := p.findLineEnd(buf, '\r')
	switch {
	case !ok && len(buf)-p.pos > p.maxInline():
		return 0, 0, lineTooLong
	case !ok, i+1 == len(buf):
		return 0, 0, lineIncomplete
	case i == p.pos: // not even a type byte
		return 0, 0, lineInvalid
	}
	v, ok = parseInt(buf[p.pos+1 : i])
	if !ok {
		return 0, 0, lineInvalid
	}
	return v, i + 2, lineOK
}

// findLineEnd returns the offset of the first c in the line at p.pos, looking
// no further than MaxInline bytes into it and only at bytes it has not seen.
func (p *Parser) findLineEnd(buf []byte, c byte) (at int, ok bool) {
	stop := min(len(buf), p.pos+p.maxInline()+1)
	from := max(p.pos, p.scanned)
	if from < stop {
		if i := bytes.IndexByte(buf[from:stop], c); i >= 0 {
			p.scanned = from + i
			return from + i, true
		}
		p.scanned = stop
	}
	return 0, false
}

// parseInt reads a decimal int64 in its one canonical form: no sign but '-', no
// leading zeros, no spaces, no "-0".
func parseInt(b []byte) (v int64, ok bool) {
	if len(b) == 1 && b[0] == '0' {
		return 0, true
	}
	negative := len(b) > 0 && b[0] == '-'
	if negative {
		b = b[1:]
	}
	if len(b) == 0 || len(b) > 19 || b[0] == '0' {
		return 0, false
	}
	var u uint64 // 19 digits cannot overflow it
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		u = u*10 + uint64(c-'0')
	}
	switch {
	case negative && u <= 1<<63:
		return -int64(u), true
	case !negative && u <= math.MaxInt64:
		return int64(u), true
	}
	return 0, false
}

func (p *Parser) maxInline() int {
	if p.Limits.MaxInline > 0 {
		return max(p.Limits.MaxInline, minMaxInline)
	}
	return defaultMaxInline
}

func (p *Parser) maxArgs() int64 {
	if p.Limits.MaxArgs > 0 {
		return int64(p.Limits.MaxArgs)
	}
	return defaultMaxArgs
}

func (p *Parser) maxBulkLen() int64 {
	if p.Limits.MaxBulkLen > 0 {
		return min(p.Limits.MaxBulkLen, math.MaxInt/2) // so that sums of lengths fit an int
	}
	return defaultMaxBulkLen
}
