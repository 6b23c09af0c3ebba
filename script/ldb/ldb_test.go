package ldb

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	lua "github.com/yuin/gopher-lua"
)

func TestRequests(t *testing.T) {
	many := func(n int) string { return fmt.Sprintf("*%d\r\n%s", n, strings.Repeat("$1\r\nx\r\n", n)) }
	for _, c := range []struct {
		name, in string
		want     [][]string
		err      error
	}{
		{name: "nothing"},
		{name: "one", in: "*1\r\n$1\r\ns\r\n", want: [][]string{{"s"}}},
		{name: "two at once", in: "*1\r\n$1\r\ns\r\n*2\r\n$1\r\np\r\n$2\r\nab\r\n", want: [][]string{{"s"}, {"p", "ab"}}},
		{name: "something before", in: "xx*1\r\n$1\r\ns\r\n", want: [][]string{{"s"}}},
		{name: "empty lines between", in: "\r\n\r\n*1\r\n$1\r\ns\r\n\r\n", want: [][]string{{"s"}}},
		{name: "something behind numbers", in: "*1x\r\n$1 2\r\ns\r\n", want: [][]string{{"s"}}},
		{name: "any bytes", in: "*1\r\n$5\r\n\x00\r\n*$\r\n", want: [][]string{{"\x00\r\n*$"}}},
		{name: "half", in: "*2\r\n$1\r\ns\r\n$3\r\nab"},
		{name: "half a line", in: "*2"},
		{name: "half an argument's line", in: "*1\r\n$1"},
		{name: "as many as may be", in: many(maxArgs), want: [][]string{strings.Split(strings.Repeat("x", maxArgs), "")}},
		{name: "too many", in: many(maxArgs + 1), err: errProtocol},
		{name: "none", in: "*0\r\n", err: errProtocol},
		{name: "less than none", in: "*-1\r\n", err: errProtocol},
		{name: "no number", in: "*x\r\n", err: errProtocol},
		{name: "a huge number", in: "*99999999999999999999\r\n", err: errProtocol},
		{name: "no array", in: "PING\r\n", err: errProtocol},
		{name: "no bulk", in: "*1\r\n:1\r\n", err: errProtocol},
		{name: "an empty argument", in: "*1\r\n$0\r\n\r\n", err: errProtocol},
		{name: "a long argument", in: "*1\r\n$1024\r\n" + strings.Repeat("x", 1024) + "\r\n", want: [][]string{{strings.Repeat("x", 1024)}}},
		{name: "one that is too long", in: "*1\r\n$1025\r\n", err: errProtocol},
		{name: "no end", in: "*1\r\n$1\r\nsxx", err: errProtocol},
	} {
		for _, step := range []int{1, 7, 1 << 20} { // however it arrives
			var r requests
			var got [][]string
			var err error
			for in := c.in; len(in) > 0 && err == nil; in = in[min(step, len(in)):] {
				require.NoError(t, r.add([]byte(in[:min(step, len(in))])))
				for {
					var args []string
					if args, err = r.next(); args == nil {
						break
					}
					got = append(got, args)
				}
			}
			if step == 1 && c.name == "something before" {
				require.Equal(t, errProtocol, err, "what is no array is told at once")
				continue
			}
			require.Equal(t, c.err, err, c.name)
			require.Equal(t, c.want, got, c.name)
		}
	}
	var r requests
	require.NoError(t, r.add(make([]byte, maxPending)))
	require.Equal(t, errPending, r.add([]byte{'x'}))
}

func TestLeadingInt(t *testing.T) {
	for s, want := range map[string]int{
		"": 0, "7": 7, " \t-12x": -12, "+3": 3, "x1": 0, "--1": 0, "99999999999999999999999": maxNumber, "-99999999999999999999": -maxNumber,
	} {
		require.Equal(t, want, leadingInt(s), s)
	}
}

// run makes a value of a piece of Lua.
func run(t *testing.T, code string) lua.LValue {
	L := lua.NewState()
	t.Cleanup(L.Close)
	require.NoError(t, L.DoString(code))
	return L.Get(-1)
}

