package streams

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/store/ds/stream"
)

func TestParseNewID(t *testing.T) {
	for _, tc := range []struct {
		arg     string
		ms, seq uint64
		given   bool
		ok      bool
	}{
		{"5-3", 5, 3, true, true}, {"5", 5, 9, true, true}, {"5-*", 5, 0, false, true}, {"0-0", 0, 0, true, true},
		{"18446744073709551615-18446744073709551615", 1<<64 - 1, 1<<64 - 1, true, true}, {"007-010", 7, 10, true, true},
		{" 5- +3", 5, 3, true, true}, {"5-3\x00junk", 5, 3, true, true},
		{arg: ""}, {arg: "-"}, {arg: "+"}, {arg: "*"}, {arg: "*-1"}, {arg: "5-"}, {arg: "-5"}, {arg: "5-3-1"}, {arg: "5--3"}, {arg: "5-**"},
		{arg: "x"}, {arg: "5-x"}, {arg: "5 -3"}, {arg: "18446744073709551616"}, {arg: "1-99999999999999999999"}, {arg: "\x00"},
		{arg: "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000001"},
	} {
		id, given, ok := parseNewID([]byte(tc.arg), 9)
		require.Equal(t, tc.ok, ok, tc.arg)
		if ok {
			require.Equal(t, tc.given, given, tc.arg)
			require.Equal(t, stream.ID{MS: tc.ms, Seq: tc.seq}, id, tc.arg)
		}
	}
	_, ok := parseID([]byte("5-*"), 0)
	require.False(t, ok, "only a new entry may leave it open")
}

func FuzzParseID(f *testing.F) {
	for _, s := range []string{"1-2", "5", "7-*", " +3-04", "18446744073709551616-1", "-", ""} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, arg []byte) {
		id, given, ok := parseNewID(arg, 0)
		if !ok || !given {
			return
		}
		again, ok := parseID([]byte(id.String()), 5)
		require.True(t, ok)
		require.Equal(t, id, again)
	})
}
