package resp

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/internal/rounds"
)

// outcome is what a stream of requests comes to: the commands, then the error
// that ended it, or the number of bytes left over.
type outcome struct {
	commands [][]string
	err      string
	left     int
}

func toStrings(args [][]byte) []string {
	out := make([]string, len(args))
	for i, a := range args {
		out[i] = string(a)
	}
	return out
}

// feed gives stream to p in the pieces that end at cuts, at a new address each
// time, and checks the promises that hold for every call.
func feed(t testing.TB, p *Parser, stream []byte, cuts ...int) (o outcome) {
	start := 0
	for _, cut := range append(cuts, len(stream)) {
		for {
			buf := bytes.Clone(stream[start:cut])
			args, n, err := p.Next(buf)
			require.GreaterOrEqual(t, n, 0)
			require.LessOrEqual(t, n, len(buf))
			require.Equal(t, stream[start:cut], append([]byte{}, buf...), "the buffer is the caller's")
			if err != nil {
				var perr *ProtocolError
				require.ErrorAs(t, err, &perr)
				require.Zero(t, n)
				o.err = err.Error()
				return o
			}
			if n == 0 {
				require.Empty(t, args)
				require.False(t, holdsAnything(p), "lets go of the buffer")
				break
			}
			if len(args) > 0 {
				o.commands = append(o.commands, toStrings(args))
			}
			start += n
		}
	}
	o.left = len(stream) - start
	return o
}

func holdsAnything(p *Parser) bool {
	for _, a := range p.args[:cap(p.args)] {
		if a != nil {
			return true
		}
	}
	return false
}

