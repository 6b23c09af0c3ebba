package ldb

// How Lua values are shown.

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"

	"github.com/miniredisd/miniredisd/resp"
	"github.com/miniredisd/miniredisd/script/number"
)

const (
	// maxDepth is how deep tables are shown that lie in tables.
	maxDepth = 10
	// numberDigits is how many digits of a number are shown.
	numberDigits = 6
	// MaxShown is how much of a value is shown if the client wants all, in bytes.
	MaxShown = 1 << 20
)

// Values shows values.
type Values struct {
	// Behind is the table that is shown in place of another one.
	Behind func(*lua.LTable) *lua.LTable
}

// Append appends a value as the debugger shows it: whole if that takes no more than max bytes, else at least so many.
func (o Values) Append(dst []byte, v lua.LValue, max int) []byte {
	s := shower{Values: o, dst: dst, end: len(dst) + max}
	s.value(v, 0)
	return s.dst
}

// shower shows one value. A table that holds itself a few times would be endless: so it ends when there is enough.
type shower struct {
	Values
	dst []byte
	end int
}

func (s *shower) full() bool { return len(s.dst) > s.end }

func (s *shower) value(v lua.LValue, depth int) {
	if depth == maxDepth {
		s.dst = append(s.dst, "<max recursion level reached! Nested table?>"...)
		return
	}
	switch v := v.(type) {
	case lua.LString:
		s.dst = resp.AppendQuoted(s.dst, string(v[:min(len(v), max(s.end-len(s.dst), 0)+1)]))
	case lua.LNumber:
		s.dst = number.AppendPrecision(s.dst, float64(v), numberDigits)
	case *lua.LTable:
		s.table(s.Behind(v), depth)
	case *lua.LFunction:
		s.dst = fmt.Appendf(s.dst, `"function@%p"`, v)
	case *lua.LUserData:
		s.dst = fmt.Appendf(s.dst, `"userdata@%p"`, v)
	case *lua.LState:
		s.dst = fmt.Appendf(s.dst, `"thread@%p"`, v)
	default: // nil and booleans
		s.dst = append(s.dst, v.String()...)
	}
}

func (s *shower) table(t *lua.LTable, depth int) {
	list := isList(t)
	s.dst = append(s.dst, '{')
	first := true
	for k, v := t.Next(lua.LNil); k != lua.LNil && !s.full(); k, v = t.Next(k) {
		if !first {
			s.dst = append(s.dst, "; "...)
		}
		first = false
		if !list {
			s.dst = append(s.dst, '[')
			s.value(k, depth+1)
			s.dst = append(s.dst, "]="...)
		}
		s.value(v, depth+1)
	}
	s.dst = append(s.dst, '}')
}

// isList reports whether the keys of a table are 1, 2, 3, … in that order.
func isList(t *lua.LTable) bool {
	n := lua.LNumber(0)
	for k, _ := t.Next(lua.LNil); k != lua.LNil; k, _ = t.Next(k) {
		if n++; k != n {
			return false
		}
	}
	return true
}
