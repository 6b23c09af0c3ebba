package script

// Coroutines. gopher-lua's are wrapped: each must listen to the kill switch, and they must not be nested without end.

import (
	lua "github.com/yuin/gopher-lua"

	"github.com/miniredisd/miniredisd/script/lua/auxlib"
)

// coroutines makes the table coroutine.
func (in *interpreter) coroutines() *lua.LTable {
	L := in.L
	L.Push(L.NewFunction(lua.OpenCoroutine))
	L.Push(lua.LString(lua.CoroutineLibName))
	L.Call(1, 1)
	theirs := checkTable(L, -1)
	L.Pop(1)
	create, resume := theirs.RawGetString("create"), theirs.RawGetString("resume")
	t := L.NewTable()
	for _, name := range []string{"running", "status"} {
		t.RawSetString(name, theirs.RawGetString(name))
	}
	t.RawSetString("yield", L.NewFunction(yield))
	newThread := func(L *lua.LState) *lua.LState {
		L.Push(create)
		L.Push(checkFunction(L, 1))
		L.Call(1, 1)
		th := L.ToThread(-1)
		L.Pop(1)
		th.SetContext(in.context(th))
		return th
	}
	t.RawSetString("create", L.NewFunction(func(L *lua.LState) int {
		L.Push(newThread(L))
		return 1
	}))
	t.RawSetString("resume", L.NewFunction(func(L *lua.LState) int {
		if _, ok := L.Get(1).(*lua.LState); !ok {
			auxlib.ArgError(L, 1, "coroutine expected")
		}
		return in.resume(L, resume, args(L, 1))
	}))
	t.RawSetString("wrap", L.NewFunction(func(L *lua.LState) int {
		th := newThread(L)
		L.Push(L.NewFunction(func(L *lua.LState) int {
			n := in.resume(L, resume, append([]lua.LValue{th}, args(L, 1)...))
			if L.Get(-n) == lua.LFalse {
				L.Error(L.Get(-n+1), 0)
			}
			return n - 1
		}))
		return 1
	}))
	return t
}

// yields is what a function of gopher-lua returns that yields.
const yields = -1

// yield refuses what gopher-lua would not survive: to leave a function that is not written in Lua.
func yield(L *lua.LState) int {
	inside := L.Parent != nil
	for level := 1; inside; level++ {
		d, ok := L.GetStack(level)
		if !ok {
			break
		}
		if f, err := L.GetInfo("f", d, lua.LNil); err == nil {
			inside = !f.(*lua.LFunction).IsG
		}
	}
	if !inside {
		L.Error(lua.LString("attempt to yield across metamethod/C-call boundary"), 0)
	}
	return yields
}

// resume calls gopher-lua's resume, and returns how many values it has left on the stack.
func (in *interpreter) resume(L *lua.LState, resume lua.LValue, args []lua.LValue) int {
	refusal := ""
	switch th := args[0].(*lua.LState); {
	case in.nested >= maxNested:
		refusal = "C stack overflow"
	case th.Dead:
		refusal = "cannot resume dead coroutine"
	case th == L.G.CurrentThread, th.Parent != nil:
		refusal = "cannot resume non-suspended coroutine"
	}
	if refusal != "" {
		L.Push(lua.LFalse)
		L.Push(lua.LString(refusal))
		return 2
	}
	in.nested++
	defer func() { in.nested-- }()
	top := L.GetTop()
	L.Push(resume)
	for _, v := range args {
		L.Push(v)
	}
	L.Call(len(args), lua.MultRet)
	n := L.GetTop() - top
	if L.Get(-n) == lua.LFalse && isPanic(L.Get(-n+1)) {
		in.broken = true
	}
	return n
}
