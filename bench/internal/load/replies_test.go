package load

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestReplyCounter(t *testing.T) {
	const stream = "+OK\r\n:-12\r\n$4\r\na\r\nb\r\n$0\r\n\r\n$-1\r\n_\r\n$12\r\n123456789012\r\n" +
		"*0\r\n*-1\r\n*2\r\n$1\r\na\r\n:1\r\n*3\r\n*2\r\n+a\r\n*0\r\n$-1\r\n*1\r\n*1\r\n:5\r\n+OK\r\n"
	for piece := 1; piece <= len(stream); piece++ {
		var c replyCounter
		got := 0
		for rest := stream; rest != ""; {
			n := min(piece, len(rest))
			replies, err := c.feed([]byte(rest[:n]))
			require.NoError(t, err)
			got += replies
			rest = rest[n:]
		}
		require.Equal(t, 12, got, "pieces of %d bytes", piece)
	}
}

func TestReplyCounterRefuses(t *testing.T) {
	for in, want := range map[string]string{
		"+OK\r\n-ERR no\r\n":       "ERR no",
		"%1\r\n":                   "of no type",
		"*x\r\n":                   "no array",
		"*1048577\r\n":             "no array",
		"*9\r\n*1048570\r\n":       "no array",
		"*1\r\n-ERR no\r\n":        "ERR no",
		"\r\n":                     "does not end as",
		"+OK\n":                    "does not end as",
		"$x\r\n":                   "no bulk string",
		"$-2\r\n":                  "no bulk string",
		"$1048577\r\n":             "no bulk string",
		strings.Repeat("x", 65537): "does not end",
	} {
		var c replyCounter
		_, err := c.feed([]byte(in))
		require.ErrorContains(t, err, want)
	}
}

func FuzzReplyCounter(f *testing.F) {
	for _, s := range []string{"+OK\r\n$3\r\nabc\r\n", "$-1\r\n:1\r\n", "-ERR\r\n", "*1\r\n", "*2\r\n*1\r\n:1\r\n$-1\r\n", "\r\n"} {
		f.Add(s, 1)
	}
	f.Fuzz(func(t *testing.T, s string, cut int) {
		var whole, pieces replyCounter
		want, wantErr := whole.feed([]byte(s))
		cut = min(max(cut, 0), len(s))
		got, err := pieces.feed([]byte(s[:cut]))
		if err == nil {
			var more int
			more, err = pieces.feed([]byte(s[cut:]))
			got += more
		}
		if got != want || (err == nil) != (wantErr == nil) {
			t.Fatalf("in two pieces %d, %v; whole %d, %v", got, err, want, wantErr)
		}
	})
}
