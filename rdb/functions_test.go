package rdb

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFunctionsComeBack(t *testing.T) {
	long := "#!lua name=one\nredis.register_function('f1', function() return 1 end)\nredis.register_function('f2', function() return 2 end)\n"
	for _, compress := range []bool{false, true} {
		for _, texts := range [][]string{nil, {"#!lua name=a\n"}, {long, "12", ""}} {
			back, err := RestoreFunctions(Options{Compress: compress}.DumpFunctions(texts))
			require.NoError(t, err)
			require.Len(t, back, len(texts))
			for i := range texts {
				require.Equal(t, texts[i], string(back[i]))
			}
		}
	}
}

func TestBrokenFunctions(t *testing.T) {
	for payload, want := range map[string]string{
		"\xf6\x01a": "Pre-GA function format not supported",
		"\x00\x01a": "given type is not a function",
		"\xf5\x05a": "failed loading the given functions payload",
		"\xf5\xc3":  "failed loading the given functions payload",
	} {
		_, err := RestoreFunctions(appendTrailer([]byte(payload), 0, Version))
		require.EqualError(t, err, want, "%q", payload)
	}
	for _, payload := range []string{"", "short", "\xf5\x01a\x0b\x00\x01\x02\x03\x04\x05\x06\x07\x08"} {
		_, err := RestoreFunctions([]byte(payload))
		require.ErrorIs(t, err, ErrChecksum)
	}
}

func FuzzRestoreFunctions(f *testing.F) {
	f.Add([]byte("\xf5\x01a\xf5\xc3\x03\x05abc"))
	f.Fuzz(func(t *testing.T, value []byte) {
		texts, err := RestoreFunctions(appendTrailer(value, 0, Version))
		if err != nil {
			return
		}
		var list []string
		for _, text := range texts {
			list = append(list, string(text))
		}
		again, err := RestoreFunctions(Options{Compress: true}.DumpFunctions(list))
		require.NoError(t, err)
		require.Len(t, again, len(list))
	})
}
