package script

// Replies of commands become Lua values.

import (
	"bytes"
	"math"
	"strconv"

	lua "github.com/yuin/gopher-lua"
)

// replyReader reads one reply of a command, which is always whole and well-formed since this server has written it.
type replyReader struct {
	L   *lua.LState
	buf []byte
}

// fromReply makes a Lua value of a reply, RESP2 or RESP3.
func fromReply(L *lua.LState, reply []byte) lua.LValue {
	r := replyReader{L, reply}
	return r.value()
}

// line takes what stands up to the line break.
func (r *replyReader) line() []byte {
	end := bytes.IndexByte(r.buf, '\r')
	l := r.buf[:end]
	r.buf = r.buf[end+2:]
	return l
}

// integer takes a number up to the line break.
func (r *replyReader) integer() (n int64) {
	i := 0
	negative := r.buf[0] == '-'
	if negative {
		i++
	}
	for ; r.buf[i] != '\r'; i++ {
		n = 10*n + int64(r.buf[i]-'0')
	}
	r.buf = r.buf[i+2:]
	if negative {
		return -n // which is right for the least one, too
	}
	return n
}

// length takes the number of a header; -1 stands for null.
func (r *replyReader) length() int { return int(r.integer()) }

// bulk takes n bytes and the line break behind them.
func (r *replyReader) bulk(n int) string {
	s := string(r.buf[:n])
	r.buf = r.buf[n+2:]
	return s
}

func (r *replyReader) value() lua.LValue {
	kind := r.buf[0]
	r.buf = r.buf[1:]
	switch kind {
	case '$':
		if n := r.length(); n >= 0 {
			return lua.LString(r.bulk(n))
		}
		return lua.LFalse
	case ':':
		return numberOf(r.integer())
	case '+':
		return r.field("ok", lua.LString(r.line()))
	case '-':
		t := errorTable(r.L, "-"+string(r.line()))
		t.RawSetString(counted, lua.LTrue)
		return t
	case '*', '>':
		if n := r.length(); n >= 0 {
			return r.array(n)
		}
		return lua.LFalse
	case '%':
		return r.field("map", r.pairs(r.length()))
	case '~':
		return r.field("set", r.members(r.length()))
	case '_':
		r.line()
		return lua.LNil
	case '#':
		return lua.LBool(r.line()[0] == 't')
	case ',':
		return r.field("double", lua.LNumber(parseDouble(string(r.line()))))
	case '(':
		return r.field("big_number", lua.LString(r.line()))
	case '=':
		return r.verbatim(r.length())
	case '|': // attributes are not shown to scripts
		r.pairs(r.length())
		return r.value()
	}
	panic("script: a reply of an unknown kind: " + string(kind))
}

func (r *replyReader) field(name string, v lua.LValue) *lua.LTable {
	t := r.L.CreateTable(0, 1)
	t.RawSetString(name, v)
	return t
}

// array makes a table with the keys 1 to n; what is null in RESP3 has no entry.
func (r *replyReader) array(n int) *lua.LTable {
	t := r.L.CreateTable(n, 0)
	for i := 1; i <= n; i++ {
		t.RawSetInt(i, r.value())
	}
	return t
}

func (r *replyReader) pairs(n int) *lua.LTable {
	t := r.L.CreateTable(0, n)
	for range n {
		key := r.value()
		t.RawSet(key, r.value())
	}
	return t
}

func (r *replyReader) members(n int) *lua.LTable {
	t := r.L.CreateTable(0, n)
	for range n {
		t.RawSet(r.value(), lua.LTrue)
	}
	return t
}

func (r *replyReader) verbatim(n int) *lua.LTable {
	text := r.bulk(n)
	t := r.L.CreateTable(0, 2)
	t.RawSetString("format", lua.LString(text[:3]))
	t.RawSetString("string", lua.LString(text[4:]))
	return r.field("verbatim_string", t)
}

// smallNumbers are values that need not be made anew.
var smallNumbers = func() (s [1024]lua.LValue) {
	for i := range s {
		s[i] = lua.LNumber(i)
	}
	return s
}()

func numberOf(n int64) lua.LValue {
	if 0 <= n && n < int64(len(smallNumbers)) {
		return smallNumbers[n]
	}
	return lua.LNumber(n)
}

func parseDouble(s string) float64 {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return math.NaN()
	}
	return f
}
