package script

import (
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/stretchr/testify/require"
)

func mustCompile(t testing.TB, text string) *lua.FunctionProto {
	proto, err := compile([]byte(text), chunkName)
	require.NoError(t, err)
	return proto
}

// afterMillis calls f after a time, unless stop is called before.
func afterMillis(ms int, f func()) (stop func() bool) {
	return time.AfterFunc(time.Duration(ms)*time.Millisecond, f).Stop
}

func TestHeader(t *testing.T) {
	for text, want := range map[string]flags{
		"return 1": undeclared, "": undeclared, "#!lua\n": 0, "#!lua flags=\n": 0,
		"#!lua flags=no-writes\nreturn 1":          noWrites,
		"#!lua flags=allow-oom,allow-stale\n":      allowOOM | allowStale,
		"#!lua flags=no-cluster flags=no-writes\n": noCluster | noWrites,
		"#!lua \"flags=allow-cross-slot-keys\"\n":  allowCrossSlot,
	} {
		f, _, err := scriptHeader([]byte(text))
		require.NoError(t, err, text)
		require.Equal(t, want, f, text)
	}
	for text, want := range map[string]string{
		"#!lua":                  "Invalid script shebang",
		"#!\"lua\n":              "Invalid engine in script shebang",
		"#!python\n":             "Unexpected engine in script shebang: #!python",
		"#!lua flags=no-reads\n": "Unexpected flag in script shebang: no-reads",
		"#!lua name=x\n":         "Unknown lua shebang option: name=x",
	} {
		_, _, err := scriptHeader([]byte(text))
		require.EqualError(t, err, want, text)
	}
}

func TestRandomIsLrand48(t *testing.T) {
	r := newRandom()
	r.seed(0)
	require.Equal(t, []int32{366850414, 1610402240, 206956554}, []int32{r.next(), r.next(), r.next()})
}

func TestConcatenationIsRewritten(t *testing.T) {
	in := newTestInterpreter()
	for text, want := range map[string]string{
		"return 'a' .. 1 .. 0.5":                           "a10.5",
		"return 'a' .. (function() return 'b', 'c' end)()": "ab",
		"local t = setmetatable({}, {__concat = function(a, b) return type(a) .. type(b) end}) return 1 .. t .. 'x'": "1tablestring",
		"local t = setmetatable({}, {__concat = function(a, b) return 'C' end}) return 'a' .. 'b' .. t":              "aC",
		"local s = '' for i = 1, 3 do s = s .. i end return s":                                                       "123",
		"return 010 .. ''": "10",
	} {
		v, failed := in.call(in.function(mustCompile(t, text)))
		require.Nil(t, failed, text)
		require.Equal(t, want, v.String(), text)
	}
}
