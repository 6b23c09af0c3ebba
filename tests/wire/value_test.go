package wire_test

import (
	"bufio"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/tests/wire"
)

func read(s string) (wire.Value, error) { return wire.Read(bufio.NewReader(strings.NewReader(s))) }

func TestReadKinds(t *testing.T) {
	for in, want := range map[string]wire.Value{
		"+OK\r\n":                         {Kind: wire.Status, Text: "OK"},
		"-ERR x\r\n":                      {Kind: wire.Error, Text: "ERR x"},
		":-3\r\n":                         {Kind: wire.Int, Text: "-3"},
		"$4\r\na\r\nb\r\n":                {Kind: wire.Bulk, Text: "a\r\nb"},
		"$-1\r\n":                         {Kind: wire.NullBulk},
		"*-1\r\n":                         {Kind: wire.NullArray},
		"*0\r\n":                          {Kind: wire.Array},
		"_\r\n":                           {Kind: wire.Null},
		"#t\r\n":                          {Kind: wire.Bool, Text: "t"},
		",1.5\r\n":                        {Kind: wire.Double, Text: "1.5"},
		"(123\r\n":                        {Kind: wire.BigInt, Text: "123"},
		"=5\r\ntxt:a\r\n":                 {Kind: wire.Verbatim, Text: "txt:a"},
		"|1\r\n+a\r\n+b\r\n:1\r\n":        {Kind: wire.Int, Text: "1"},
		"%1\r\n+a\r\n*1\r\n:1\r\n":        {Kind: wire.Map, Elems: []wire.Value{{Kind: wire.Status, Text: "a"}, {Kind: wire.Array, Elems: []wire.Value{{Kind: wire.Int, Text: "1"}}}}},
		"~1\r\n$1\r\na\r\n":               {Kind: wire.Set, Elems: []wire.Value{{Kind: wire.Bulk, Text: "a"}}},
		">2\r\n$1\r\na\r\n$-1\r\n+left\r": {Kind: wire.Push, Elems: []wire.Value{{Kind: wire.Bulk, Text: "a"}, {Kind: wire.NullBulk}}},
	} {
		got, err := read(in)
		require.NoError(t, err, "%q", in)
		require.Equal(t, want, got, "%q", in)
	}
}

func TestReadRefuses(t *testing.T) {
	for _, in := range []string{"", "+OK", "+OK\n", "\r\n", "?1\r\n", "$x\r\n", "$-2\r\n", "$3\r\nabcde", "$9\r\nab\r\n",
		"*99999999\r\n", "*2\r\n:1\r\n", strings.Repeat("*1\r\n", 100) + ":1\r\n"} {
		_, err := read(in)
		require.Error(t, err, "%q", in)
	}
}

func FuzzRead(f *testing.F) {
	f.Add("*2\r\n$1\r\na\r\n%1\r\n+a\r\n:1\r\n")
	f.Fuzz(func(t *testing.T, s string) { read(s) })
}
