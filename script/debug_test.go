package script_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
)

// debugging is a connection that debugs.
type debugging struct {
	t *testing.T
	net.Conn
	r *bufio.Reader
}

func debug(t *testing.T, rdb *redis.Client, mode string) *debugging {
	conn, err := net.Dial("unix", rdb.Options().Addr)
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(time.Minute))
	d := &debugging{t, conn, bufio.NewReader(conn)}
	require.Equal(t, "+OK", d.do("SCRIPT", "DEBUG", mode)[0])
	return d
}

// do sends a command, and returns the lines of its reply.
func (d *debugging) do(args ...string) []string {
	var b strings.Builder
	fmt.Fprintf(&b, "*%d\r\n", len(args))
	for _, a := range args {
		fmt.Fprintf(&b, "$%d\r\n%s\r\n", len(a), a)
	}
	d.Write([]byte(b.String()))
	return d.reply()
}

func (d *debugging) reply() (lines []string) {
	head := d.line()
	if head[0] != '*' {
		return []string{head}
	}
	n, err := strconv.Atoi(head[1:])
	require.NoError(d.t, err)
	for range n {
		lines = append(lines, d.line())
	}
	return lines
}

func (d *debugging) line() string {
	line, err := d.r.ReadString('\n')
	require.NoError(d.t, err)
	return strings.TrimSuffix(line, "\r\n")
}

var stop = regexp.MustCompile(`^\+\* Stopped at (\d+), `)

// stops are the lines at which a script stops that is executed step by step.
func stops(t *testing.T, rdb *redis.Client, script string) (lines string) {
	d := debug(t, rdb, "sync")
	for reply := d.do("EVAL", script, "0"); ; reply = d.do("s") {
		for _, line := range reply {
			if m := stop.FindStringSubmatch(line); m != nil {
				lines += " " + m[1]
			}
			if line == "+<endsession>" {
				return strings.TrimSpace(lines)
			}
		}
	}
}

func TestWhereScriptsStop(t *testing.T) {
	_, rdb := start(t)
	for script, want := range map[string]string{
		"":               "1",
		"-- nothing":     "1",
		"\n\nreturn 1\n": "3",
		"local a = 1\nlocal b = a\nlocal c = b\nreturn c":                                          "1 2 3 4",
		"local a = 1 local b = 2\nreturn 1":                                                        "1 2",
		"for i = 1, 2 do\n local x = i\nend":                                                       "1 2 1 2 1 3",
		"for i = 1, 3 do local x = i end":                                                          "1 1 1 1",
		"local n = 0\nwhile n < 2 do\n n = n + 1\nend\nreturn n":                                   "1 2 3 2 3 2 5",
		"local n = 0\nwhile n < 2 do n = n + 1 end":                                                "1 2 2 2",
		"local n = 0\nrepeat\n n = n + 1\nuntil n == 2":                                            "1 3 4 3 4",
		"local n = 0\nwhile true do\n n = n + 1\n if n == 2 then\n  break\n end\nend":              "1 3 4 3 4 5 7",
		"for _, v in ipairs({1, 2}) do\n local x = v\nend\nreturn 1":                               "1 2 1 2 1 4",
		"if false then\n return 1\nelseif true then\n local x = 2\nelse\n return 3\nend\nreturn 4": "1 4 8",
		"local function f()\n return 1\nend\nlocal a = f()\nreturn f() + a":                        "3 4 2 5 2",
		"local function f()\n local a = 1\nend\nf()\nreturn 1":                                     "3 4 2 3 5",
		"function_of = 1":                               "1",
		"local f = function() return 1 end\nf()":        "1 2 1",
		"pcall(function()\n error('x')\nend)\nreturn 1": "1 3 1 2 4",
		"local t = {}\nfor i = 1, 2 do\n t[i] = function() return i end\nend\nreturn t[1]()":             "1 2 3 2 3 2 5 3",
		"local c = coroutine.wrap(function()\n coroutine.yield(1)\n return 2\nend)\nc()\nc()":            "1 4 1 5 2 6 3",
		"local x\nlocal y\nx = 1\nreturn x":                                                              "3 4",
		"local a = 1\nlocal x\nreturn x":                                                                 "1 2 3",
		"local t = {}\nfunction t.f()\n return 1\nend\nfunction t:g()\n return t.f()\nend\nreturn t:g()": "1 4 2 7 5 8 6 3",
		"local f = function(a, b) return a end\nlocal x = f(\n 1,\n 2)\nreturn x":                        "1 2 3 4 2 1 5",
		"#!lua\nlocal a = 1\nreturn a":                                                                   "2 3",
		"return loadstring('local a = 1\\nlocal b = 2\\nreturn a')()":                                    "1",
	} {
		require.Equal(t, want, stops(t, rdb, script), script)
	}
}