func TestValues(t *testing.T) {
	all := Values{Behind: func(t *lua.LTable) *lua.LTable { return t }}
	for code, want := range map[string]string{
		"return nil":                      "nil",
		"return true":                     "true",
		"return 1":                        "1",
		"return 1/3":                      "0.333333",
		"return 1e7":                      "1e+07",
		"return 1e100":                    "1e+100",
		"return -1/0":                     "-inf",
		"return ''":                       `""`,
		`return 'a"\\\r\n\000\200'`:       `"a\"\\\r\n\x00\xc8"`,
		"return {}":                       "{}",
		"return {1, 'a', {true}}":         `{1; "a"; {true}}`,
		"return {1, nil, 3}":              "{[1]=1; [3]=3}",
		"return {x = 1}":                  `{["x"]=1}`,
		"return {[true] = {}}":            "{[true]={}}",
		"local t = {} t[1] = t return t":  strings.Repeat("{", 10) + "<max recursion level reached! Nested table?>" + strings.Repeat("}", 10),
		"return setmetatable({1}, {})":    "{1}",
		"return {[2] = 'y', [1] = 'x'}":   `{"x"; "y"}`,
		"return {[1.5] = 1, [-1] = 'z'}":  `{[1.5]=1; [-1]="z"}`,
		"return {{}, {{}}, {{}, {1, 2}}}": "{{}; {{}}; {{}; {1; 2}}}",
	} {
		require.Equal(t, want, string(all.Append(nil, run(t, code), MaxShown)), code)
	}
	for code, want := range map[string]string{
		"return print": `^"function@0x[0-9a-f]+"$`, "return function() end": `^"function@0x[0-9a-f]+"$`,
		"return coroutine.create(print)": `^"thread@0x[0-9a-f]+"$`, "return newproxy()": `^"userdata@0x[0-9a-f]+"$`,
	} {
		require.Regexp(t, want, string(all.Append(nil, run(t, code), MaxShown)), code)
	}
	require.Equal(t, "nan", strings.TrimPrefix(string(all.Append(nil, lua.LNumber(math.NaN()), 10)), "-"))
	front := lua.LTable{Metatable: lua.LNil}
	behind := run(t, "return {1}").(*lua.LTable)
	require.Equal(t, "{1}", string(Values{Behind: func(*lua.LTable) *lua.LTable { return behind }}.Append(nil, &front, 10)))
}

// What is shown has an end, though a table may hold itself many times, and a string be long.
func TestValuesHaveALimit(t *testing.T) {
	all := Values{Behind: func(t *lua.LTable) *lua.LTable { return t }}
	for _, code := range []string{
		"local t = {} for i = 1, 50 do t[i] = t end return t", "local t = {} for i = 1, 50 do t[{}] = t end return t",
		"return string.rep('\\0', 10000000)", "local t = {} for i = 1, 200000 do t[i] = i end return t",
	} {
		got := all.Append([]byte("<value> "), run(t, code), 1000)
		require.Greater(t, len(got), 1008, code)
		require.Less(t, len(got), 6000, code)
	}
	require.Less(t, len(all.Append(nil, run(t, "local t = {} for i = 1, 50 do t[i] = t end return t"), MaxShown)), MaxShown+100_000)
}

