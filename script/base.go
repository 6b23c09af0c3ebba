package script

// The basic functions of Lua that must know the sandbox.

import (
	"bytes"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"
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
			t := L.CheckTable(1)
			L.Push(step)
			L.Push(t)
			L.Push(lua.LNumber(0))
			return 3
		},
		"load":       in.baseLoad,
		"loadstring": in.baseLoadString,
		"next":       in.baseNext,
		"pairs": func(L *lua.LState) int {
			t := L.CheckTable(1)
			L.Push(next)
			L.Push(t)
			L.Push(lua.LNil)
			return 3
		},
		"pcall":        in.basePCall,
		"rawget":       in.baseRawGet,
		"rawset":       in.baseRawSet,
		"setfenv":      in.baseSetFEnv,
		"setmetatable": in.baseSetMetatable,
		"unpack":       in.baseUnpack,
		"xpcall":       in.baseXPCall,
	}
}

// position is where the function at a level is, as errors begin with it: "user_script:3: "; empty where that is no Lua function.
func position(L *lua.LState, level int) string {
	d, ok := L.GetStack(level)
	if !ok {
		return ""
	}
	if _, err := L.GetInfo("Sl", d, lua.LNil); err != nil || d.Source == "" {
		return ""
	}
	return d.Source + ":" + lua.LNumber(d.CurrentLine).String() + ": "
}

// raise raises a text, with the position of the caller of the function that raises it.
func raise(L *lua.LState, msg string) int {
	L.Error(lua.LString(position(L, 1)+msg), 0)
	return 0
}

func baseAssert(L *lua.LState) int {
	if lua.LVAsBool(L.CheckAny(1)) {
		return L.GetTop()
	}
	L.Error(lua.LString(L.OptString(2, "assertion failed!")), 0)
	return 0
}

func baseError(L *lua.LState) int {
	v := L.Get(1)
	level := L.OptInt(2, 1)
	if lua.LVCanConvToString(v) && level > 0 {
		v = lua.LString(position(L, level) + lua.LVAsString(v))
	}
	L.Error(v, 0)
	return 0
}

// baseCollectGarbage does nothing: the collector is the server's own.
func baseCollectGarbage(L *lua.LState) int {
	L.Push(lua.LNumber(0))
	return 1
}

func baseGCInfo(L *lua.LState) int {
	L.Push(lua.LNumber(engineMemory >> 10))
	return 1
}

func ipairsStep(L *lua.LState) int {
	t, i := L.CheckTable(1), L.CheckInt(2)+1
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
	t, _ := in.box.real(L.CheckTable(1))
	k, v := t.Next(L.Get(2))
	L.Push(k)
	if k == lua.LNil {
		return 1
	}
	L.Push(v)
	return 2
}

func (in *interpreter) baseRawGet(L *lua.LState) int {
	t, _ := in.box.real(L.CheckTable(1))
	L.Push(t.RawGet(L.CheckAny(2)))
	return 1
}

func (in *interpreter) baseRawSet(L *lua.LState) int {
	t := in.writable(L, 1)
	L.RawSet(t, L.CheckAny(2), L.CheckAny(3))
	L.SetTop(1)
	return 1
}

// writable is the table that is argument n; a read-only one is refused.
func (in *interpreter) writable(L *lua.LState, n int) *lua.LTable {
	t, readOnly := in.box.real(L.CheckTable(n))
	if readOnly {
		raise(L, errReadOnly)
	}
	return t
}

func (in *interpreter) baseGetMetatable(L *lua.LState) int {
	v := L.CheckAny(1)
	mt := L.GetMetatable(v)
	if t, ok := mt.(*lua.LTable); ok {
		if shown, ok := in.box.shown[t]; ok {
			mt = shown
		}
	}
	L.Push(mt)
	return 1
}

func (in *interpreter) baseSetMetatable(L *lua.LState) int {
	t := in.writable(L, 1)
	mt := L.Get(2)
	if mt != lua.LNil && mt.Type() != lua.LTTable {
		L.ArgError(2, "nil or table expected")
	}
	if m, ok := mt.(*lua.LTable); ok {
		mt, _ = in.box.real(m)
	}
	if old, ok := t.Metatable.(*lua.LTable); ok && old.RawGetString("__metatable") != lua.LNil {
		return raise(L, "cannot change a protected metatable")
	}
	L.SetMetatable(t, mt)
	L.SetTop(1)
	return 1
}

// maxUnpacked is how many values unpack returns at the most.
const maxUnpacked = 8000

func (in *interpreter) baseUnpack(L *lua.LState) int {
	t, _ := in.box.real(L.CheckTable(1))
	from := L.OptInt(2, 1)
	to := L.OptInt(3, t.Len())
	if from > to {
		return 0
	}
	if n := to - from + 1; n <= 0 || n >= maxUnpacked {
		return raise(L, "too many results to unpack")
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
	n := L.OptInt(1, 1)
	if n < 0 {
		L.ArgError(1, "level must be non-negative")
	}
	d, ok := L.GetStack(n)
	if !ok {
		L.ArgError(1, "invalid level")
	}
	f, err := L.GetInfo("f", d, lua.LNil)
	if err != nil {
		L.ArgError(1, "invalid level")
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
	env := L.CheckTable(2)
	f := in.level(L)
	if f == nil || f.IsG {
		return raise(L, "'setfenv' cannot change environment of given object")
	}
	if env == in.box.fronts[in.box.globals] {
		env = in.box.environment(f.Proto)
	}
	f.Env = env
	L.Push(f)
	return 1
}

func (in *interpreter) baseLoadString(L *lua.LState) int {
	text := L.CheckString(1)
	return in.load(L, []byte(text), L.OptString(2, text))
}

func (in *interpreter) baseLoad(L *lua.LState) int {
	f := L.CheckFunction(1)
	name := L.OptString(2, "=(load)")
	var text bytes.Buffer
	for {
		L.Push(f)
		L.Call(0, 1)
		part := L.Get(-1)
		L.Pop(1)
		if part == lua.LNil || part == lua.LString("") {
			break
		}
		if !lua.LVCanConvToString(part) {
			L.Push(lua.LNil)
			L.Push(lua.LString("reader function must return a string"))
			return 2
		}
		text.WriteString(lua.LVAsString(part))
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
