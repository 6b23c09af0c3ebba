package script

// What scripts see of Lua, and how it is kept from being changed.
//
// Redis's Lua knows read-only tables; gopher-lua does not. So scripts never get hold of a table that must not change: they see an
// empty one in its place, its front, whose metatable leads readers to the table behind and turns writers away. The functions that
// do not heed metatables (rawset, next, table.insert, …) are our own and know fronts.
//
// The globals are the exception: functions read them without a detour, from the table behind. An assignment to a global that does
// not exist meets the metatable of that table. One to a global that exists would not: a prototype that holds such an assignment
// anywhere, which no script does in earnest, gets the front for its environment.

import (
	gomath "math"

	lua "github.com/yuin/gopher-lua"

	"github.com/miniredisd/miniredisd/script/lua/bit"
	"github.com/miniredisd/miniredisd/script/lua/cjson"
	"github.com/miniredisd/miniredisd/script/lua/cmsgpack"
	"github.com/miniredisd/miniredisd/script/lua/stdlib"
	"github.com/miniredisd/miniredisd/script/lua/structs"
)

const errReadOnly = "Attempt to modify a readonly table"

// sandbox is the world of the scripts of one interpreter.
type sandbox struct {
	L       *lua.LState
	globals *lua.LTable
	fronts  map[*lua.LTable]*lua.LTable // of the tables behind
	behind  map[*lua.LTable]*lua.LTable // fronts
	shown   map[*lua.LTable]lua.LValue  // metatables that scripts see in place of those that work
	writer  *lua.LFunction              // turns writers away
	keys    arguments                   // of interpreters of EVAL
	argv    arguments
}

func newSandbox(in *interpreter, api func(*interpreter, *lua.LTable)) *sandbox {
	L := in.L
	b := &sandbox{L: L, globals: L.NewTable(), fronts: map[*lua.LTable]*lua.LTable{}, behind: map[*lua.LTable]*lua.LTable{},
		shown: map[*lua.LTable]lua.LValue{}}
	b.writer = L.NewFunction(readOnly)
	for name, f := range in.base() {
		b.set(name, L.NewFunction(f))
	}
	b.set("_VERSION", lua.LString(lua.LuaVersion))
	for name, t := range in.libraries(b) {
		b.set(name, t)
	}
	redis := in.redisTable()
	api(in, redis)
	b.set("redis", redis)
	b.set("server", redis)
	b.lock()
	return b
}

// libraries are the tables of functions that scripts get.
func (in *interpreter) libraries(b *sandbox) map[string]*lua.LTable {
	L := in.L
	L.Push(L.NewFunction(lua.OpenMath))
	L.Push(lua.LString(lua.MathLibName))
	L.Call(1, 1)
	math := L.CheckTable(-1)
	L.Pop(1)
	math.RawSetString("huge", lua.LNumber(gomath.Inf(1))) // theirs is the largest finite number
	math.RawSetString("random", L.NewFunction(in.random))
	math.RawSetString("randomseed", L.NewFunction(in.randomSeed))
	os := L.NewTable()
	os.RawSetString("clock", L.NewFunction(clock))
	return map[string]*lua.LTable{
		"bit":       bit.Open(L),
		"cjson":     cjson.Open(L, func(t *lua.LTable) { b.front(t) }),
		"cmsgpack":  cmsgpack.Open(L),
		"coroutine": in.coroutines(),
		"math":      math,
		"os":        os,
		"string":    stdlib.String(L, in.isKilled),
		"struct":    structs.Open(L),
		"table":     stdlib.Table(L, b.real),
	}
}

// set gives a global a value.
func (b *sandbox) set(name string, v lua.LValue) { b.globals.RawSetString(name, v) }

// lock puts fronts before all tables that the globals hold, and makes them the environment of scripts.
func (b *sandbox) lock() {
	L := b.L
	strings := b.globals.RawGetString("string").(*lua.LTable)
	b.globals.ForEach(func(name, v lua.LValue) {
		if t, ok := v.(*lua.LTable); ok {
			b.globals.RawSet(name, b.front(t))
		}
	})
	b.set("_G", b.front(b.globals))
	missing := L.NewFunction(missingGlobal)
	mt := L.NewTable()
	mt.RawSetString("__index", missing)
	mt.RawSetString("__newindex", b.writer)
	b.globals.Metatable = mt
	b.show(b.fronts[b.globals].Metatable.(*lua.LTable), "__index", missing)

	working := L.NewTable()
	working.RawSetString("__index", strings)
	b.show(working, "__index", b.fronts[strings])
	L.SetMetatable(lua.LString(""), working)
	L.G.Global, L.Env = b.globals, b.globals
}

// addArguments adds the tables KEYS and ARGV, which have no fronts.
func (b *sandbox) addArguments() {
	b.keys, b.argv = newArguments(b.L), newArguments(b.L)
	b.set("KEYS", b.keys.table)
	b.set("ARGV", b.argv.table)
}

// front returns the front of a table.
func (b *sandbox) front(t *lua.LTable) *lua.LTable {
	if f := b.fronts[t]; f != nil {
		return f
	}
	f, mt := b.L.NewTable(), b.L.NewTable()
	mt.RawSetString("__index", t)
	mt.RawSetString("__newindex", b.writer)
	f.Metatable = mt
	b.fronts[t], b.behind[f] = f, t
	b.shown[mt] = lua.LNil
	return f
}

// narrow makes what has the front of the globals for its environment see nothing but world, until widen.
func (b *sandbox) narrow(world *lua.LTable) {
	b.front(b.globals).Metatable.(*lua.LTable).RawSetString("__index", world)
}

// widen ends what narrow began.
func (b *sandbox) widen() { b.narrow(b.globals) }

// show makes scripts see, in place of the metatable working, a read-only one with a single field.
func (b *sandbox) show(working *lua.LTable, field string, v lua.LValue) {
	t := b.L.NewTable()
	t.RawSetString(field, v)
	b.shown[working] = b.front(t)
}

// real is the table that t stands for: the one behind it when it is a front, else itself.
func (b *sandbox) real(t *lua.LTable) (real *lua.LTable, readOnly bool) {
	if t.Metatable == lua.LNil {
		return t, false
	}
	if r := b.behind[t]; r != nil {
		return r, true
	}
	return t, false
}

// environment is the one for functions of a prototype. It reads the prototype's code: what is called often keeps the result.
func (b *sandbox) environment(proto *lua.FunctionProto) *lua.LTable {
	if b.assigns(proto) {
		return b.fronts[b.globals]
	}
	return b.globals
}

// What is read of gopher-lua's instructions: the operation in the top six bits, and the number of a constant in the lowest 18.
const (
	opShift   = 26
	constMask = 1<<18 - 1
)

// assigns reports whether a prototype, or one within it, holds an assignment to a global that exists.
func (b *sandbox) assigns(proto *lua.FunctionProto) bool {
	for _, inst := range proto.Code {
		if operation(inst) == lua.OP_SETGLOBAL && b.globals.RawGet(proto.Constants[inst&constMask]) != lua.LNil {
			return true
		}
	}
	for _, p := range proto.FunctionPrototypes {
		if b.assigns(p) {
			return true
		}
	}
	return false
}

func readOnly(L *lua.LState) int {
	L.RaiseError(errReadOnly)
	return 0
}

func missingGlobal(L *lua.LState) int {
	L.RaiseError("Script attempted to access nonexistent global variable '%s'", lua.LVAsString(L.Get(2)))
	return 0
}
