package script

// The basic functions of Lua that must know the sandbox.

import (
	"bytes"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/miniredisd/miniredisd/script/lua/auxlib"
)

// base are these functions.
func (in *interpreter) base() map[string]lua.LGFunction {
	next := in.L.NewFunction(in.baseNext)
	step := in.L.NewFunction(ipairsStep)
	return map[string]lua.LGFunction{
		"assert":         baseAssert,
		"collectgarbage": baseCollectGarbage,
		"error":          baseError,
		"gcinfo":         baseGCInfo,
		"getfenv":        in.baseGetFEnv,
		"getmetatable":   in.baseGetMetatable,
		"ipairs": func(L *lua.LState) int {
			t := checkTable(L, 1)
			L.Push(step)
			L.Push(t)
			L.Push(lua.LNumber(0))
			return 3
		},
		"load":       in.baseLoad,
		"loadstring": in.baseLoadString,
		"next":       in.baseNext,
		"pairs": func(L *lua.LState) int {
			t := checkTable(L, 1)
			L.Push(next)
			L.Push(t)
			L.Push(lua.LNil)
			return 3
		},
		"newproxy":     in.baseNewProxy,
		"pcall":        in.basePCall,
		"rawequal":     baseRawEqual,
		"rawget":       in.baseRawGet,
		"rawset":       in.baseRawSet,
		"select":       baseSelect,
		"setfenv":      in.baseSetFEnv,
		"setmetatable": in.baseSetMetatable,
		"tonumber":     baseToNumber,
		"tostring":     baseToString,
		"type":         baseType,
		"unpack":       in.baseUnpack,
		"xpcall":       in.baseXPCall,
	}
}

func baseAssert(L *lua.LState) int {
	if lua.LVAsBool(checkAny(L, 1)) {
		return L.GetTop()
	}
	return fail(L, optString(L, 2, "assertion failed!"))
}

func baseError(L *lua.LState) int {
	v := L.Get(1)
	level := int(auxlib.OptInteger(L, 2, 1))
	if text, ok := auxlib.Text(v); ok && level > 0 {
		v = lua.LString(auxlib.Where(L, level) + text)
	}
	L.Error(v, 0)
	return 0
}

// baseCollectGarbage collects nothing: the collector is the server's own.
func baseCollectGarbage(L *lua.LState) int {
	n := 0
	if optString(L, 1, "collect") == "count" {
		n = engineMemory >> 10
	}
	L.Push(lua.LNumber(n))
	return 1
}

func baseGCInfo(L *lua.LState) int {
	L.Push(lua.LNumber(engineMemory >> 10))
	return 1
}

func ipairsStep(L *lua.LState) int {
	t, i := checkTable(L, 1), int(auxlib.CheckInteger(L, 2))+1
	v := t.RawGetInt(i)
	if v == lua.LNil {
		L.Push(lua.LNil)
		return 1
	}
	L.Push(lua.LNumber(i))
	L.Push(v)
	return 2
}

func (in *interpreter) baseNext(L *lua.LState) int {
	t, _ := in.box.real(checkTable(L, 1))
	k, v := t.Next(L.Get(2))
	L.Push(k)
	if k == lua.LNil {
		return 1
	}
	L.Push(v)
	return 2
}

func (in *interpreter) baseRawGet(L *lua.LState) int {
	t, _ := in.box.real(checkTable(L, 1))
	L.Push(t.RawGet(checkAny(L, 2)))
	return 1
}

func (in *interpreter) baseRawSet(L *lua.LState) int {
	t := in.writable(L, 1)
	L.RawSet(t, checkAny(L, 2), checkAny(L, 3))
	L.SetTop(1)
	return 1
}

// writable is the table that is argument n; a read-only one is refused.
func (in *interpreter) writable(L *lua.LState, n int) *lua.LTable {
	t, readOnly := in.box.real(checkTable(L, n))
	if readOnly {
		L.Error(lua.LString(errReadOnly), 0)
	}
	return t
}

func (in *interpreter) baseGetMetatable(L *lua.LState) int {
	v := checkAny(L, 1)
	mt := L.GetMetatable(v)
	if t, ok := mt.(*lua.LTable); ok {
		if shown, ok := in.box.shown[t]; ok {
			mt = shown
		} else if front := in.box.fronts[t]; front != nil { // a read-only table that has become a metatable
			mt = front
		}
	}
	L.Push(mt)
	return 1
}