func TestReplies(t *testing.T) {
	for reply, want := range map[string]string{
		":-5\r\n":                              "-5",
		"$-1\r\n":                              "NULL",
		"*-1\r\n":                              "NULL",
		"$3\r\na\"b\r\n":                       `"a\"b"`,
		"+OK\r\n":                              `"+OK"`,
		"-ERR x\r\n":                           `"-ERR x"`,
		"*0\r\n":                               "[]",
		"*3\r\n:1\r\n$-1\r\n*1\r\n$1\r\na\r\n": `[1,NULL,["a"]]`,
		"%2\r\n$1\r\na\r\n:1\r\n+b\r\n_\r\n":   `{"a" => 1,"+b" => (null)}`,
		"~2\r\n:1\r\n#t\r\n":                   "~(1,#true)",
		"#f\r\n":                               "#false",
		",1.5\r\n":                             "(double) 1.5",
		"(12345678901234567890\r\n":            "12345678901234567890",
		"=7\r\ntxt:abc\r\n":                    `"txt:abc"`,
		"":                                     "",
	} {
		require.Equal(t, want, string(appendReply(nil, []byte(reply), MaxShown)), reply)
	}
	for _, reply := range []string{
		"*100000\r\n" + strings.Repeat(":1\r\n", 100_000), "$100000\r\n" + strings.Repeat("x", 100_000) + "\r\n",
		"%50000\r\n" + strings.Repeat(":1\r\n", 100_000), "~100000\r\n" + strings.Repeat("*1\r\n:1\r\n", 100_000),
	} {
		got := appendReply([]byte("<reply> "), []byte(reply), 256)
		require.Greater(t, len(got), 256)
		require.Less(t, len(got), 1000)
	}
}

// client plays a debugger's client: what it sends is given out in one piece each, and what it is sent is noted down.
type client struct {
	sends []string
	got   bytes.Buffer
	fails bool // Write
}

func (c *client) Read(p []byte) (int, error) {
	if len(c.sends) == 0 {
		return 0, io.EOF
	}
	n := copy(p, c.sends[0])
	if c.sends[0] = c.sends[0][n:]; c.sends[0] == "" {
		c.sends = c.sends[1:]
	}
	return n, nil
}

func (c *client) Write(p []byte) (int, error) {
	if c.fails {
		return 0, io.ErrClosedPipe
	}
	return c.got.Write(p)
}

// machine is one that says what it was asked for.
type machine struct {
	*Session
	ended bool
}

func (m *machine) Print(name string)  { m.Say("print " + name) }
func (m *machine) Trace()             { m.Say("trace") }
func (m *machine) Eval(code string)   { m.Say("eval " + code) }
func (m *machine) Call(args []string) { m.Say("call " + strings.Join(args, " ")) }
func (m *machine) Ended() bool        { return m.ended }

func command(words ...string) string {
	s := fmt.Sprintf("*%d\r\n", len(words))
	for _, w := range words {
		s += fmt.Sprintf("$%d\r\n%s\r\n", len(w), w)
	}
	return s
}

// answers are the replies to commands that are sent where a script of three lines has stopped in the second.
func answers(t *testing.T, text string, commands ...string) []string {
	c := &client{}
	for _, cmd := range commands {
		c.sends = append(c.sends, command(strings.Fields(cmd)...))
	}
	c.sends = append(c.sends, command("c"))
	s := New(c, text)
	s.SetLine(2)
	require.NoError(t, s.Stop(&machine{Session: s}, 2, false))
	var replies []string
	for got := c.got.String(); got != ""; {
		head, rest, _ := strings.Cut(got, "\r\n")
		n, err := strconv.Atoi(head[1:])
		require.NoError(t, err)
		lines := strings.SplitN(rest, "\r\n", n+1)
		for i, l := range lines[:n] {
			require.True(t, strings.HasPrefix(l, "+"), l)
			lines[i] = l[1:]
		}
		replies, got = append(replies, strings.Join(lines[:n], "|")), lines[n]
	}
	return replies[1:]
}