var parserTables = []struct {
	name, in string
	limits   Limits
	want     outcome
}{
	{name: "multibulk", in: "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$0\r\n\r\n", want: outcome{commands: [][]string{{"SET", "k", ""}}}},
	{name: "pipeline", in: "*1\r\n$4\r\nPING\r\nPING\r\n*1\r\n$4\r\nPI\r\n\r\n", want: outcome{commands: [][]string{{"PING"}, {"PING"}, {"PI\r\n"}}}},
	{name: "incomplete", in: "*2\r\n$3\r\nGET\r\n$5\r\nab", want: outcome{left: 19}},
	{name: "short line behind a command", in: "*1\r\n$4\r\nPING\r\n\n*0\r\nECHO 1\n", want: outcome{commands: [][]string{{"PING"}, {"ECHO", "1"}}}},
	{name: "skipped", in: "*0\r\n*-1\r\n*-7\r\n\r\n\n  \r\nPING\r\n", want: outcome{commands: [][]string{{"PING"}}}},
	{name: "the byte after CR is not looked at", in: "*1\rX$4\rYPINGab*0\r\n", want: outcome{commands: [][]string{{"PING"}}}},
	{name: "twelve", in: "*12\r\n" + strings.Repeat("$10\r\n0123456789\r\n", 12), want: outcome{commands: [][]string{slicesRepeat("0123456789", 12)}}},

	{name: "no count", in: "*\r\n", want: outcome{err: "ERR Protocol error: invalid multibulk length"}},
	{name: "count with plus", in: "*+1\r\n", want: outcome{err: "ERR Protocol error: invalid multibulk length"}},
	{name: "count with space", in: "* 1\r\n", want: outcome{err: "ERR Protocol error: invalid multibulk length"}},
	{name: "count with leading zero", in: "*01\r\n", want: outcome{err: "ERR Protocol error: invalid multibulk length"}},
	{name: "count minus zero", in: "*-0\r\n", want: outcome{err: "ERR Protocol error: invalid multibulk length"}},
	{name: "count minus", in: "*-\r\n", want: outcome{err: "ERR Protocol error: invalid multibulk length"}},
	{name: "count beyond 31 bits", in: "*2147483648\r\n", want: outcome{err: "ERR Protocol error: invalid multibulk length"}},
	{name: "count of 31 bits", in: "*2147483647\r\n", want: outcome{left: 13}},
	{name: "count overflow", in: "*18446744073709551617\r\n", want: outcome{err: "ERR Protocol error: invalid multibulk length"}},
	{name: "count very negative", in: "*-9223372036854775808\r\n", want: outcome{}},
	{name: "count too negative", in: "*-9223372036854775809\r\n", want: outcome{err: "ERR Protocol error: invalid multibulk length"}},
	{name: "count limit", in: "*5\r\n", limits: Limits{MaxArgs: 4}, want: outcome{err: "ERR Protocol error: invalid multibulk length"}},
	{name: "count line at its limit", in: "*" + strings.Repeat("1", 99) + "\r\n", limits: Limits{MaxInline: 100}, want: outcome{err: "ERR Protocol error: invalid multibulk length"}},
	{name: "count line too long", in: "*" + strings.Repeat("1", 100) + "\r\n", limits: Limits{MaxInline: 100}, want: outcome{err: "ERR Protocol error: too big mbulk count string"}},
	{name: "count line endless", in: "*" + strings.Repeat("x", 64<<10), want: outcome{err: "ERR Protocol error: too big mbulk count string"}},
	{name: "count line not yet endless", in: "*" + strings.Repeat("x", 64<<10-1), want: outcome{left: 64 << 10}},

	{name: "not a bulk", in: "*1\r\nfoo\r\n", want: outcome{err: "ERR Protocol error: expected '$', got 'f'"}},
	{name: "second not a bulk", in: "*3\r\n$3\r\nSET\r\n$1\r\nx\r\nfooz\r\n", want: outcome{err: "ERR Protocol error: expected '$', got 'f'"}},
	{name: "not a bulk but an empty line", in: "*1\r\n\r\n", want: outcome{err: "ERR Protocol error: expected '$', got ' '"}},
	{name: "not a bulk but a newline", in: "*1\r\n\n1\r\n", want: outcome{err: "ERR Protocol error: expected '$', got ' '"}},
	{name: "not a bulk, judged at its line's end", in: "*1\r\nfoo", want: outcome{left: 7}},
	{name: "no length", in: "*1\r\n$\r\n", want: outcome{err: "ERR Protocol error: invalid bulk length"}},
	{name: "null bulk", in: "*1\r\n$-1\r\n", want: outcome{err: "ERR Protocol error: invalid bulk length"}},
	{name: "length no number", in: "*1\r\n$3x\r\n", want: outcome{err: "ERR Protocol error: invalid bulk length"}},
	{name: "length with leading zero", in: "*1\r\n$03\r\nabc\r\n", want: outcome{err: "ERR Protocol error: invalid bulk length"}},
	{name: "length 512 MB", in: "*1\r\n$536870912\r\n", want: outcome{left: 16}},
	{name: "length beyond 512 MB", in: "*1\r\n$536870913\r\n", want: outcome{err: "ERR Protocol error: invalid bulk length"}},
	{name: "length overflow", in: "*1\r\n$9223372036854775807\r\n", limits: Limits{MaxBulkLen: 1<<63 - 1}, want: outcome{err: "ERR Protocol error: invalid bulk length"}},
	{name: "length limit", in: "*1\r\n$5\r\nabcde\r\n", limits: Limits{MaxBulkLen: 4}, want: outcome{err: "ERR Protocol error: invalid bulk length"}},
	{name: "length line too long", in: "*1\r\n$" + strings.Repeat("1", 64<<10), want: outcome{err: "ERR Protocol error: too big bulk count string"}},
	{name: "length line not yet too long", in: "*1\r\n$" + strings.Repeat("1", 64<<10-1), want: outcome{left: 4 + 64<<10}},

	{name: "unauthenticated", in: "*10\r\n", limits: Limits{Unauthenticated: true}, want: outcome{left: 5}},
	{name: "unauthenticated count", in: "*11\r\n", limits: Limits{Unauthenticated: true}, want: outcome{err: "ERR Protocol error: unauthenticated multibulk length"}},
	{name: "unauthenticated bulk", in: "*1\r\n$16384\r\n", limits: Limits{Unauthenticated: true}, want: outcome{left: 12}},
	{name: "unauthenticated bulk length", in: "*1\r\n$16385\r\n", limits: Limits{Unauthenticated: true}, want: outcome{err: "ERR Protocol error: unauthenticated bulk length"}},

	{name: "inline", in: "set  k\t\"a b\\x21\" \r\n get k\nEXISTS 'it\\'s'\n", want: outcome{commands: [][]string{{"set", "k", "a b!"}, {"get", "k"}, {"EXISTS", "it's"}}}},
	{name: "a bulk alone is inline", in: "$5\r\n", want: outcome{commands: [][]string{{"$5"}}}},
	{name: "CR within an inline line", in: "a\rb\n", want: outcome{commands: [][]string{{"a", "b"}}}},
	{name: "unbalanced", in: "set k \"v\r\n", want: outcome{err: "ERR Protocol error: unbalanced quotes in request"}},
	{name: "inline at its limit", in: strings.Repeat("x", 64<<10) + "\n", want: outcome{commands: [][]string{{strings.Repeat("x", 64<<10)}}}},
	{name: "inline not yet too long", in: strings.Repeat("x", 64<<10), want: outcome{left: 64 << 10}},
	{name: "inline too long", in: strings.Repeat("x", 64<<10+1) + "\n", want: outcome{err: "ERR Protocol error: too big inline request"}},
}

