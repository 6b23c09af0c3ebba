package resp

import (
	"testing"

	"github.com/stretchr/testify/require"
)

var splitTables = []struct {
	in   string
	want []string // nil: unbalanced quotes
}{
	{"", []string{}},
	{" \t\r\n\v\f", []string{}},
	{"save 900 1", []string{"save", "900", "1"}},
	{"  a \t b\r\n", []string{"a", "b"}},
	{`""`, []string{""}},
	{`'' ""`, []string{"", ""}},
	{`"\x41\xff\xFf"`, []string{"A\xff\xff"}},
	{`"\x4g\x4"`, []string{"x4gx4"}},
	{`"\n\r\t\b\a\\\"\q"`, []string{"\n\r\t\b\a\\\"q"}},
	{`'\n\''`, []string{`\n'`}},
	{`'a\'b'`, []string{"a'b"}},
	{`'a\\'b'`, []string{`a\'b`}},
	{`'"' "'"`, []string{`"`, `'`}},
	{`a"b c" d`, []string{"ab c", "d"}},
	{`a'b c'`, []string{"ab c"}},
	{`\x41 \n`, []string{`\x41`, `\n`}},
	{"a\vb\fc", []string{"a\vb\fc"}},
	{"\va\v", []string{"a\v"}},
	{"\"a\"\vb", []string{"a", "b"}},
	{"a\x00b", []string{"a\x00b"}},
	{`"`, nil},
	{`'`, nil},
	{`"abc`, nil},
	{`'abc`, nil},
	{`"abc\`, nil},
	{`"abc\"`, nil},
	{`'abc\'`, nil},
	{`'abc\\'`, nil},
	{`"a"b`, nil},
	{`'a'b`, nil},
	{`"a""b"`, nil},
	{`"a"'b'`, nil},
	{`x "a" 'b`, nil},
}

func TestSplitArgs(t *testing.T) {
	for _, c := range splitTables {
		got, err := SplitArgs([]byte(c.in))
		if c.want == nil {
			require.ErrorIs(t, err, ErrUnbalancedQuotes, "%q", c.in)
			require.Nil(t, got)
			continue
		}
		require.NoError(t, err, "%q", c.in)
		require.Equal(t, c.want, toStrings(got), "%q", c.in)
	}
}

// quoted is s as a word in double quotes, every byte escaped.
func quoted(s string) []byte {
	const hex = "0123456789abcdef"
	out := []byte{'"'}
	for i := range len(s) {
		out = append(out, '\\', 'x', hex[s[i]>>4], hex[s[i]&15])
	}
	return append(out, '"')
}

func FuzzSplitArgs(f *testing.F) {
	for _, c := range splitTables {
		f.Add([]byte(c.in))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		before := string(line)
		args, err := SplitArgs(line)
		require.Equal(t, before, string(line))
		if err != nil {
			require.Nil(t, args)
			return
		}
		// Quoting every word and splitting again gives the same words.
		var again []byte
		for _, a := range args {
			again = append(append(again, quoted(string(a))...), ' ')
		}
		back, err := SplitArgs(again)
		require.NoError(t, err)
		require.Equal(t, toStrings(args), toStrings(back))
	})
}