func (in *interpreter) baseSetMetatable(L *lua.LState) int {
	t := in.writable(L, 1)
	mt := L.Get(2)
	if mt != lua.LNil && mt.Type() != lua.LTTable {
		auxlib.ArgError(L, 2, "nil or table expected")
	}
	if m, ok := mt.(*lua.LTable); ok {
		mt, _ = in.box.real(m)
	}
	if old, ok := t.Metatable.(*lua.LTable); ok && old.RawGetString("__metatable") != lua.LNil {
		return fail(L, "cannot change a protected metatable")
	}
	L.SetMetatable(t, mt)
	L.SetTop(1)
	return 1
}

// maxUnpacked is how many values unpack returns at the most.
const maxUnpacked = 8000

func (in *interpreter) baseUnpack(L *lua.LState) int {
	t, _ := in.box.real(checkTable(L, 1))
	from := int(auxlib.OptInteger(L, 2, 1))
	to := int(auxlib.OptInteger(L, 3, int64(t.Len())))
	if from > to {
		return 0
	}
	if n := to - from + 1; n <= 0 || n >= maxUnpacked {
		return fail(L, "too many results to unpack")
	}
	for i := from; i <= to; i++ {
		L.Push(t.RawGetInt(i))
	}
	return to - from + 1
}

// level is the function that argument 1 of getfenv and setfenv means: itself, or the one at that level of calls.
func (in *interpreter) level(L *lua.LState) *lua.LFunction {
	if f, ok := L.Get(1).(*lua.LFunction); ok {
		return f
	}
	n := int(auxlib.OptInteger(L, 1, 1))
	if n < 0 {
		auxlib.ArgError(L, 1, "level must be non-negative")
	}
	d, ok := L.GetStack(n)
	if !ok {
		auxlib.ArgError(L, 1, "invalid level")
	}
	f, err := L.GetInfo("f", d, lua.LNil)
	if err != nil {
		auxlib.ArgError(L, 1, "invalid level")
	}
	fn, _ := f.(*lua.LFunction)
	return fn
}

func (in *interpreter) baseGetFEnv(L *lua.LState) int {
	env := in.box.globals
	if f := in.level(L); f != nil && !f.IsG {
		env = f.Env
	}
	if front := in.box.fronts[env]; front != nil {
		env = front
	}
	L.Push(env)
	return 1
}

func (in *interpreter) baseSetFEnv(L *lua.LState) int {
	env := checkTable(L, 2)
	f := in.level(L)
	if f == nil || f.IsG {
		return fail(L, "'setfenv' cannot change environment of given object")
	}
	if env == in.box.fronts[in.box.globals] {
		env = in.box.environment(f.Proto)
	}
	f.Env, f.Proto = env, unfolded(f.Proto)
	L.Push(f)
	return 1
}

func (in *interpreter) baseLoadString(L *lua.LState) int {
	text := auxlib.CheckString(L, 1)
	return in.load(L, []byte(text), optString(L, 2, text))
}

func (in *interpreter) baseLoad(L *lua.LState) int {
	f := checkFunction(L, 1)
	name := optString(L, 2, "=(load)")
	var text bytes.Buffer
	for {
		L.Push(f)
		L.Call(0, 1)
		part := L.Get(-1)
		L.Pop(1)
		if part == lua.LNil || part == lua.LString("") {
			break
		}
		s, ok := auxlib.Text(part)
		if !ok {
			L.Push(lua.LNil)
			L.Push(lua.LString("reader function must return a string"))
			return 2
		}
		text.WriteString(s)
	}
	return in.load(L, text.Bytes(), name)
}

// load returns a function of a text, or nil and an error.
func (in *interpreter) load(L *lua.LState, text []byte, name string) int {
	proto, err := compile(text, shownChunk(name))
	if err != nil {
		L.Push(lua.LNil)
		L.Push(lua.LString(err.Error()))
		return 2
	}
	L.Push(in.function(proto))
	return 1
}

// maxChunkName is how long a chunk's name may be in errors.
const maxChunkName = 60

// shownChunk is a chunk's name as errors show it: behind = or @ as it is, else the first line of the text.
func shownChunk(name string) string {
	if strings.HasPrefix(name, "=") || strings.HasPrefix(name, "@") {
		return name[1:]
	}
	line, _, more := strings.Cut(name, "\n")
	if room := maxChunkName - len(`[string "..."]`) - 1; len(line) > room {
		line, more = line[:room], true
	}
	if more {
		line += "..."
	}
	return `[string "` + line + `"]`
}

var started = time.Now()

// clock is os.clock: seconds of which only the differences mean something.
func clock(L *lua.LState) int {
	L.Push(lua.LNumber(time.Since(started).Seconds()))
	return 1
}