func TestCommands(t *testing.T) {
	const text = "one\ntwo\nthree\n"
	for cmd, want := range map[string]string{
		"P": "print ", "print x": "print x", "p x y": "print ", "t": "trace", "TRACE now": "trace", "e 1 + 1": "eval 1 + 1", "eval": "eval ",
		"r get k": "call get k", "redis x": "call x", "r": unknown, "redis": unknown, "what": unknown, "ss": unknown,
		"l": "   1   one|-> 2   two|   3   three", "l 1 0": "   1   one", "list 9 1": "", "l 3 -1": "", "l 0 0": "-> 2   two",
		"w": "   1   one|-> 2   two|   3   three",
		"b": "No breakpoints set. Use 'b <line>' to add one.", "b 2": "   1   one|->#2   two|   3   three", "b 4": "Wrong line number.",
		"b 3 -3 -3": "-> 2   two|  #3   three|Breakpoint removed.|No breakpoint in the specified line.",
		"b 1 1":     "  #1   one|-> 2   two|Wrong line number.",
		"b 01":      "Invalid argument:'01'", "b -0": "Invalid argument:'-0'", "b 9223372036854775808": "Invalid argument:'9223372036854775808'",
		"b 9223372036854775807": "Wrong line number.", "b -9223372036854775808": "No breakpoint in the specified line.", "b 0": "All breakpoints removed.",
		"m": "<value> replies are truncated at 256 bytes.", "maxlen 1": "<value> replies are truncated at 60 bytes.",
		"m 1000": "<value> replies are truncated at 1000 bytes.", "m 0": "<value> replies are unlimited.", "m x": "<value> replies are unlimited.",
		"m 1 2": "<value> replies are truncated at 256 bytes.",
	} {
		require.Equal(t, want, answers(t, text, cmd)[0], cmd)
	}
	require.Contains(t, answers(t, text, "help")[0], "maxlen")
	require.Equal(t, []string{"-> 2   two|  #3   three", "1 breakpoints set:|  #3   three", "All breakpoints removed."},
		answers(t, text, "b 3", "b", "b 0"))
	require.Equal(t, "   1   <out of range source code line>", (&source{}).show(1))
	require.Equal(t, "", answers(t, "\r\n\n", "w")[0])
}

const unknown = "<error> Unknown Redis Lua debugger command or wrong number of arguments."

func TestBreakpointsHaveALimit(t *testing.T) {
	text := strings.Repeat("x\n", 100)
	cmd := "b"
	for line := 1; line <= maxBreakpoints+1; line++ {
		cmd += " " + strconv.Itoa(line)
	}
	got := answers(t, text, cmd, "b", "b -1", "b 100")
	require.True(t, strings.HasSuffix(got[0], "|Too many breakpoints set."))
	require.Equal(t, 1, strings.Count(got[0], "Too many"))
	require.True(t, strings.HasPrefix(got[1], "64 breakpoints set:|"))
	require.Equal(t, "   99  x|  #100 x", got[3])
}

func TestReasonsToStop(t *testing.T) {
	c := &client{sends: []string{command("b", "1"), command("s"), command("c"), command("c"), command("a")}}
	s := New(c, "one\ntwo")
	m := &machine{Session: s}
	stop := func(line int, late bool) error {
		c.got.Reset()
		s.SetLine(line)
		return s.Stop(m, line, late)
	}
	require.True(t, s.Step)
	require.NoError(t, stop(1, false))
	require.Contains(t, c.got.String(), "* Stopped at 1, stop reason = step over\r\n")
	require.True(t, s.Step)
	require.False(t, s.Breaks(2))
	require.True(t, s.Breaks(1))
	require.NoError(t, stop(1, false))
	require.Contains(t, c.got.String(), "* Stopped at 1, stop reason = break point\r\n+->#1   one\r\n")
	require.False(t, s.Step)
	s.AtNext = true
	require.True(t, s.Breaks(2))
	require.NoError(t, stop(2, false))
	require.Contains(t, c.got.String(), "* Stopped at 2, stop reason = redis.breakpoint() called\r\n")
	require.False(t, s.AtNext)
	require.EqualError(t, stop(2, true), "script aborted for user request")
	require.Contains(t, c.got.String(), "* Stopped at 2, stop reason = timeout reached, infinite loop?\r\n")

	require.False(t, s.Gone())
	require.Equal(t, ErrGone, stop(1, false)) // there is nothing more to be read
	require.True(t, s.Gone())
	require.False(t, s.Breaks(1))
	before := c.got.Len()
	s.End()
	require.Equal(t, before, c.got.Len())
}

