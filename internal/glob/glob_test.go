package glob

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestMatch(t *testing.T) {
	for _, tt := range []struct {
		pattern, s   string
		want, nocase bool // nocase: the same with case folded
	}{
		{"", "", true, true},
		{"", "a", false, false},
		{"*", "", false, false},
		{"**", "", false, false},
		{"?", "", false, false},
		{"*", "a", true, true},
		{"**", "abc", true, true},
		{"a*", "a", true, true},
		{"a**", "a", true, true},
		{"*a", "a", true, true},
		{"*?", "a", true, true},
		{"??*", "a", false, false},
		{"h?llo", "hello", true, true},
		{"h?llo", "hllo", false, false},
		{"h*llo", "heeeello", true, true},
		{"h*llo", "hllo", true, true},
		{"h*llo", "hllox", false, false},
		{"*abc*abc", "abcabcabc", true, true},
		{"a*b*c", "axxbxxbxxc", true, true},
		{"a*b*c", "axxbxxbxxd", false, false},
		{"HELLO", "hello", false, true},
		{"h[ae]llo", "hallo", true, true},
		{"h[ae]llo", "hillo", false, false},
		{"h[AE]llo", "hallo", false, true},
		{"h[^e]llo", "hallo", true, true},
		{"h[^e]llo", "hello", false, false},
		{"h[a-b]llo", "hbllo", true, true},
		{"h[b-a]llo", "hallo", true, true},
		{"h[A-C]llo", "hbllo", false, true},
		{"h[a-b]llo", "hcllo", false, false},
		{"[a-]", "a", true, true}, // a range up to the bracket
		{"[a-", "-", true, true},
		{"[a-]]", "]", true, true},
		{"[]", "]", false, false},
		{"[]a", "a", false, false},
		{"[^]", "x", true, true},
		{"[", "[", false, false},
		{"[^", "x", true, true},
		{"[abc", "b", true, true},
		{"[abc", "bc", false, false},
		{`[\]]`, "]", true, true},
		{`[\`, `\`, true, true},
		{`[\A]`, "a", false, false}, // no folding behind a backslash
		{`[\xff]`, "x", true, true},
		{"[\x80-\xff]", "\x90", true, true},
		{`\*`, "*", true, true},
		{`\*`, "a", false, false},
		{`\A`, "a", false, true},
		{`\`, `\`, true, true},
		{`a\`, `a\`, true, true},
		{`a\?c`, "abc", false, false},
		{"a\x00b*", "a\x00bc", true, true},
		{"[*]", "*", true, true},
		{"*[b-d]*x", "aacx", true, true},
	} {
		require.Equal(t, tt.want, Match([]byte(tt.pattern), []byte(tt.s), false), "%q %q", tt.pattern, tt.s)
		require.Equal(t, tt.nocase, Match([]byte(tt.pattern), []byte(tt.s), true), "%q %q, any case", tt.pattern, tt.s)
	}
}

// naive tries every length for every star.
func naive(p, s []byte, nocase bool) bool {
	switch {
	case len(p) == 0:
		return len(s) == 0
	case p[0] == '*':
		return naive(p[1:], s, nocase) || len(s) > 0 && naive(p, s[1:], nocase)
	case len(s) == 0:
		return false
	}
	n, ok := matchOne(p, s[0], nocase)
	return ok && naive(p[n:], s[1:], nocase)
}

func TestMatchAgainstNaive(t *testing.T) {
	const pieces = "ab*?A"
	r := rand.New(rand.NewPCG(1, 2))
	word := func(alphabet string, most int) []byte {
		b := make([]byte, r.IntN(most+1))
		for i := range b {
			b[i] = alphabet[r.IntN(len(alphabet))]
		}
		return b
	}
	for range 50_000 {
		p, s := word(pieces+`[]-^\`, 7), word(pieces, 7)
		nocase := r.IntN(2) == 0
		want := naive(p, s, nocase) && (len(s) > 0 || len(p) == 0)
		require.Equal(t, want, Match(p, s, nocase), "%q %q %v", p, s, nocase)
	}
}

func TestMatchIsNotExponential(t *testing.T) {
	p := []byte(strings.Repeat("a*", 500) + "b")
	s := []byte(strings.Repeat("a", 10_000))
	start := time.Now()
	require.False(t, Match(p, s, false))
	require.Less(t, time.Since(start), time.Second)
}

func TestMatchGivesUpBeyondManyStars(t *testing.T) {
	s := bytes.Repeat([]byte("a"), 5000)
	stars := func(n int) []byte { return bytes.Repeat([]byte("*?"), n) }
	require.True(t, Match(stars(maxStars), s, false))
	require.True(t, Match(append(stars(maxStars), "***"...), s, false))
	require.True(t, Match(append(bytes.Repeat([]byte("*"), 3*maxStars), 'a'), s, false))
	require.False(t, Match(stars(maxStars+1), s, false))
}

func TestMatchAllocatesNothing(t *testing.T) {
	p, s := []byte("user:[0-9]*:*x?"), []byte("user:1234:name:xy")
	require.Zero(t, testing.AllocsPerRun(100, func() { Match(p, s, true) }))
}

func FuzzMatch(f *testing.F) {
	f.Add([]byte("h[^a-e]l*?o\\"), []byte("hello"), true)
	f.Add([]byte("[a-"), []byte("a"), false)
	f.Fuzz(func(t *testing.T, p, s []byte, nocase bool) {
		got := Match(p, s, nocase)
		if len(p) <= 8 && len(s) <= 12 {
			require.Equal(t, naive(p, s, nocase) && (len(s) > 0 || len(p) == 0), got)
		}
	})
}

func BenchmarkMatch(b *testing.B) {
	p, s := []byte("user:*:name"), []byte("user:1234567:name")
	for b.Loop() {
		Match(p, s, false)
	}
}
