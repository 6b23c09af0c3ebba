package stdlib

import (
	"sort"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/miniredisd/miniredisd/script/lua/auxlib"
)

// tables are the functions of table, with what says which table they work on.
type tables struct {
	real func(*lua.LTable) (real *lua.LTable, readOnly bool)
}

// errReadOnly is the error of who wants to change a table that must not be changed.
const errReadOnly = "Attempt to modify a readonly table"

// Table makes the table table. real says which table stands behind one that scripts see, and whether it is read-only.
func Table(L *lua.LState, real func(*lua.LTable) (*lua.LTable, bool)) *lua.LTable {
	t := tables{real}
	return L.SetFuncs(L.CreateTable(0, 16), map[string]lua.LGFunction{
		"concat":   t.concat,
		"foreach":  t.foreach,
		"foreachi": t.foreachi,
		"getn":     t.getn,
		"insert":   t.insert,
		"maxn":     t.maxn,
		"remove":   t.remove,
		"setn":     tableSetN,
		"sort":     t.sort,
	})
}

// check is the table that is argument 1.
func (t tables) check(L *lua.LState) *lua.LTable {
	v, ok := L.Get(1).(*lua.LTable)
	if !ok {
		auxlib.TypeError(L, 1, "table")
	}
	v, _ = t.real(v)
	return v
}

// writable is check for who wants to change the table.
func (t tables) writable(L *lua.LState) *lua.LTable {
	if v, ok := L.Get(1).(*lua.LTable); ok {
		if _, readOnly := t.real(v); readOnly {
			L.Error(lua.LString(errReadOnly), 0)
		}
	}
	return t.check(L)
}

func (t tables) concat(L *lua.LState) int {
	list := t.check(L)
	sep := ""
	if L.Get(2) != lua.LNil {
		sep = auxlib.CheckString(L, 2)
	}
	from := auxlib.OptInteger(L, 3, 1)
	to := auxlib.OptInteger(L, 4, int64(list.Len()))
	var out strings.Builder
	out.Grow(concatLength(L, list, sep, from, to))
	for i := from; i <= to; i++ {
		out.WriteString(text(list.RawGetInt(int(i))))
		if i < to {
			out.WriteString(sep)
		}
		checkLength(L, out.Len())
	}
	L.Push(lua.LString(out.String()))
	return 1
}

// concatLength is the length of what concat builds, but for the digits of numbers. It raises an error when it cannot be built.
func concatLength(L *lua.LState, list *lua.LTable, sep string, from, to int64) (length int) {
	for i := from; i <= to; i++ {
		v := list.RawGetInt(int(i))
		if s, ok := v.(lua.LString); ok {
			length += len(s)
		} else if v.Type() != lua.LTNumber {
			auxlib.Error(L, "invalid value (%s) at index %d in table for 'concat'", v.Type(), i)
		}
		if i < to {
			length += len(sep)
		}
		checkLength(L, length)
	}
	return length
}

func (t tables) getn(L *lua.LState) int {
	L.Push(lua.LNumber(t.check(L).Len()))
	return 1
}

func tableSetN(L *lua.LState) int {
	auxlib.Error(L, "'setn' is obsolete")
	return 0
}

// maxn is the largest positive numerical key.
func (t tables) maxn(L *lua.LState) int {
	highest := lua.LNumber(0)
	t.check(L).ForEach(func(k, _ lua.LValue) {
		if n, ok := k.(lua.LNumber); ok && n > highest {
			highest = n
		}
	})
	L.Push(highest)
	return 1
}

// maxList is how many elements a list may get by insertions far behind its end: gopher-lua fills what lies between.
const maxList = 1 << 26

func (t tables) insert(L *lua.LState) int {
	list := t.writable(L)
	end := list.Len() + 1
	switch L.GetTop() {
	case 2:
		list.RawSetInt(end, L.Get(2))
	case 3:
		pos := int(auxlib.CheckInteger(L, 2))
		if pos > maxList {
			L.Error(lua.LString("not enough memory"), 0)
		}
		if pos <= 0 || pos > end {
			for i := end; i > pos; i-- {
				list.RawSetInt(i, list.RawGetInt(i-1))
			}
			list.RawSetInt(pos, L.Get(3))
			break
		}
		list.Insert(pos, L.Get(3))
	default:
		auxlib.Error(L, "wrong number of arguments to 'insert'")
	}
	return 0
}

func (t tables) remove(L *lua.LState) int {
	list := t.writable(L)
	end := int64(list.Len())
	pos := auxlib.OptInteger(L, 2, end)
	if pos < 1 || pos > end {
		return 0
	}
	L.Push(list.Remove(int(pos)))
	return 1
}

func (t tables) foreach(L *lua.LState) int {
	list := t.check(L)
	for k, v := list.Next(lua.LNil); k != lua.LNil; k, v = list.Next(k) {
		if stop(L, k, v) {
			return 1
		}
	}
	return 0
}

func (t tables) foreachi(L *lua.LState) int {
	list := t.check(L)
	for i, n := 1, list.Len(); i <= n; i++ {
		if stop(L, lua.LNumber(i), list.RawGetInt(i)) {
			return 1
		}
	}
	return 0
}

// stop calls the function that is argument 2, and leaves its result on the stack when it is not nil.
func stop(L *lua.LState, k, v lua.LValue) bool {
	f, ok := L.Get(2).(*lua.LFunction)
	if !ok {
		auxlib.TypeError(L, 2, "function")
	}
	L.Push(f)
	L.Push(k)
	L.Push(v)
	L.Call(2, 1)
	if L.Get(-1) != lua.LNil {
		return true
	}
	L.Pop(1)
	return false
}

// sort sorts the elements 1 to n, which it takes out meanwhile: a function that compares may change the table.
func (t tables) sort(L *lua.LState) int {
	list := t.writable(L)
	s := sorter{L: L, values: make([]lua.LValue, list.Len())}
	if L.Get(2) != lua.LNil {
		f, ok := L.Get(2).(*lua.LFunction)
		if !ok {
			auxlib.TypeError(L, 2, "function")
		}
		s.less = f
	}
	for i := range s.values {
		s.values[i] = list.RawGetInt(i + 1)
	}
	sort.Sort(s)
	for i, v := range s.values {
		list.RawSetInt(i+1, v)
	}
	return 0
}

type sorter struct {
	L      *lua.LState
	less   *lua.LFunction
	values []lua.LValue
}

// Len implements sort.Interface.
func (s sorter) Len() int { return len(s.values) }

// Swap implements sort.Interface.
func (s sorter) Swap(i, j int) { s.values[i], s.values[j] = s.values[j], s.values[i] }

// Less implements sort.Interface.
func (s sorter) Less(i, j int) bool {
	if s.less == nil {
		return s.L.LessThan(s.values[i], s.values[j])
	}
	s.L.Push(s.less)
	s.L.Push(s.values[i])
	s.L.Push(s.values[j])
	s.L.Call(2, 1)
	less := lua.LVAsBool(s.L.Get(-1))
	s.L.Pop(1)
	return less
}
