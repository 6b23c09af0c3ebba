package script

import (
	lua "github.com/yuin/gopher-lua"
)

// arguments is one of the tables KEYS and ARGV, which every script of EVAL finds filled with its own, and may change. The table is
// always the same, so that it can be a constant of scripts (fold.go); nothing that a script does to it is there for the next one.
type arguments struct {
	table *lua.LTable
	room  lua.LTable // an empty table with an array for a few values, which is used again
}

// fewArguments is how many values there is always room for.
const fewArguments = 8

// emptyTable is what a table is that nothing was done to.
var emptyTable = lua.LTable{Metatable: lua.LNil}

func newArguments(L *lua.LState) arguments {
	return arguments{table: L.NewTable(), room: *L.CreateTable(fewArguments, 0)}
}

// fill makes the table hold args. It is empty before.
func (a *arguments) fill(L *lua.LState, args [][]byte) {
	switch {
	case len(args) == 0:
		return
	case len(args) <= fewArguments:
		*a.table = a.room
	default:
		*a.table = *L.CreateTable(len(args), 0)
	}
	for _, arg := range args {
		a.table.Append(lua.LString(arg))
	}
}

// empty makes the table empty again, which was filled with n values, and lets go of what is in it.
func (a *arguments) empty(n int) {
	if 0 < n && n <= fewArguments {
		*a.table = a.room
		for range fewArguments {
			a.table.Append(lua.LFalse)
		}
	}
	*a.table = emptyTable
}
