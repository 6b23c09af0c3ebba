package resp

import (
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/internal/double"
)

func TestWriter(t *testing.T) {
	cases := []struct {
		name         string
		write        func(w *Writer)
		resp2, resp3 string // resp3 empty: the same
	}{
		{"status", func(w *Writer) { w.Status("a\r\nb") }, "+a  b\r\n", ""},
		{"ok", (*Writer).OK, "+OK\r\n", ""},
		{"pong", (*Writer).Pong, "+PONG\r\n", ""},
		{"queued", (*Writer).Queued, "+QUEUED\r\n", ""},
		{"error", func(w *Writer) { w.Error("ERR a\nb\r") }, "-ERR a b \r\n", ""},
		{"errorf", func(w *Writer) { w.Errorf("ERR no '%s'", "x\n") }, "-ERR no 'x '\r\n", ""},
		{"int", func(w *Writer) { w.Int(7); w.Int(-12); w.Int(math.MinInt64) }, ":7\r\n:-12\r\n:-9223372036854775808\r\n", ""},
		{"bool", func(w *Writer) { w.Bool(true); w.Bool(false) }, ":1\r\n:0\r\n", ""},
		{"bulk", func(w *Writer) { w.Bulk([]byte("a\r\n")); w.Bulk(nil) }, "$3\r\na\r\n\r\n$0\r\n\r\n", ""},
		{"bulk string", func(w *Writer) { w.BulkString("0123456789") }, "$10\r\n0123456789\r\n", ""},
		{"bulk int", func(w *Writer) { w.BulkInt(-5); w.BulkInt(math.MinInt64) }, "$2\r\n-5\r\n$20\r\n-9223372036854775808\r\n", ""},
		{"bulk in parts", func(w *Writer) { w.BulkHeader(3); w.Buf = append(w.Buf, "abc"...); w.BulkTail() }, "$3\r\nabc\r\n", ""},
		{"null", (*Writer).Null, "$-1\r\n", "_\r\n"},
		{"null array", (*Writer).NullArray, "*-1\r\n", "_\r\n"},
		{"array", func(w *Writer) { w.Array(0); w.Array(12) }, "*0\r\n*12\r\n", ""},
		{"empty array", (*Writer).EmptyArray, "*0\r\n", ""},
		{"map", func(w *Writer) { w.Map(7) }, "*14\r\n", "%7\r\n"},
		{"set", func(w *Writer) { w.Set(10) }, "*10\r\n", "~10\r\n"},
		{"push", func(w *Writer) { w.Push(3) }, "*3\r\n", ">3\r\n"},
		{"attribute", func(w *Writer) {
			if w.Attribute(1) {
				w.BulkString("k")
				w.Int(1)
			}
			w.OK()
		}, "+OK\r\n", "|1\r\n$1\r\nk\r\n:1\r\n+OK\r\n"},
		{"double", func(w *Writer) { w.Double(0.1); w.Double(math.Inf(-1)) }, "$3\r\n0.1\r\n$4\r\n-inf\r\n", ",0.1\r\n,-inf\r\n"},
		{"boolean", func(w *Writer) { w.Boolean(true); w.Boolean(false) }, ":1\r\n:0\r\n", "#t\r\n#f\r\n"},
		{"big number", func(w *Writer) { w.BigNumber("12345678901234567890") }, "$20\r\n12345678901234567890\r\n", "(12345678901234567890\r\n"},
		{"verbatim", func(w *Writer) { w.Verbatim("txt", "hi") }, "$2\r\nhi\r\n", "=6\r\ntxt:hi\r\n"},
		{"verbatim, odd format", func(w *Writer) { w.Verbatim("a", "x"); w.Verbatim("abcd", "") }, "$1\r\nx\r\n$0\r\n\r\n", "=5\r\na  :x\r\n=4\r\nabc:\r\n"},
		{"deferred, nested", func(w *Writer) {
			w.OK()
			m := w.DeferMap()
			w.BulkString("k")
			s := w.DeferSet()
			for range 10 {
				w.Int(1)
			}
			w.EndSet(s, 10)
			w.EndMap(m, 1)
			w.EndArray(w.DeferArray(), 0)
		},
			"+OK\r\n*2\r\n$1\r\nk\r\n*10\r\n" + strings.Repeat(":1\r\n", 10) + "*0\r\n",
			"+OK\r\n%1\r\n$1\r\nk\r\n~10\r\n" + strings.Repeat(":1\r\n", 10) + "*0\r\n"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if c.resp3 == "" {
				c.resp3 = c.resp2
			}
			for proto, want := range map[int]string{0: c.resp2, 2: c.resp2, 3: c.resp3} {
				w := Writer{Proto: proto}
				c.write(&w)
				require.Equal(t, want, string(w.Buf), "protocol %d", proto)
			}
		})
	}
}

