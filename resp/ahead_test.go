package resp

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestKeysAhead(t *testing.T) {
	const get, set, ping = "*2\r\n$3\r\nGET\r\n$1\r\na\r\n", "*3\r\n$3\r\nSET\r\n$2\r\nbb\r\n$1\r\nv\r\n", "*1\r\n$4\r\nPING\r\n"
	for _, c := range []struct {
		name, buf string
		limit     int
		keys      []string
		seen      int // bytes
	}{
		{"nothing", "", 9, nil, 0},
		{"one", get, 9, []string{"a"}, len(get)},
		{"some without a key", ping + set + ping + get, 9, []string{"bb", "a"}, len(ping + set + ping + get)},
		{"up to the limit", get + set + get, 2, []string{"a", "bb"}, len(get + set)},
		{"up to what has not arrived", get + set[:len(set)-1], 9, []string{"a"}, len(get)},
		{"up to an inline command", get + "GET x\r\n" + set, 9, []string{"a"}, len(get)},
		{"up to what makes no sense", get + "*1\r\n:1\r\n" + set, 9, []string{"a"}, len(get)},
		{"up to an odd length", get + "*2\r\n$3\r\nGET\r\n$01\r\na\r\n", 9, []string{"a"}, len(get)},
		{"an empty command", "*0\r\n" + get, 9, []string{"a"}, len("*0\r\n" + get)},
		{"an empty key", "*2\r\n$3\r\nGET\r\n$0\r\n\r\n", 9, []string{""}, len("*2\r\n$3\r\nGET\r\n$0\r\n\r\n")},
	} {
		t.Run(c.name, func(t *testing.T) {
			keys, n := KeysAhead(nil, []byte(c.buf), c.limit)
			var got []string
			for _, k := range keys {
				got = append(got, string(k))
			}
			require.Equal(t, c.keys, got)
			require.Equal(t, c.seen, n)
		})
	}
}

// What it has looked through is what the parser takes, and the keys are the parser's arguments.
func FuzzKeysAhead(f *testing.F) {
	f.Add([]byte("*2\r\n$3\r\nGET\r\n$1\r\na\r\n*1\r\n$4\r\nPING\r\n*0\r\n*-1\r\n"))
	f.Add([]byte("*3\r\n$3\r\nSET\r\n$1\r\na\r\n$3\r\nabc\r\n*2\r\n$3\r\nGET\r\n$100\r\na"))
	f.Fuzz(func(t *testing.T, buf []byte) {
		keys, seen := KeysAhead(nil, buf, 1000)
		var p Parser
		var want []string
		at := 0
		for at < seen {
			args, n, err := p.Next(buf[at:])
			require.NoError(t, err)
			require.Positive(t, n)
			if len(args) > 1 {
				want = append(want, string(args[1]))
			}
			at += n
		}
		require.Equal(t, at, seen)
		require.Len(t, keys, len(want))
		for i, k := range keys {
			require.Equal(t, want[i], string(k))
		}
	})
}
