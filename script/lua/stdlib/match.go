package stdlib

// string.find, match, gmatch and gsub.

import (
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/miniredisd/miniredisd/script/lua/auxlib"
	"github.com/miniredisd/miniredisd/script/lua/pattern"
)

// matcher are the functions that match patterns, with what stops them.
type matcher struct{ stop func() bool }

// next looks for the next match from init on.
func (m matcher) next(L *lua.LState, p *pattern.Match, init int) bool {
	found, err := p.Find(init)
	if err != nil {
		auxlib.Error(L, "%s", err)
	}
	return found
}

// capture is capture i of the last match.
func capture(L *lua.LState, p *pattern.Match, i int) lua.LValue {
	text, position, err := p.Capture(i)
	if err != nil {
		auxlib.Error(L, "%s", err)
	}
	if position > 0 {
		return lua.LNumber(position)
	}
	return lua.LString(text)
}

// pushCaptures pushes all captures; without any, the whole match if whole says so.
func pushCaptures(L *lua.LState, p *pattern.Match, whole bool) int {
	n := p.Captures()
	if n == 0 && whole {
		n = 1
	}
	for i := range n {
		L.Push(capture(L, p, i))
	}
	return n
}

// start is where a search begins, which is argument 3.
func start(L *lua.LState, s string) int {
	return int(min(max(offset(auxlib.OptInteger(L, 3, 1), len(s))-1, 0), int64(len(s))))
}

// special are the characters that mean something in patterns.
const special = "^$*+?.([%-"

func (m matcher) find(L *lua.LState) int {
	s, pat := auxlib.CheckString(L, 1), auxlib.CheckString(L, 2)
	init := start(L, s)
	if lua.LVAsBool(L.Get(4)) || !strings.ContainsAny(pat, special) {
		at := strings.Index(s[init:], pat)
		if at < 0 {
			L.Push(lua.LNil)
			return 1
		}
		L.Push(lua.LNumber(init + at + 1))
		L.Push(lua.LNumber(init + at + len(pat)))
		return 2
	}
	p := pattern.New(s, pat, m.stop)
	if !m.next(L, p, init) {
		L.Push(lua.LNil)
		return 1
	}
	L.Push(lua.LNumber(p.Start + 1))
	L.Push(lua.LNumber(p.End))
	return 2 + pushCaptures(L, p, false)
}

func (m matcher) match(L *lua.LState) int {
	s, pat := auxlib.CheckString(L, 1), auxlib.CheckString(L, 2)
	p := pattern.New(s, pat, m.stop)
	if !m.next(L, p, start(L, s)) {
		L.Push(lua.LNil)
		return 1
	}
	return pushCaptures(L, p, true)
}

func (m matcher) gmatch(L *lua.LState) int {
	s, pat := auxlib.CheckString(L, 1), auxlib.CheckString(L, 2)
	if strings.HasPrefix(pat, "^") { // it has no meaning here, so it stands for itself
		pat = "%" + pat
	}
	p, at := pattern.New(s, pat, m.stop), 0
	L.Push(L.NewFunction(func(L *lua.LState) int {
		if at > len(s) || !m.next(L, p, at) {
			L.Push(lua.LNil)
			return 1
		}
		if at = p.End; p.End == p.Start {
			at++
		}
		return pushCaptures(L, p, true)
	}))
	return 1
}

func (m matcher) gsub(L *lua.LState) int {
	s, pat := auxlib.CheckString(L, 1), auxlib.CheckString(L, 2)
	repl := L.Get(3)
	switch repl.(type) {
	case lua.LString, lua.LNumber, *lua.LTable, *lua.LFunction:
	default:
		auxlib.ArgError(L, 3, "string/function/table expected")
	}
	limit := auxlib.OptInteger(L, 4, int64(len(s))+1)
	p := pattern.New(s, pat, m.stop)
	var out strings.Builder
	n, at := int64(0), 0
	for n < limit && at <= len(s) && m.next(L, p, at) {
		out.WriteString(s[at:p.Start])
		out.WriteString(replacement(L, p, s[p.Start:p.End], repl))
		checkLength(L, out.Len())
		n++
		at = p.End
		if p.End == p.Start {
			if at < len(s) {
				out.WriteByte(s[at])
			}
			at++
		}
		if strings.HasPrefix(pat, "^") {
			break
		}
	}
	if at < len(s) {
		out.WriteString(s[at:])
	}
	checkLength(L, out.Len())
	L.Push(lua.LString(out.String()))
	L.Push(lua.LNumber(n))
	return 2
}

// replacement is what takes the place of a match.
func replacement(L *lua.LState, p *pattern.Match, match string, repl lua.LValue) string {
	var v lua.LValue
	switch repl := repl.(type) {
	case *lua.LFunction:
		L.Push(repl)
		L.Call(pushCaptures(L, p, true), 1)
		v = L.Get(-1)
		L.Pop(1)
	case *lua.LTable:
		v = L.GetTable(repl, capture(L, p, 0))
	default:
		return expand(L, p, match, text(repl))
	}
	switch v := v.(type) {
	case lua.LString, lua.LNumber:
		return text(v)
	default:
		if lua.LVAsBool(v) {
			auxlib.Error(L, "invalid replacement value (a %s)", v.Type())
		}
		return match
	}
}

// expand replaces %0 to %9 in a replacement by the match and its captures.
func expand(L *lua.LState, p *pattern.Match, match, repl string) string {
	if !strings.Contains(repl, "%") {
		return repl
	}
	var out strings.Builder
	for i := 0; i < len(repl); i++ {
		c := repl[i]
		if c == '%' && i+1 < len(repl) {
			i++
			switch c = repl[i]; {
			case c == '0':
				out.WriteString(match)
				continue
			case '1' <= c && c <= '9':
				out.WriteString(text(capture(L, p, int(c-'1'))))
				checkLength(L, out.Len())
				continue
			}
		}
		out.WriteByte(c)
	}
	return out.String()
}

// text is a string, or a number as Lua writes it.
func text(v lua.LValue) string {
	s, _ := auxlib.Text(v)
	return s
}
