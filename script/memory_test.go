package script

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/command/all"
	"github.com/miniredisd/miniredisd/script/lua/auxlib"
	"github.com/miniredisd/miniredisd/store"
)

// testHost is the little that an interpreter asks of the server.
type testHost struct {
	command.Host
	registry *command.Registry
}

func (testHost) RedisVersion() string          { return "7.4.1" }
func (h testHost) Registry() *command.Registry { return h.registry }
func (testHost) Logf(byte, string, ...any)     {}
func newTestInterpreter() *interpreter {
	return newInterpreter(New(testHost{registry: all.Registry()}), evalAPI)
}

// runText runs a text in an interpreter, and returns what it has raised as a text, or "".
func runText(in *interpreter, text string) string {
	proto, err := compile([]byte(text), chunkName)
	if err != nil {
		return err.Error()
	}
	in.watcher.begin(in.kill.next())
	defer in.watcher.end()
	if _, failed := in.call(in.function(proto)); failed != nil {
		return describe(failed).msg
	}
	return ""
}

func TestMemoryIsBounded(t *testing.T) {
	defer func(n uint64) { maxHeap = n }(maxHeap)
	defer func(n int) { auxlib.MaxString = n }(auxlib.MaxString)
	maxHeap, auxlib.MaxString = 32<<20, 32<<20 // a sixteenth, and less, of what they are: nothing else is to be seen with more
	for _, text := range []string{
		"local s = 'x' while true do s = s .. s end",
		"local s = string.rep('x', 1e9)",
		"local s = string.rep('x', 2^53)",
		"local s = string.rep('x', 25000000) local t = s .. s .. s .. s",
		"local t = {} while true do t[#t+1] = {} end",
		"local t = {} for i = 1, 1e9 do t['k' .. i] = i end",
		"local t = {} local s = string.rep('x', 6e6) for i = 1, 1000 do t[i] = s end return table.concat(t)",
		"local function f() return 1 + f() end f()",
		"local t = setmetatable({}, {__index = function(t, k) return t[k .. 'x'] end}) return t.x",
		"local function f() assert(pcall(f)) end f()",
		"local function f() return coroutine.wrap(f)() end f()",
		"local t = {} while true do t[#t+1] = coroutine.create(function() end) end",
		"local s = string.rep('(', 1e5) assert(loadstring('return ' .. s))",
		"assert(loadstring('return ' .. string.rep('1+', 1e5) .. '1'))",
		"assert(loadstring('return ' .. string.rep('not ', 1e5) .. '1'))",
		"local t = {} t[2^40] = 1 table.insert(t, 2^30, 1)",
		"return string.format('%999d', 1)",
		"return unpack({}, 1, 1e8)",
		"local t = {} t[1e7] = 1 local u = {} for i = 1, 100 do u[i] = {} u[i][1e7] = 1 end",
	} {
		in := newTestInterpreter()
		runtime.GC() // what the last one has left does not count
		require.NotEmpty(t, runText(in, text), text)
		require.Empty(t, runText(in, "return 1"), "the next one runs")
	}
}

// FuzzScript runs any text for a short time. Whatever it is, nothing panics, and the globals are what they were.
func FuzzScript(f *testing.F) {
	for _, seed := range []string{
		"return 1", "local t = {} for k, v in pairs(_G) do t[k] = v end return t", "return ('x'):rep(10):gsub('x', '%0%0')",
		"local co = coroutine.wrap(function(...) coroutine.yield(...) end) return co(1), co()", "return pcall(error, {err='x'})",
		"return string.format('%5.2f %q', 1/3, 'a')", "setmetatable({}, {__index=_G}).x = 1", "while true do end",
		"return loadstring('return ' .. '1')()", "return table.concat({1,2,3}, ','), unpack({1,2})", "goto x ::x::",
		"return cjson.decode(cjson.encode({1,2}))", "setfenv(1, {})", "return 'a' .. 1 .. nil", "local a <const> = 1",
		"return ('abc'):find('(b)()', 1)", "for i = 1, 3 do local x = i return function() x = x + 1 return x end end",
	} {
		f.Add(seed)
	}
	maxHeap = 256 << 20
	f.Fuzz(func(t *testing.T, text string) {
		in := newTestInterpreter()
		in.run = &run{}
		before := len(in.box.globals.RawGetString("_G").String())
		number := in.kill.next()
		stop := afterMillis(200, func() { in.kill.kill(number, "time is up") })
		defer stop()
		proto, err := compile([]byte(text), chunkName)
		if err != nil {
			return
		}
		in.call(in.function(proto))
		require.Len(t, in.box.globals.RawGetString("_G").String(), before)
		require.False(t, in.broken && in.kill.why.Load() == nil, "gopher-lua has panicked")
		in.kill.next()
		in.broken = false
		v, failed := in.call(in.function(mustCompile(t, "return type(string.rep) .. type(redis.call) .. #('abc')")))
		require.Nil(t, failed)
		require.Equal(t, "functionfunction3", v.String())
	})
}

// Scripts and libraries that are kept take about what the figures say: the compiler's spare room is given back.
func TestMemoryOfWhatIsKept(t *testing.T) {
	const n = 5000
	live := func() int {
		runtime.GC()
		_, alive := heapNow()
		return int(alive)
	}
	e := New(testHost{registry: all.Registry()})
	before := live()
	for i := range n {
		_, msg := e.learn(fmt.Appendf(nil, "--%020d\nreturn %d", i, i), true)
		require.Empty(t, msg)
	}
	require.InEpsilon(t, e.Figures().ScriptsMemory, live()-before, 0.3)
	before = live()
	c := &command.Ctx{Tx: &store.Tx{}}
	for i := range n {
		_, err := e.LoadLibrary(c, fmt.Appendf(nil, "#!lua name=l%d\nredis.register_function('f%d', function() return %d end)", i, i, i), false)
		require.NoError(t, err)
	}
	f := e.FunctionFigures()
	require.InEpsilon(t, f.LibrariesMemory+f.EngineMemory, live()-before, 0.3)
	require.Equal(t, n, f.Functions)
	runtime.KeepAlive(e)
}
