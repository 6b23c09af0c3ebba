package script

// Errors as scripts see them: tables with the fields err (code and text), and, when they leave the script, source and line.

import (
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/miniredisd/miniredisd/script/lua/auxlib"
)

// counted is the field that says that the error has been counted where it came from.
const counted = "ignore_error_stats_update"

// errorTable makes an error of a text: of "-CODE text" the code and the text, of anything else "ERR text". Like Redis's, which are
// C strings, it ends at the first NUL.
func errorTable(L *lua.LState, msg string) *lua.LTable {
	msg, _, _ = strings.Cut(msg, "\x00")
	code := "ERR"
	if rest, ok := strings.CutPrefix(msg, "-"); ok {
		if word, text, ok := strings.Cut(rest, " "); ok {
			code, msg = word, text
		} else {
			msg = rest
		}
	}
	t := L.NewTable()
	t.RawSetString("err", lua.LString(code+" "+strings.Trim(msg, "\r\n")))
	return t
}

// throw raises an error table. It does not return.
func throw(L *lua.LState, msg string) int {
	L.Error(errorTable(L, msg), 0)
	return 0
}

// failure is how a run has ended that failed.
type failure struct {
	msg          string // code and text
	source, line string // where, empty when that is not known
	counted      bool
}

// describe reads what a run has raised.
func describe(v lua.LValue) (f failure) {
	t, ok := v.(*lua.LTable)
	if !ok { // the handler could not work: the stack was full
		text := lua.LVAsString(v)
		f.msg = "ERR " + text
		if chunk, rest, ok := strings.Cut(text, ":"); ok {
			if line, _, ok := strings.Cut(rest, ":"); ok {
				f.source, f.line = "@"+chunk, line
			}
		}
		return f
	}
	if f.msg = lua.LVAsString(t.RawGetString("err")); f.msg == "" {
		f.msg = "ERR unknown error"
	}
	f.source = lua.LVAsString(t.RawGetString("source"))
	f.line = lua.LVAsString(t.RawGetString("line"))
	f.counted = t.RawGetString(counted) == lua.LTrue
	return f
}

// text is the error reply of the script called name.
func (f failure) text(name string) string {
	if f.source == "" || f.line == "" {
		return f.msg
	}
	return f.msg + " script: " + name + ", on " + f.source + ":" + f.line + "."
}

// textOf is a value as tostring shows it.
func textOf(L *lua.LState, v lua.LValue) string {
	if s, ok := auxlib.Text(v); ok {
		return s
	}
	return lua.LVAsString(L.ToStringMeta(v))
}

// locate is the handler of errors that leave a script: it says where they happened, and makes tables of texts.
func locate(L *lua.LState) int {
	raised := luaWords(L, L.Get(1))
	t, ok := raised.(*lua.LTable)
	if !ok {
		t = L.NewTable()
		t.RawSetString("err", lua.LString("ERR "+textOf(L, raised)))
	}
	for level := 1; level <= 2; level++ {
		d, ok := L.GetStack(level)
		if !ok {
			break
		}
		if _, err := L.GetInfo("Sl", d, lua.LNil); err == nil && d.Source != "" {
			t.RawSetString("source", lua.LString("@"+d.Source))
			t.RawSetString("line", lua.LNumber(d.CurrentLine))
			break
		}
	}
	L.Push(t)
	return 1
}
