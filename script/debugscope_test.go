package script

import (
	"testing"

	"github.com/stretchr/testify/require"
	lua "github.com/yuin/gopher-lua"
)

// The walk through the tree finds the same variables as the compiler, in the same order, in all functions.
func TestScopesAgreeWithTheCompiler(t *testing.T) {
	for _, text := range []string{
		"", "local a", "local a, b = 1", "local a; local a = a", "do local x do local y end local z end local w",
		"for i = 1, 2 do local j = i for k, v in pairs({}) do local l end end local z",
		"while f() do local a end repeat local b until b local c", "if a then local x elseif b then local y local w else local z end",
		"local function f(a, b) local c return function(d) local e end end local g = function(...) local h = arg end",
		"function o.m(a) local b end function o:n(a) local b end function f(...) local x = {...} end",
		"local t = {f = function(a) local b end, [function() local k end] = function(c) local v end, function() local w end}",
		"g(function(a) end, function(b) end):h(function(c) end) local x = (function() local y end)() .. 'a' .. (function(z) end)()",
		"local a, b = function(p) end, function(q) local r end", "return function(a) return function(b) return function(c) end end end",
		"local f = function() local g = function() local h end end function f.x() end local y = not (function(n) end) == -#{}",
		"x[function(i) local j end] = function(k) end", "a, b = function(p) end, 1 for i = f(function(l) end), 2, 3 do end",
		"for a in function(g) local h end do local b end goto over ::over:: local c",
		"local a = 1 and function(p) end or function(q) local r end", "while (function(w) end)() do break end",
	} {
		proto, found, err := compileToDebug([]byte(text))
		require.NoError(t, err, text)
		var visit func(*lua.FunctionProto)
		visit = func(p *lua.FunctionProto) {
			var want, got []string
			for _, l := range p.DbgLocals {
				want = append(want, l.Name)
			}
			for _, v := range found[p] {
				got = append(got, v.name)
			}
			require.Equal(t, want, got, text)
			for _, inner := range p.FunctionPrototypes {
				visit(inner)
			}
		}
		visit(proto)
	}
}

// Registers are used again after a block, and names of the block are not seen behind it.
func TestScopesOfBlocks(t *testing.T) {
	proto, found, err := compileToDebug([]byte("local a = 1\ndo\n local b = 2\n a = b\nend\nlocal c = 3\nreturn c"))
	require.NoError(t, err)
	seen := map[int][]string{}
	for pc, line := range proto.DbgSourcePositions {
		seen[line] = nil
		for _, v := range found[proto] {
			if v.seen(pc, line) {
				seen[line] = append(seen[line], v.name)
			}
		}
	}
	require.Equal(t, map[int][]string{1: {}, 3: {"a"}, 4: {"a", "b"}, 6: {"a"}, 7: {"a", "c"}}, map[int][]string{
		1: {}, 3: seen[3], 4: seen[4], 6: seen[6], 7: seen[7]})
	require.Equal(t, 1, found[proto][1].register)
	require.Equal(t, 1, found[proto][2].register)
}

// Moves of several lines are not done at once, where one may want to stop between them.
func TestNothingIsJoined(t *testing.T) {
	const text = "local a = 1\nlocal b = a\nlocal c = b\nlocal d = c\nreturn d"
	joined := func(proto *lua.FunctionProto) (n int) {
		for _, inst := range proto.Code {
			if operation(inst) == lua.OP_MOVEN {
				n++
			}
		}
		return n
	}
	proto, err := compile([]byte(text), chunkName)
	require.NoError(t, err)
	require.Equal(t, 1, joined(proto))
	proto, _, err = compileToDebug([]byte(text))
	require.NoError(t, err)
	require.Zero(t, joined(proto))
}
