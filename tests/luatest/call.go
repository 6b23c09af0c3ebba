package luatest

import lua "github.com/yuin/gopher-lua"

// Call calls a function of Lua that is written in Go as it stands, so that a panic of Go's is not taken for an error of Lua's.
// It returns the results or the text of the error.
func Call(L *lua.LState, fn lua.LValue, args ...lua.LValue) (results []lua.LValue, problem string) {
	defer L.SetTop(0)
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *lua.ApiError:
			results, problem = nil, r.Object.String()
		default:
			panic(r)
		}
	}()
	L.SetTop(0)
	for _, v := range args {
		L.Push(v)
	}
	n := fn.(*lua.LFunction).GFunction(L)
	for i := L.GetTop() - n + 1; i <= L.GetTop(); i++ {
		results = append(results, L.Get(i))
	}
	return results, ""
}