// The goings-on of a session over a connection of go-redis's.
func TestSessionOfGoRedis(t *testing.T) {
	_, rdb := start(t)
	conn := rdb.Conn()
	defer conn.Close()
	require.NoError(t, conn.Do(context.Background(), "SCRIPT", "DEBUG", "YES").Err())
	do := func(args ...any) any {
		v, err := conn.Do(context.Background(), args...).Result()
		require.NoError(t, err)
		return v
	}
	require.Equal(t, []any{"* Stopped at 1, stop reason = step over", "-> 1   local a = KEYS[1]"},
		do("EVAL", "local a = KEYS[1]\nredis.call('set', a, ARGV[1])\nreturn redis.call('get', a)", 1, "key", "value"))
	require.Equal(t, []any{"* Stopped at 2, stop reason = step over", "-> 2   redis.call('set', a, ARGV[1])"}, do("step"))
	require.Equal(t, []any{`<value> a = "key"`}, do("print"))
	require.Equal(t, []any{"   2   redis.call('set', a, ARGV[1])", "  #3   return redis.call('get', a)"}[1], do("break", "3").([]any)[1])
	require.Equal(t, []any{"* Stopped at 3, stop reason = break point", "->#3   return redis.call('get', a)"}, do("continue"))
	require.Equal(t, []any{`<retval> "value"`}, do("eval", "redis.call('get', KEYS[1])"))
	require.Equal(t, []any{"<endsession>"}, do("continue"))
	require.Equal(t, redis.Nil, rdb.Get(context.Background(), "key").Err())
}

// Eval can do what scripts can, and the session survives it.
func TestEvalInASession(t *testing.T) {
	_, rdb := start(t)
	d := debug(t, rdb, "yes")
	d.do("EVAL", "local a = 1\nlocal ok = pcall(function()\n local b = 2\n return b\nend)\nreturn 1", "0")
	for _, c := range []struct{ code, want string }{
		{"redis.call('lpush', 'l', 1) redis.call('incr', 'l')", "<error> WRONGTYPE Operation against a key holding the wrong kind of value"},
		{"error({1})", "<error> (error object is a table value)"},
		{"error()", "<error> (error object is a nil value)"},
		{"error(setmetatable({}, {__tostring = function() return 'x' end}))", "<error> (error object is a table value)"},
		{"x", "<error> ldb_eval:1: Script attempted to access nonexistent global variable 'x'"},
		{"x = 1", "Attempt to modify a readonly table"},
		{"redis = 1", "Attempt to modify a readonly table"},
		{"local function f() return f() + 1 end f()", "stack overflow"},
		{"coroutine.wrap(function() coroutine.yield(5) end)()", "<retval> 5"},
		{"pcall(error, 'x')", "<retval> false"},
		{"redis.breakpoint()", "<retval> true"},
		{"redis.debug(1)", "<retval> nil"},
		{"string.rep('x', 1e9)", "<error>"},
		{"redis", "<retval> {"},
		{"_G", "<retval> {"},
	} {
		reply := d.do("eval", c.code)
		require.Contains(t, strings.Join(reply, "\n"), c.want, c.code)
	}
	require.Contains(t, d.do("p", "a")[0], "No such variable.")
	require.Contains(t, d.do("c")[0], "redis.breakpoint() called") // eval has asked for it
	require.Contains(t, d.do("b", "3")[1], "#3")
	require.Contains(t, d.do("c")[0], "break point")
	require.Equal(t, []string{"+<value> 1"}, d.do("p", "a"))
	require.Equal(t, []string{"+<retval> 3"}, d.do("e", "1 + 2"))
	require.Equal(t, []string{"+<endsession>"}, d.do("c"))
	require.Equal(t, []string{":1"}, d.reply())
}
