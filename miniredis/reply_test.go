package miniredis

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseReply(t *testing.T) {
	for _, c := range []struct {
		in   string
		want any
	}{
		{"+OK\r\n", "OK"}, {":-3\r\n", int64(-3)}, {"$2\r\n\r\n\r\n", "\r\n"}, {"$0\r\n\r\n", ""}, {"$-1\r\n", nil},
		{"*-1\r\n", nil}, {"*0\r\n", []any{}}, {"*2\r\n$1\r\na\r\n*1\r\n:1\r\n", []any{"a", []any{int64(1)}}},
	} {
		v, rest, err := parseReply([]byte(c.in))
		require.NoError(t, err, "%q", c.in)
		require.Equal(t, c.want, v, "%q", c.in)
		require.Empty(t, rest, "%q", c.in)
	}
	_, _, err := parseReply([]byte("-ERR no such key\r\n"))
	require.Equal(t, ErrKeyNotFound, err)
	_, _, err = parseReply([]byte("-ERR else\r\n"))
	require.EqualError(t, err, "ERR else")
}

func FuzzParseReply(f *testing.F) {
	for _, s := range []string{"+OK\r\n", "$3\r\nabc\r\n", "*2\r\n:1\r\n$-1\r\n", "$9\r\n", "*9999999999\r\n", "x\r\n", ""} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		_, rest, err := parseReply(b)
		if err == nil && len(rest) >= len(b) {
			t.Fatalf("nothing read of %q", b)
		}
	})
}
