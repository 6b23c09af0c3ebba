package resp

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestQuoting(t *testing.T) {
	for _, c := range []struct{ s, quoted, word string }{
		{"", `""`, `""`},
		{"plain-1.aof", `"plain-1.aof"`, `plain-1.aof`},
		{"two words", `"two words"`, `"two words"`},
		{`it's`, `"it's"`, `"it's"`},
		{`"\`, `"\"\\"`, `"\"\\"`},
		{"\n\r\t\a\b", `"\n\r\t\a\b"`, `"\n\r\t\a\b"`},
		{"\x00\v\f\x7f\xff", `"\x00\x0b\x0c\x7f\xff"`, `"\x00\x0b\x0c\x7f\xff"`},
		{"é", `"\xc3\xa9"`, `"\xc3\xa9"`},
	} {
		require.Equal(t, "x "+c.quoted, string(AppendQuoted([]byte("x "), c.s)), "%q", c.s)
		require.Equal(t, "x "+c.word, string(AppendWord([]byte("x "), c.s)), "%q", c.s)
	}
}

// Whatever is quoted comes back.
func FuzzQuoting(f *testing.F) {
	f.Add("")
	f.Add("plain")
	f.Add("\\x41\"' \n\xff\v")
	f.Fuzz(func(t *testing.T, s string) {
		line := AppendQuoted(append(AppendWord(nil, s), ' '), s)
		words, err := SplitArgs(line)
		require.NoError(t, err)
		require.Equal(t, []string{s, s}, toStrings(words))
	})
}
