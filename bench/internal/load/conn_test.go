package load

import (
	"io"
	"net"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// answer returns a connection whose server reads the given request and writes the given replies.
func answer(t *testing.T, request, replies string) *Conn {
	ours, theirs := net.Pipe()
	t.Cleanup(func() { ours.Close(); theirs.Close() })
	go func() {
		got := make([]byte, len(request))
		io.ReadFull(theirs, got)
		if string(got) != request {
			replies = "-ERR the request was " + strings.ReplaceAll(string(got), "\r\n", " ") + "\r\n"
		}
		io.WriteString(theirs, replies)
		theirs.Close()
	}()
	return newConn(ours)
}

func TestDo(t *testing.T) {
	const request = "*2\r\n$3\r\nGET\r\n$1\r\nk\r\n"
	for _, c := range []struct{ name, reply, want, err string }{
		{"status", "+OK\r\n", "OK", ""},
		{"integer", ":-12\r\n", "-12", ""},
		{"bulk", "$4\r\na\r\nb\r\n", "a\r\nb", ""},
		{"empty bulk", "$0\r\n\r\n", "", ""},
		{"null", "$-1\r\n", "", ""},
		{"RESP3 null", "_\r\n", "", ""},
		{"error", "-ERR no\r\n", "", "ERR no"},
		{"array", "*1\r\n:1\r\n", "", "of no type"},
		{"bulk without end", "$1\r\nabc", "", "without its end"},
		{"bulk cut off", "$5\r\nab", "", "unexpected EOF"},
		{"huge bulk", "$1048577\r\n", "", "no bulk string"},
		{"negative bulk", "$-2\r\n", "", "no bulk string"},
		{"bad length", "$x\r\n", "", "no bulk string"},
		{"empty line", "\r\n", "", "does not end"},
		{"line without CR", "+OK\n", "", "does not end"},
		{"endless line", "+" + strings.Repeat("x", 70000), "", "buffer full"},
		{"nothing", "", "", "EOF"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := answer(t, request, c.reply).Do("GET", "k")
			if c.err != "" {
				require.ErrorContains(t, err, c.err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.want, got)
		})
	}
}

func TestInt(t *testing.T) {
	n, err := answer(t, "*1\r\n$6\r\nDBSIZE\r\n", ":7\r\n").Int("DBSIZE")
	require.NoError(t, err)
	require.Equal(t, 7, n)
	_, err = answer(t, "*1\r\n$6\r\nDBSIZE\r\n", "+many\r\n").Int("DBSIZE")
	require.Error(t, err)
}

func TestPipelineEndsAtTheFirstError(t *testing.T) {
	const ping = "*1\r\n$4\r\nPING\r\n"
	c := answer(t, strings.Repeat(ping, 3), "+PONG\r\n-ERR enough\r\n+PONG\r\n")
	sent := 0
	err := c.Pipeline(5, 3, func(i int) error {
		require.Equal(t, sent, i)
		sent++
		return c.Queue("PING")
	})
	require.Equal(t, ServerError("ERR enough"), err)
	require.Equal(t, 3, sent)
}

func FuzzReply(f *testing.F) {
	for _, s := range []string{"+OK\r\n", "$3\r\nabc\r\n", "$-1\r\n", ":1\r\n", "-ERR\r\n", "*1\r\n", "\r\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c := newConn(readOnly{r: strings.NewReader(s)})
		for {
			if _, err := c.Reply(); err != nil {
				if _, ok := err.(ServerError); !ok {
					return
				}
			}
		}
	})
}

// readOnly is a connection of which only Read may be used.
type readOnly struct {
	net.Conn
	r io.Reader
}

func (c readOnly) Read(b []byte) (int, error) { return c.r.Read(b) }
