package script

// pcall and xpcall.
//
// gopher-lua's own, when the function fails, cuts the variables that the caller shares with its closures in two. A function that is
// called on a Lua thread of its own can't reach those of others, so that is how it is done here. The threads are used again.

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// Bounds of the threads of pcall and of coroutines: calls within calls of one, and how many may wait for each other.
const (
	threadCalls = 8000
	maxNested   = 190
	maxIdle     = 8 // threads that are kept
)

func (in *interpreter) basePCall(L *lua.LState) int {
	checkAny(L, 1)
	err, results := in.protected(L, L.Get(1), args(L, 2))
	if err != nil {
		L.Push(lua.LFalse)
		if t, ok := err.(*lua.LTable); ok { // to scripts an error of redis.call is its text
			if text := t.RawGetString("err"); lua.LVCanConvToString(text) {
				err = text
			}
		}
		L.Push(err)
		return 2
	}
	return push(L, results)
}

func (in *interpreter) baseXPCall(L *lua.LState) int {
	checkAny(L, 2)
	err, results := in.protected(L, L.Get(1), nil)
	if err != nil {
		L.Push(L.Get(2))
		L.Push(err)
		L.Call(1, 1)
		v := L.Get(-1)
		L.Push(lua.LFalse)
		L.Push(v)
		return 2
	}
	return push(L, results)
}

// args are the arguments of L from number n on.
func args(L *lua.LState, n int) []lua.LValue {
	var list []lua.LValue
	for i := n; i <= L.GetTop(); i++ {
		list = append(list, L.Get(i))
	}
	return list
}

// push returns true and results.
func push(L *lua.LState, results []lua.LValue) int {
	L.Push(lua.LTrue)
	for _, v := range results {
		L.Push(v)
	}
	return len(results) + 1
}

// protected calls f, and returns what it has raised, nil if it has not, or what it has returned.
func (in *interpreter) protected(L *lua.LState, f lua.LValue, args []lua.LValue) (raised lua.LValue, results []lua.LValue) {
	if in.nested >= maxNested {
		return lua.LString("C stack overflow"), nil
	}
	in.nested++
	th := in.thread(L)
	current := L.G.CurrentThread
	defer func() {
		L.G.CurrentThread = current
		in.nested--
		th.SetTop(0)
		if len(in.idle) < maxIdle {
			in.idle = append(in.idle, th)
		}
	}()
	th.Push(f)
	for _, a := range args {
		th.Push(a)
	}
	if err := th.PCall(len(args), lua.MultRet, in.reword); err != nil {
		return in.raised(err), nil
	}
	for i := 1; i <= th.GetTop(); i++ {
		results = append(results, th.Get(i))
	}
	return nil, results
}

// thread returns a thread that nobody uses.
func (in *interpreter) thread(L *lua.LState) *lua.LState {
	if n := len(in.idle); n > 0 {
		th := in.idle[n-1]
		in.idle = in.idle[:n-1]
		return th
	}
	th, _ := L.NewThread()
	th.SetContext(in.context(th))
	return th
}

// raised is the value that a failed call has raised.
func (in *interpreter) raised(err error) lua.LValue {
	e, ok := err.(*lua.ApiError)
	if !ok {
		return lua.LString(err.Error())
	}
	if isPanic(e.Object) {
		in.broken = true
	}
	return e.Object
}

// isPanic reports whether an error comes from a mistake of the interpreter, after which it can't be trusted.
func isPanic(raised lua.LValue) bool {
	s, ok := raised.(lua.LString)
	return ok && strings.HasPrefix(string(s), "runtime error: ")
}
