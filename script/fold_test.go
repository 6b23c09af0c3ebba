package script

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	lua "github.com/yuin/gopher-lua"
)

// foldedText runs a text as a script that is known, and returns what it returns, or has raised, as a text.
func foldedText(t *testing.T, in *interpreter, text string) string {
	s := &loaded{proto: mustCompile(t, text)}
	var first string
	for i := range 2 { // the second call finds what the first has left
		result, failed := in.call(s.function(in))
		var got string
		if failed != nil {
			got = describe(failed).msg
		} else {
			got = textOf(in.L, result)
		}
		if i == 0 {
			first = got
		} else {
			require.Equal(t, first, got, text)
		}
	}
	return first
}

// What is folded is read no more, and does what it did.
func TestGlobalsThatNeverChangeAreConstants(t *testing.T) {
	in := newTestInterpreter()
	in.box.addArguments()
	for _, c := range []struct {
		text, want string
		reads      int // of globals that are left
	}{
		{"return tonumber('7') + math.floor(1.5)", "8", 0},
		{"local r = redis return r.REPL_ALL .. type(r.call) .. redis.REPL_NONE", "3function0", 0},
		{"local f = function() return string.rep('x', 3) end return f()", "xxx", 0},
		{"local n = 0 for i = 1, 3 do n = n + tonumber(i) end return n", "6", 0},
		{"KEYS[1] = 'a' KEYS.x = 'b' return KEYS[1] .. KEYS.x .. #ARGV", "ab0", 0},
		{"return (false or redis).REPL_ALL", "3", 0},
		{"local t = {REPL_ALL = 5} local yes = true return (yes and t or redis).REPL_ALL", "5", 0},
		{"return x", "ERR user_script:1: Script attempted to access nonexistent global variable 'x'", 1},
		{"return redis.nosuch", "nil", 0},
		{"return type(redis.nosuch)", "nil", 0},
		// Errors name what they named.
		{"return redis.call.x", "ERR user_script:1: attempt to index field 'call' (a function value)", 0},
		{"return tonumber.x", "ERR user_script:1: attempt to index global 'tonumber' (a function value)", 0},
		{"return redis()", "ERR user_script:1: attempt to call global 'redis' (a table value)", 0},
		{"redis = 1", "ERR user_script:1: Attempt to modify a readonly table", 0},
		{"tonumber = 1 return tonumber('1')", "ERR user_script:1: Attempt to modify a readonly table", 1},
		{"KEYS = {}", "ERR user_script:1: Attempt to modify a readonly table", 0},
		// With other globals it is as if nothing had been folded: in the middle of a function, and in those that are made later.
		{"setfenv(1, {tonumber = function() return 5 end}) return tonumber('7')", "5", 0},
		{"local f = function() return tonumber('7') end setfenv(f, {tonumber = function() return 6 end}) return f()", "6", 0},
		{"setfenv(1, {math = {floor = 9}}) return (function() return math.floor end)()", "9", 0},
		{"local f = function() return tonumber('7') end setfenv(1, {}) return f()", "7", 0},
		{"local p, s = print, setfenv s(1, setmetatable({}, {__index = getfenv(1)})) return tonumber('3')",
			"ERR user_script:1: Script attempted to access nonexistent global variable 'print'", 1},
	} {
		require.Equal(t, c.want, foldedText(t, in, c.text), c.text)
		s := &loaded{proto: mustCompile(t, c.text)}
		s.function(in)
		require.Equal(t, c.reads, readsOfGlobals(s.ready.proto), c.text)
	}
}

func readsOfGlobals(p *lua.FunctionProto) (n int) {
	for _, inst := range p.Code {
		if operation(inst) == lua.OP_GETGLOBAL {
			n++
		}
	}
	for _, inner := range p.FunctionPrototypes {
		n += readsOfGlobals(inner)
	}
	return n
}

// Nothing that one script does to KEYS and ARGV is there for the next one.
func TestArgumentsAreNew(t *testing.T) {
	in := newTestInterpreter()
	a := newArguments(in.L)
	in.box.globals.RawSetString("ARGV", a.table)
	many := make([][]byte, 3*fewArguments)
	for i := range many {
		many[i] = []byte{'a' + byte(i)}
	}
	for _, n := range []int{0, 1, 3, fewArguments, fewArguments + 1, len(many), 2, 0} {
		a.fill(in.L, many[:n])
		require.Equal(t, n, a.table.Len())
		for i, want := range many[:n] {
			require.Equal(t, lua.LString(want), a.table.RawGetInt(i+1))
		}
		require.Equal(t, "", runText(in, "ARGV[2] = 'x' ARGV[#ARGV + 1] = {} ARGV.x = {} setmetatable(ARGV, {}) ARGV[1] = nil"))
		a.empty(n)
		require.Zero(t, a.table.Len())
		require.Equal(t, emptyTable, *a.table)
	}
}

// Numbers of replies are read to the last digit.
func TestIntegersOfReplies(t *testing.T) {
	for _, n := range []int64{0, 1, -1, 9, 10, 1023, 1024, 1 << 53, 1<<63 - 1, -1 << 63} {
		require.Equal(t, lua.LNumber(n), fromReply(nil, fmt.Appendf(nil, ":%d\r\n", n)))
	}
}

// Functions of libraries are folded when the library's text has run, which sees other globals.
func TestFunctionsAreFolded(t *testing.T) {
	e := newTestInterpreter().engine
	l, err := e.loadLibrary([]byte("#!lua name=l\nlocal function help() return type(redis.call) .. type(redis.register_function) end\n"+
		"redis.register_function('f', function() return help() end)"), true)
	require.NoError(t, err)
	f := l.functions[0].callback
	result, failed := e.functions.call(f)
	require.Nil(t, failed)
	require.Equal(t, "functionnil", result.String())
	require.NotSame(t, unfolded(f.Proto), f.Proto)
	require.Zero(t, readsOfGlobals(f.Upvalues[0].Value().(*lua.LFunction).Proto))
}
