package transcript_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/tests/transcript"
	"github.com/miniredisd/miniredisd/tests/wire"
)

func bulk(s string) wire.Value { return wire.Value{Kind: wire.Bulk, Text: s} }
func of(k wire.Kind, elems ...wire.Value) wire.Value {
	return wire.Value{Kind: k, Elems: elems}
}
func scalar(k wire.Kind, s string) wire.Value { return wire.Value{Kind: k, Text: s} }

func TestMatch(t *testing.T) {
	for _, tc := range []struct {
		pattern string
		proto   int
		value   wire.Value
		want    bool
	}{
		{"+OK", 2, scalar('+', "OK"), true},
		{"+OK", 2, bulk("OK"), false},
		{"-ERR a ] b", 3, scalar('-', "ERR a ] b"), true},
		{`-"ERR a"`, 3, scalar('-', "ERR a"), true},
		{"-/ERR .*/", 2, scalar('-', "ERR a"), true},
		{"-/ERR .*/", 2, scalar('+', "ERR a"), false},
		{":5", 2, scalar(':', "5"), true},
		{":4..6", 2, scalar(':', "7"), false},
		{":*", 2, scalar(':', "-7"), true},
		{":-3..-1", 2, scalar(':', "-2"), true},
		{`"a\x00\n\"b"`, 2, bulk("a\x00\n\"b"), true},
		{"/a.*/", 2, bulk("a\r\nb"), true},
		{"/a/", 2, bulk("ab"), false},
		{`/a\/b/`, 3, scalar('=', "txt:a/b"), true},
		{"nil", 2, of(wire.NullBulk), true},
		{"nil", 2, of(wire.NullArray), false},
		{"nil*", 2, of(wire.NullArray), true},
		{"nil*", 3, of(wire.Null), true},
		{"nil", 3, of(wire.NullBulk), false},
		{`["a" [:1] nil]`, 2, of('*', bulk("a"), of('*', scalar(':', "1")), of(wire.NullBulk)), true},
		{`["a"]`, 2, of('*', bulk("a"), bulk("b")), false},
		{`["a" ...]`, 2, of('*', bulk("a"), bulk("b")), true},
		{`["a" "b"]`, 2, of('*', bulk("b"), bulk("a")), false},
		{`?["a" "b"]`, 3, of('*', bulk("b"), bulk("a")), true},
		{`?["a" "a"]`, 3, of('*', bulk("b"), bulk("a")), false},
		{`{"a" :1 "b" :2}`, 2, of('*', bulk("b"), scalar(':', "2"), bulk("a"), scalar(':', "1")), true},
		{`{"a" :1 ...}`, 3, of('%', bulk("b"), scalar(':', "2"), bulk("a"), scalar(':', "1")), true},
		{`{"a" :1}`, 3, of('*', bulk("a"), scalar(':', "1")), false},
		{`~["a"]`, 3, of('~', bulk("a")), true},
		{`~["a"]`, 2, of('~', bulk("a")), false},
		{`>["a"]`, 3, of('>', bulk("a")), true},
		{",1.5", 3, scalar(',', "1.5"), true},
		{",1.5", 2, bulk("1.5"), true},
		{"#t", 3, scalar('#', "t"), true},
		{"#f", 2, scalar(':', "0"), true},
		{"(12", 2, bulk("12"), true},
		{`="txt:a"`, 2, bulk("a"), true},
		{`="txt:a"`, 3, scalar('=', "txt:a"), true},
		{"*", 3, of('*'), true},
		{"[+OK -ERR -\"a b\" *]", 3, of('*', scalar('+', "OK"), scalar('-', "ERR"), scalar('-', "a b"), of('_')), true},
		{"[]", 3, of('*'), true},
	} {
		p, err := transcript.ParsePattern(tc.pattern)
		require.NoError(t, err, tc.pattern)
		require.Equal(t, tc.want, p.Match(tc.value, tc.proto), "%s against %q", tc.pattern, tc.value)
	}
}

func TestPatternErrors(t *testing.T) {
	for _, s := range []string{"", "x", ":", ":a", ":3..1", `"a`, "[", `["a"`, `{"a"}`, `[... "a"]`, "/a", "/(/", `"a" "b"`, "]", "#x"} {
		_, err := transcript.ParsePattern(s)
		require.Error(t, err, s)
	}
}

func TestFormatIsRead(t *testing.T) {
	for _, v := range []wire.Value{
		scalar('+', "OK"), scalar('-', "ERR no such key"), scalar('+', ""), scalar(':', "-1"), bulk("a\x00\"\\\r\n\xff"), of('*'),
		of('%', bulk("k"), scalar(',', "inf")), of('~', scalar('#', "t")), scalar('=', "txt:a b"), scalar('(', "123"), of('_'),
		of('*', scalar('+', "a b"), scalar('-', "x]"), of('*', bulk("a long one that has to be broken over several lines"),
			of('%', bulk("another that is not exactly short either"), bulk("and its value, which is not either")), of('_'))),
	} {
		p, err := transcript.ParsePattern(transcript.Format(v))
		require.NoError(t, err, transcript.Format(v))
		require.True(t, p.Match(v, 3), transcript.Format(v))
	}
}

func TestRewrite(t *testing.T) {
	const before = "# c\n> GET a\n\"old\"\n> QUIT\n(closed)\n\n@redis 7.2\nb> X\n[\n:1]\n@clock +1s\nb<\n(waits)\n"
	f, err := transcript.Parse(before)
	require.NoError(t, err)
	require.Equal(t, before, f.Rewrite(nil))
	require.Len(t, f.Steps, 5)
	require.Equal(t, "7.2", f.Steps[2].Since)
	require.True(t, f.Steps[4].Waits)
	after := f.Rewrite(map[*transcript.Step]string{f.Steps[0]: "nil", f.Steps[1]: "+OK", f.Steps[2]: ":1"})
	require.Equal(t, "# c\n> GET a\nnil\n> QUIT\n+OK\n(closed)\n\n@redis 7.2\nb> X\n:1\n@clock +1s\nb<\n(waits)\n", after)
}

func TestParseErrors(t *testing.T) {
	for _, s := range []string{"x", "> ", "> \"a", "> A\nx", "> A\n@config a b", "@clock 1", "@x y", "@redis", "> A\n2| :1", "b< x"} {
		_, err := transcript.Parse(s)
		require.Error(t, err, s)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("> GET a\n2| {\"a\" [:1 nil ...]}\n3| -/a/\n")
	f.Add("@redis 7.2\nb> \"\\x00\"\n~[#t ,1 (2 =\"a\" nil* *]\n(closed)\n")
	f.Fuzz(func(t *testing.T, s string) {
		if file, err := transcript.Parse(s); err == nil {
			if again := file.Rewrite(nil); again != s && again != s+"\n" {
				t.Fatalf("%q became %q", s, again)
			}
		}
	})
}
