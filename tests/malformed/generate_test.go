package malformed

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

// request is what a client sends before it says that it has no more to say.
type request struct {
	pieces []string // written one after the other
	// want is the whole answer; unknown when it is easier asked of a real Redis than told.
	want    string
	unknown bool
}

func (r request) String() string {
	all := strings.Join(r.pieces, "")
	return fmt.Sprintf("%.300q (%d bytes in %d pieces)", all, len(all), len(r.pieces))
}

// Limits of the protocol, and what is said beyond them.
const (
	maxLine = 64 << 10
	maxBulk = 512 << 20
)

func protocolError(what string) string { return "-ERR Protocol error: " + what + "\r\n" }

// generate draws a request that is bad in one of the ways there are.
func generate(r *rand.Rand) request {
	ways := []func(*rand.Rand) (bytes, want string, known bool){badCount, badBulkLength, noBulk, longLine, badQuotes, ignored,
		unfinished, mutated, noise}
	bytes, want, known := ways[r.IntN(len(ways))](r)
	if r.IntN(4) == 0 { // after a good one
		bytes, want = "*1\r\n$4\r\nPING\r\n"+bytes, "+PONG\r\n"+want
	}
	return request{pieces: split(r, bytes), want: want, unknown: !known}
}

// split cuts bytes at up to three places.
func split(r *rand.Rand, bytes string) []string {
	var pieces []string
	for n := r.IntN(4); n > 0 && len(bytes) > 1; n-- {
		at := 1 + r.IntN(min(len(bytes)-1, 40))
		pieces, bytes = append(pieces, bytes[:at]), bytes[at:]
	}
	return append(pieces, bytes)
}

func pick(r *rand.Rand, list ...string) string { return list[r.IntN(len(list))] }

// notNumber draws something that does not count anything.
func notNumber(r *rand.Rand) string {
	return pick(r, "", "x", "1x", " 1", "1 ", "+1", "01", "-", "--1", "1.0", "0x1", "1e1", "9223372036854775808", "-9223372036854775809",
		"99999999999999999999", "\x01", "\xff", "one", "*1", "$1")
}

func badCount(r *rand.Rand) (bytes, want string, known bool) {
	n := notNumber(r)
	if r.IntN(3) == 0 {
		n = strconv.FormatInt(1<<31+r.Int64N(1<<40), 10)
	}
	return "*" + n + "\r\n" + pick(r, "", "$4\r\nPING\r\n", "junk"), protocolError("invalid multibulk length"), true
}

func badBulkLength(r *rand.Rand) (bytes, want string, known bool) {
	n := notNumber(r)
	if r.IntN(3) == 0 {
		n = pick(r, "-1", "-2", strconv.FormatInt(maxBulk+1+r.Int64N(1<<40), 10), "-9223372036854775808")
	}
	return pick(r, "*1\r\n$", "*2\r\n$3\r\nGET\r\n$", "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$") + n + "\r\n", protocolError("invalid bulk length"), true
}

func noBulk(r *rand.Rand) (bytes, want string, known bool) {
	c := pick(r, "+", "*", ":", "x", "-", "%", "_", " ")
	return pick(r, "*1\r\n", "*2\r\n$3\r\nGET\r\n") + c + "4\r\nPING\r\n", protocolError("expected '$', got '" + c + "'"), true
}

// longLine never ends.
func longLine(r *rand.Rand) (bytes, want string, known bool) {
	endless := strings.Repeat(pick(r, "1", "x", "\xff", "5 "), maxLine)
	switch r.IntN(24) { // rarely, since it is long
	case 0:
		return "*" + endless, protocolError("too big mbulk count string"), true
	case 1:
		return "*1\r\n$" + endless, protocolError("too big bulk count string"), true
	case 2:
		return "GET " + endless, protocolError("too big inline request"), true
	}
	return badCount(r)
}

func badQuotes(r *rand.Rand) (bytes, want string, known bool) {
	return pick(r, `"`, `'`, `GET "a`, `GET 'a`, `GET "a"b`, `GET 'a'b`, `GET a"b"c`, `"GET" 'a\`, `GET "\x4`, `GET "a\"`) + pick(r, "\r\n", "\n"),
		protocolError("unbalanced quotes in request"), true
}

// ignored are the requests that ask for nothing.
func ignored(r *rand.Rand) (bytes, want string, known bool) {
	var b strings.Builder
	for range 1 + r.IntN(5) {
		b.WriteString(pick(r, "*0\r\n", "*-1\r\n", "\r\n", "\n", "   \r\n", "*-99999\r\n"))
	}
	return b.String(), "", true
}

// valid draws a request in order.
func valid(r *rand.Rand) string {
	return pick(r, "*1\r\n$4\r\nPING\r\n", "*2\r\n$3\r\nGET\r\n$4\r\nnone\r\n", "*3\r\n$3\r\nSET\r\n$7\r\nmutated\r\n$5\r\nvalue\r\n",
		"*4\r\n$4\r\nMGET\r\n$1\r\na\r\n$0\r\n\r\n$2\r\nbb\r\n", "*2\r\n$4\r\nECHO\r\n$10\r\n0123456789\r\n", "PING\r\n", "ECHO \"a b\" \r\n")
}

func unfinished(r *rand.Rand) (bytes, want string, known bool) {
	switch r.IntN(3) {
	case 0: // claims more than it will ever send
		return fmt.Sprintf("*%d\r\n$4\r\nECHO\r\n", 2+r.Int64N(1<<31-3)), "", true
	case 1:
		return fmt.Sprintf("*2\r\n$4\r\nECHO\r\n$%d\r\nbeginning", 100+r.Int64N(maxBulk-100)), "", true
	}
	s := valid(r)
	return s[:1+r.IntN(len(s)-2)], "", true // without its last byte at least
}

// someByte is any but NUL, behind which Redis does not look for a line's end, so that it waits for more where we answer.
func someByte(r *rand.Rand) byte { return byte(1 + r.IntN(255)) }

// mutated changes some bytes of requests in order.
func mutated(r *rand.Rand) (bytes, want string, known bool) {
	b := []byte(valid(r) + valid(r))
	for range 1 + r.IntN(3) {
		at := r.IntN(len(b))
		switch r.IntN(3) {
		case 0:
			b[at] = someByte(r)
		case 1:
			b = append(b[:at], b[at+1:]...)
		default:
			b = append(b[:at], append([]byte{someByte(r)}, b[at:]...)...)
		}
	}
	return string(b), "", false
}

// noise is bytes, of which line breaks are frequent.
func noise(r *rand.Rand) (bytes, want string, known bool) {
	b := make([]byte, 1+r.IntN(60))
	for i := range b {
		b[i] = someByte(r)
		if r.IntN(10) == 0 {
			b[i] = "\r\n*$\" "[r.IntN(6)]
		}
	}
	return string(b), "", false
}