func slicesRepeat(s string, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = s
	}
	return out
}

func TestParser(t *testing.T) {
	for _, c := range parserTables {
		t.Run(c.name, func(t *testing.T) {
			in := []byte(c.in)
			require.Equal(t, c.want, feed(t, &Parser{Limits: c.limits}, in))
			if len(in) > 1000 {
				for range 20 {
					require.Equal(t, c.want, feed(t, &Parser{Limits: c.limits}, in, rand.IntN(len(in))))
				}
				return
			}
			var bytewise []int
			for i := range in {
				require.Equal(t, c.want, feed(t, &Parser{Limits: c.limits}, in, i), "cut at %d", i)
				bytewise = append(bytewise, i)
			}
			require.Equal(t, c.want, feed(t, &Parser{Limits: c.limits}, in, bytewise...))
		})
	}
}

func TestParserNeed(t *testing.T) {
	var p Parser
	stream := append([]byte("*2\r\n$3\r\nGET\r\n$100\r\n"), make([]byte, 102)...)
	header := len(stream) - 102
	for i := range stream {
		_, n, err := p.Next(stream[:i])
		require.NoError(t, err)
		require.Zero(t, n)
		switch {
		case i >= 8 && i < 13:
			require.Equal(t, 13-i, p.Need())
		case i >= header:
			require.Equal(t, len(stream)-i, p.Need())
		default:
			require.Zero(t, p.Need())
		}
	}
	_, n, err := p.Next(stream)
	require.NoError(t, err)
	require.Equal(t, len(stream), n)
	require.Zero(t, p.Need())
}

func TestParserReset(t *testing.T) {
	p := Parser{Limits: Limits{MaxArgs: 7}}
	_, n, err := p.Next([]byte("*3\r\n$3\r\nSET\r\n$1"))
	require.NoError(t, err)
	require.Zero(t, n)
	p.Reset()
	require.Equal(t, Parser{Limits: Limits{MaxArgs: 7}}, p)
	args, _, err := p.Next([]byte("PING\r\n"))
	require.NoError(t, err)
	require.Equal(t, []string{"PING"}, toStrings(args))
}

// An argument ends where its capacity ends: appending to it copies.
func TestParserArgumentsAreApart(t *testing.T) {
	for _, in := range []string{"*2\r\n$1\r\na\r\n$1\r\nb\r\n", "a b\r\n", "\"a\" \"b\"\r\n"} {
		buf := []byte(in)
		var p Parser
		args, _, err := p.Next(buf)
		require.NoError(t, err)
		_ = append(args[0], "xxxxxxxxxx"...)
		require.Equal(t, in, string(buf))
		require.Equal(t, "b", string(args[1]))
	}
}

