package aof

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseManifest(t *testing.T) {
	base := &FileInfo{"a.1.base.rdb", 1, Base}
	for _, tc := range []struct {
		name, text string
		want       *Manifest
		reason     string
	}{
		{"usual", "file a.1.base.rdb seq 1 type b\nfile a.1.incr.aof seq 1 type h\nfile a.2.incr.aof seq 2 type i\n",
			&Manifest{Base: base, History: []FileInfo{{"a.1.incr.aof", 1, History}}, Incr: []FileInfo{{"a.2.incr.aof", 2, Incr}}}, ""},
		{"comments, blanks, CR, any case of keys, unknown keys", "#c\n  FILE a.1.base.rdb\tSeq 1 type b later x \r\n# end",
			&Manifest{Base: base}, ""},
		{"keys in any order", "type i seq 7 file f\n", &Manifest{Incr: []FileInfo{{"f", 7, Incr}}}, ""},
		{"backslash in a name", `file "o d\x64\n\"\\" seq 1 type i` + "\n", &Manifest{Incr: []FileInfo{{"", 1, Incr}}}, "path"},
		{"odd name", `file "o d\x64\n\"" seq 1 type i` + "\n", &Manifest{Incr: []FileInfo{{"o dd\n\"", 1, Incr}}}, ""},
		{"single quotes", `file 'it\'s "x"' seq 1 type i` + "\n", &Manifest{Incr: []FileInfo{{`it's "x"`, 1, Incr}}}, ""},
		{"only comments", "# nothing\n", &Manifest{}, ""},
		{"empty", "", nil, "empty"},
		{"no newline", "file a seq 1 type i", nil, "too long line"},
		{"long line", "file " + strings.Repeat("a", 1024) + " seq 1 type i\n", nil, "too long line"},
		{"blank line", "file a seq 1 type i\n\n", nil, "Invalid"},
		{"odd number of words", "file a seq 1 type i x\n", nil, "Invalid"},
		{"missing type", "file a seq 1 x y\n", nil, "Invalid"},
		{"missing file", "x y seq 1 type i\n", nil, "Invalid"},
		{"zero seq", "file a seq 0 type i\n", nil, "Invalid"},
		{"bad seq", "file a seq 1x type i\n", nil, "Invalid"},
		{"open quote", "file \"a seq 1 type i\n", nil, "Invalid"},
		{"word behind quote", "file \"a\"b seq 1 type i\n", nil, "Invalid"},
		{"path", "file ../a seq 1 type i\n", nil, "path"},
		{"dot dot", "file .. seq 1 type i\n", nil, "path"},
		{"two bases", "file a seq 1 type b\nfile b seq 2 type b\n", nil, "duplicate base"},
		{"seq falls", "file a seq 2 type i\nfile b seq 2 type i\n", nil, "non-monotonic"},
		{"unknown type", "file a seq 2 type x\n", nil, "Unknown AOF file type"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			m, err := ParseManifest([]byte(tc.text))
			if tc.reason != "" {
				var me *ManifestError
				require.ErrorAs(t, err, &me)
				require.ErrorContains(t, err, tc.reason)
				return
			}
			require.NoError(t, err)
			require.Equal(t, tc.want, m)
			if m.exists() {
				again, err := ParseManifest(m.Format())
				require.NoError(t, err)
				require.Equal(t, m, again)
			}
		})
	}
}

func TestManifestFormat(t *testing.T) {
	m := &Manifest{
		Base:    &FileInfo{"x.2.base.aof", 2, Base},
		History: []FileInfo{{"x.1.base.aof", 1, History}},
		Incr:    []FileInfo{{"a b\x01\xff\r\t\a\b", 3, Incr}},
	}
	require.Equal(t, "file x.2.base.aof seq 2 type b\nfile x.1.base.aof seq 1 type h\n"+
		`file "a b\x01\xff\r\t\a\b" seq 3 type i`+"\n", string(m.Format()))
}

func FuzzManifest(f *testing.F) {
	f.Add([]byte("file a.1.base.rdb seq 1 type b\nfile 'a\\'b' seq 2 type i\n"))
	f.Add([]byte("#\nfile \"\\x00\\q\" seq 1 type h\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := ParseManifest(text)
		if err != nil || !m.exists() && len(m.History) == 0 {
			return
		}
		for _, l := range strings.SplitAfter(string(m.Format()), "\n") {
			if len(l) > manifestMaxLine {
				return // escapes made a line too long to be read back
			}
		}
		again, err := ParseManifest(m.Format())
		require.NoError(t, err)
		require.Equal(t, m, again)
	})
}