// Whoever is killed, or disconnected, does not wait.
func TestStopEnds(t *testing.T) {
	s := New(&client{}, "x")
	require.NoError(t, s.Stop(&machine{Session: s, ended: true}, 1, false))
	s = New(&client{sends: []string{"PING\r\n"}}, "x")
	require.Equal(t, errProtocol, s.Stop(&machine{Session: s}, 1, false))
	s = New(&client{fails: true}, "x")
	require.Equal(t, ErrGone, s.Stop(&machine{Session: s}, 1, false))
}

func TestLog(t *testing.T) {
	c := &client{}
	s := New(c, "one")
	s.SetLine(1)
	s.Say("two\r\nlines")
	s.SayCall([][]byte{[]byte("get"), []byte("k")})
	var many [][]byte
	for i := range 12 {
		many = append(many, []byte(strconv.Itoa(i)))
	}
	s.SayCall(many)
	s.SayDebug([]byte("1, 2"))
	s.SayReply([]byte("$-1\r\n"))
	s.SayTrimmed(bytes.Repeat([]byte{'x'}, 256))
	s.SayTrimmed(bytes.Repeat([]byte{'x'}, 257))
	s.SayTrimmed(bytes.Repeat([]byte{'x'}, 258))
	s.End()
	x := strings.Repeat("x", 256)
	require.Equal(t, "*10\r\n+two  lines\r\n+<redis> get k\r\n+<redis> 0 1 2 3 4 5 6 7 8 9 ... (1 more)\r\n+<debug> line 1: 1, 2\r\n"+
		"+<reply> NULL\r\n+"+x+"\r\n+"+x+" ...\r\n+<hint> The above reply was trimmed. Use 'maxlen 0' to disable trimming.\r\n+"+x+
		" ...\r\n+<endsession>\r\n", c.got.String())
}

// A script that says more and more without stopping does not take all memory.
func TestLogHasALimit(t *testing.T) {
	c := &client{}
	s := New(c, "one")
	for range maxLines + 5 {
		s.Say("x")
	}
	s.End()
	require.True(t, strings.HasSuffix(c.got.String(), "+<hint> 5 more lines were left out.\r\n+<endsession>\r\n"))
	c.got.Reset()
	for range 10 {
		s.Say(strings.Repeat("x", maxBytes/4))
	}
	s.End()
	require.True(t, strings.HasSuffix(c.got.String(), "+<hint> 6 more lines were left out.\r\n+<endsession>\r\n"))
	require.Less(t, c.got.Len(), maxBytes+1000)
}

// Whatever a client sends is understood, refused or waited for, and how it is cut into pieces makes no difference.
func FuzzRequests(f *testing.F) {
	f.Add([]byte("*1\r\n$1\r\ns\r\n*2\r\n$1\r\np\r\n$2\r\nab\r\n"), 3)
	f.Add([]byte("\r\n*01x\r\n$ 1\r\ns\r\n*-1\r\n"), 1)
	f.Fuzz(func(t *testing.T, in []byte, step int) {
		read := func(step int) (got [][]string, err error) {
			var r requests
			for rest := in; len(rest) > 0; rest = rest[min(step, len(rest)):] {
				if err := r.add(rest[:min(step, len(rest))]); err != nil {
					return got, err
				}
				for {
					args, err := r.next()
					if err != nil {
						return got, err
					}
					if args == nil {
						break
					}
					for _, a := range args {
						require.True(t, 0 < len(a) && len(a) <= maxArg)
					}
					require.LessOrEqual(t, len(args), maxArgs)
					got = append(got, args)
				}
			}
			return got, nil
		}
		whole, err := read(max(len(in), 1))
		pieces, inPieces := read(max(step, 1))
		require.LessOrEqual(t, len(pieces), len(whole)) // what stands before an array is refused if it arrives alone
		for i := range pieces {
			require.Equal(t, whole[i], pieces[i])
		}
		if err == nil && inPieces == nil {
			require.Equal(t, whole, pieces)
		}
	})
}