func TestWriterErrorAccounting(t *testing.T) {
	var seen []string
	w := Writer{OnError: func(msg string) { seen = append(seen, msg) }}
	w.Error("ERR a")
	w.Errorf("WRONGTYPE %d", 1)
	w.OK()
	require.Equal(t, []string{"ERR a", "WRONGTYPE 1"}, seen)
	require.Equal(t, 2, w.Errors)
}

// Deferred lengths of any width give what known lengths give, in random trees.
func TestWriterDeferred(t *testing.T) {
	var build func(known, deferred *Writer, depth int)
	build = func(known, deferred *Writer, depth int) {
		if depth == 0 {
			known.BulkString("leaf")
			deferred.BulkString("leaf")
			return
		}
		n := []int{0, 1, 3, 9, 10, 11, 120}[rand.IntN(7)]
		if depth > 1 && n > 11 {
			n = 11
		}
		kind := rand.IntN(3)
		var mark int
		elements := n
		switch kind {
		case 0:
			known.Array(n)
			mark = deferred.DeferArray()
		case 1:
			known.Map(n)
			mark = deferred.DeferMap()
			elements = 2 * n
		default:
			known.Set(n)
			mark = deferred.DeferSet()
		}
		for range elements {
			build(known, deferred, rand.IntN(depth))
		}
		switch kind {
		case 0:
			deferred.EndArray(mark, n)
		case 1:
			deferred.EndMap(mark, n)
		default:
			deferred.EndSet(mark, n)
		}
	}
	for i := range 200 {
		known, deferred := Writer{Proto: 2 + i%2}, Writer{Proto: 2 + i%2}
		build(&known, &deferred, 4)
		require.Equal(t, string(known.Buf), string(deferred.Buf))
	}
}

func TestWriterDoesNotAllocate(t *testing.T) {
	w := Writer{Buf: make([]byte, 0, 4096)}
	value := []byte("value")
	for _, proto := range []int{2, 3} {
		w.Proto = proto
		require.Zero(t, testing.AllocsPerRun(100, func() {
			w.Buf = w.Buf[:0]
			w.Status("fine")
			w.OK()
			w.Pong()
			w.Queued()
			w.Error("ERR wrong")
			w.Int(-123456)
			w.Bool(true)
			w.Bulk(value)
			w.BulkString("value")
			w.BulkInt(-123456)
			w.BulkHeader(0)
			w.BulkTail()
			w.Null()
			w.NullArray()
			w.Array(100)
			w.EmptyArray()
			w.Map(100)
			w.Set(100)
			w.Attribute(1)
			w.Push(2)
			w.Double(-3.0123456789e-200)
			w.Double(12)
			w.Boolean(true)
			w.BigNumber("1")
			w.Verbatim("txt", "text")
			m := w.DeferMap()
			w.EndSet(w.DeferSet(), 1000)
			w.EndMap(m, 1000)
		}))
	}
}

func TestAppendCommand(t *testing.T) {
	got := AppendCommand([]byte("x"), []byte("SET"), []byte("k"), nil)
	require.Equal(t, "x*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$0\r\n\r\n", string(got))
}

func TestFormatDouble(t *testing.T) {
	for want, f := range map[string]float64{
		"nan": math.NaN(), "inf": math.Inf(1), "-inf": math.Inf(-1),
		"0": 0, "-0": math.Copysign(0, -1), "3": 3, "-17": -17,
		"4611686018427387904":     1 << 62,
		"-4611686018427387904":    -1 << 62,
		"9223372036854776000":     1 << 63,
		"1e+20":                   1e20,
		"123456789012345680000":   123456789012345678901,
		"1.2345678901234568e+24":  1234567890123456789012345,
		"1.7976931348623157e+308": math.MaxFloat64,
		"5e-324":                  5e-324,
		"0.1":                     0.1, "-0.5": -0.5, "3.14159": 3.14159,
		"0.30000000000000004": 0.30000000000000004,
		"0.000001":            1e-6,
		"1e-7":                1e-7,
		"0.000015":            0.000015,
		"1.2345678e-5":        0.000012345678,
		"0.0012345678":        0.0012345678,
		"1234.56789012":       1234.56789012,
		"12345.678901":        12345.678901,
		"1.23456789012e+4":    12345.6789012,
		"-1.5e-10":            -1.5e-10,
	} {
		require.Equal(t, want, FormatDouble(f))
	}
}

func FuzzFormatDouble(f *testing.F) {
	f.Add(uint64(0))
	f.Add(math.Float64bits(0.1))
	f.Add(math.Float64bits(math.MaxFloat64))
	f.Fuzz(func(t *testing.T, bits uint64) {
		in := math.Float64frombits(bits)
		s := FormatDouble(in)
		require.LessOrEqual(t, len(s), double.MaxLen)
		if math.IsNaN(in) {
			require.Equal(t, "nan", s)
			return
		}
		back, err := strconv.ParseFloat(s, 64)
		require.NoError(t, err)
		require.Equal(t, bits, math.Float64bits(back), s)
	})
}