// A command of 400k pairs arrives in pieces of 16 KB. Before each piece, all that
// the parser has understood is overwritten: it cannot have been looked at again.
func TestParserWorkIsLinear(t *testing.T) {
	const piece = 16 << 10
	pairs := rounds.Of(400_000)
	stream := []byte("*" + strconv.Itoa(1+2*pairs) + "\r\n$4\r\nMSET\r\n")
	for i := range pairs {
		stream = fmt.Appendf(stream, "$10\r\nkey:%06d\r\n$3\r\nval\r\n", i)
	}
	original := bytes.Clone(stream)
	var p Parser
	spoiled := 0
	for got := piece; got < len(stream); got += piece {
		_, n, err := p.Next(stream[:got])
		require.NoError(t, err)
		require.Zero(t, n)
		require.Greater(t, p.pos, got-32, "nearly all that arrived is understood")
		for ; spoiled < p.pos; spoiled++ {
			stream[spoiled] |= 0x80
		}
		stream[0] = '*'
	}
	args, n, err := p.Next(original)
	require.NoError(t, err)
	require.Equal(t, len(original), n)
	require.Len(t, args, 1+2*pairs)
	for i := range pairs {
		if want := fmt.Sprintf("key:%06d", i); string(args[1+2*i]) != want {
			t.Fatalf("argument %d is %q, want %q", 1+2*i, args[1+2*i], want)
		}
	}
	require.LessOrEqual(t, cap(p.args), 2*keepArgs, "lets go of a large command's memory")
	require.LessOrEqual(t, cap(p.spans), 2*keepArgs)
}

// A line without end that arrives byte by byte is searched once.
func TestParserLineIsSearchedOnce(t *testing.T) {
	for _, start := range []string{"*", "x", "*1\r\n$"} {
		stream := append([]byte(start), bytes.Repeat([]byte{'x'}, 5000)...)
		var p Parser
		for got := 1; got <= len(stream); got++ {
			_, n, err := p.Next(stream[:got])
			require.NoError(t, err)
			require.Zero(t, n)
			if got > len(start) {
				require.Equal(t, got, p.scanned)
			}
			if got > len(start)+20 {
				stream[got-10] = '\n' // seen to be harmless, not seen again
				stream[got-10+1] = '\r'
			}
		}
	}
}

// What a request claims costs nothing; what it sends does.
func TestParserClaimsCostNothing(t *testing.T) {
	for _, claim := range []string{"*1048576\r\n", "*2147483647\r\n$3\r\nDEL\r\n", "*1024\r\n", "*1\r\n$536870912\r\n"} {
		var p Parser
		allocated := testing.AllocsPerRun(1, func() {
			p = Parser{}
			_, n, err := p.Next([]byte(claim))
			require.NoError(t, err)
			require.Zero(t, n)
		})
		require.LessOrEqual(t, cap(p.args)+cap(p.spans), 16)
		require.Less(t, allocated, 10.0)
	}
}

func TestParserDoesNotAllocate(t *testing.T) {
	set := []byte("*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$5\r\nvalue\r\n")
	large := AppendCommand(nil, bytes.Split(bytes.Repeat([]byte("member "), 900), []byte(" "))...)
	inline := []byte("SET key \"va lue\"\r\n")
	var p Parser
	run := func() {
		for _, in := range [][]byte{set, large, inline} {
			if _, n, err := p.Next(in[:len(in)-3]); n != 0 || err != nil {
				t.Fatal(n, err)
			}
			if _, n, err := p.Next(in); n != len(in) || err != nil {
				t.Fatal(n, err)
			}
			if _, n, err := p.Next(nil); n != 0 || err != nil {
				t.Fatal(n, err)
			}
		}
	}
	run()
	require.Zero(t, testing.AllocsPerRun(100, run))
	require.False(t, holdsAnything(&p))
}

func FuzzParser(f *testing.F) {
	for _, c := range parserTables {
		if len(c.in) < 1000 {
			f.Add([]byte(c.in), uint64(1), false)
			f.Add([]byte(c.in), uint64(2), true)
		}
	}
	f.Fuzz(func(t *testing.T, stream []byte, seed uint64, unauthenticated bool) {
		limits := Limits{MaxInline: 64, MaxArgs: 20, MaxBulkLen: 20000, Unauthenticated: unauthenticated}
		whole := feed(t, &Parser{Limits: limits}, stream)
		for _, c := range whole.commands {
			require.NotEmpty(t, c)
			require.LessOrEqual(t, len(c), 33) // MaxArgs, or words in an inline line
		}
		rng := rand.New(rand.NewPCG(seed, 0))
		var cuts []int
		for at := 0; at < len(stream); at += 1 + rng.IntN(40) {
			cuts = append(cuts, at)
		}
		require.Equal(t, whole, feed(t, &Parser{Limits: limits}, stream, cuts...))
	})
}
