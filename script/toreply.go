package script

// What scripts return becomes a reply.

import (
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/miniredisd/miniredisd/resp"
	"github.com/miniredisd/miniredisd/script/number"
)

// maxReplyDepth is how deep tables may be nested in a reply; Lua's stack bounds it in Redis.
const maxReplyDepth = 7990

// replyWriter writes a Lua value as a reply.
type replyWriter struct {
	out   *resp.Writer
	resp3 bool // the script has chosen RESP3 for itself, and so means booleans by booleans
	depth int
}

// value writes v. Metatables are of no account.
func (w *replyWriter) value(v lua.LValue) {
	if w.depth >= maxReplyDepth {
		w.out.Error("ERR reached lua stack limit")
		return
	}
	w.depth++
	defer func() { w.depth-- }()
	switch v := v.(type) {
	case lua.LString:
		w.out.BulkString(string(v))
	case lua.LNumber:
		w.out.Int(number.Int64(float64(v)))
	case lua.LBool:
		w.boolean(bool(v))
	case *lua.LTable:
		w.table(v)
	default:
		w.out.Null()
	}
}

func (w *replyWriter) boolean(b bool) {
	switch {
	case w.resp3:
		w.out.Boolean(b)
	case b:
		w.out.Int(1)
	default:
		w.out.Null()
	}
}

// table writes what the table's fields say it is: the first of these that fits, else an array.
func (w *replyWriter) table(t *lua.LTable) {
	if _, ok := t.RawGetString("err").(lua.LString); ok {
		writeFailure(w.out, describe(t).msg, t.RawGetString(counted) == lua.LTrue)
		return
	}
	if s, ok := t.RawGetString("ok").(lua.LString); ok {
		text, _, _ := strings.Cut(string(s), "\x00")
		w.out.Status(text)
		return
	}
	if f, ok := t.RawGetString("double").(lua.LNumber); ok {
		w.out.Double(float64(f))
		return
	}
	if s, ok := t.RawGetString("big_number").(lua.LString); ok {
		w.out.BigNumber(noBreaks.Replace(string(s)))
		return
	}
	if inner, ok := t.RawGetString("verbatim_string").(*lua.LTable); ok {
		format, isText := inner.RawGetString("format").(lua.LString)
		text, alsoText := inner.RawGetString("string").(lua.LString)
		if isText && alsoText {
			w.out.Verbatim(string(format), string(text))
			return
		}
	}
	if inner, ok := t.RawGetString("map").(*lua.LTable); ok {
		w.pairs(inner)
		return
	}
	if inner, ok := t.RawGetString("set").(*lua.LTable); ok {
		w.members(inner)
		return
	}
	w.array(t)
}

var noBreaks = strings.NewReplacer("\r", " ", "\n", " ")

func (w *replyWriter) pairs(t *lua.LTable) {
	mark, n := w.out.DeferMap(), 0
	t.ForEach(func(k, v lua.LValue) {
		w.value(k)
		w.value(v)
		n++
	})
	w.out.EndMap(mark, n)
}

func (w *replyWriter) members(t *lua.LTable) {
	mark, n := w.out.DeferSet(), 0
	t.ForEach(func(k, _ lua.LValue) {
		w.value(k)
		n++
	})
	w.out.EndSet(mark, n)
}

// array writes the elements 1, 2, … up to the first that is nil.
func (w *replyWriter) array(t *lua.LTable) {
	mark, n := w.out.DeferArray(), 0
	for {
		v := t.RawGetInt(n + 1)
		if v == lua.LNil {
			break
		}
		w.value(v)
		n++
	}
	w.out.EndArray(mark, n)
}

// writeFailure replies an error. When it has been counted where it came from, it counts as a failure of this call, but not once more
// in the statistics of errors.
func writeFailure(out *resp.Writer, msg string, counted bool) {
	if counted {
		onError := out.OnError
		out.OnError = nil
		defer func() { out.OnError = onError }()
	}
	out.Error(msg)
}
