package listpack

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// boundaries are texts around every change of encoding and of backlen.
func boundaries() [][]byte {
	var out [][]byte
	for _, n := range []int64{0, 127, 128, 4095, 4096, 1<<15 - 1, 1 << 15, 1<<23 - 1, 1 << 23, 1<<31 - 1, 1 << 31,
		math.MaxInt64, -1, -4096, -4097, -1 << 15, -1<<15 - 1, -1 << 23, -1<<23 - 1, -1 << 31, -1<<31 - 1, math.MinInt64} {
		out = append(out, strconv.AppendInt(nil, n, 10))
	}
	for _, n := range []int{0, 1, 62, 63, 64, 125, 126, 4095, 4096, 16377, 16378, 70000} {
		out = append(out, bytes.Repeat([]byte("x"), n))
	}
	for _, s := range []string{"-", "-0", "00", "+1", " 1", "1 ", "1a", "9223372036854775808", "-9223372036854775809",
		"99999999999999999999", "\x00\xff"} {
		out = append(out, []byte(s))
	}
	return out
}

func TestParseInt(t *testing.T) {
	for _, s := range boundaries() {
		want, err := strconv.ParseInt(string(s), 10, 64)
		canonical := err == nil && strconv.FormatInt(want, 10) == string(s)
		n, ok := ParseInt(s)
		require.Equal(t, canonical, ok, "%q", s)
		if ok {
			require.Equal(t, want, n)
		}
	}
}

// The exact bytes, as Redis writes them.
func TestFormat(t *testing.T) {
	x := func(n int) string { return strings.Repeat("78", n) }
	for _, c := range []struct{ text, entry string }{
		{"0", "0001"}, {"127", "7f01"},
		{"128", "c08002"}, {"4095", "cfff02"}, {"-1", "dfff02"}, {"-4096", "d00002"},
		{"4096", "f1001003"}, {"-4097", "f1ffef03"}, {"-32768", "f1008003"}, {"32767", "f1ff7f03"},
		{"32768", "f200800004"}, {"-32769", "f2ff7fff04"}, {"8388607", "f2ffff7f04"},
		{"8388608", "f30000800005"}, {"-8388609", "f3ffff7fff05"}, {"2147483647", "f3ffffff7f05"},
		{"2147483648", "f4000000800000000009"}, {"-9223372036854775808", "f4000000000000008009"},
		{"", "8001"}, {"-0", "822d3003"},
		{strings.Repeat("x", 63), "bf" + x(63) + "40"},
		{strings.Repeat("x", 64), "e040" + x(64) + "42"},
		{strings.Repeat("x", 125), "e07d" + x(125) + "7f"},
		{strings.Repeat("x", 126), "e07e" + x(126) + "0180"},
		{strings.Repeat("x", 4095), "efff" + x(4095) + "2081"},
		{strings.Repeat("x", 4096), "f000100000" + x(4096) + "2085"},
		{strings.Repeat("x", 16377), "f0f93f0000" + x(16377) + "7ffe"},
		{strings.Repeat("x", 16378), "f0fa3f0000" + x(16378) + "0" + "0ffff"},
	} {
		lp := New(0).Append([]byte(c.text))
		n := 7 + len(c.entry)/2
		header := fmt.Sprintf("%02x%02x%02x000100", n&0xff, n>>8&0xff, n>>16)
		require.Equal(t, header+c.entry+"ff", hex.EncodeToString(lp), "%.20q", c.text)
		require.Equal(t, len(c.entry)/2, EntrySize([]byte(c.text)))
		if v, ok := ParseInt([]byte(c.text)); ok {
			require.Equal(t, lp, New(0).AppendInt(v))
			require.Equal(t, lp, New(0).PrependInt(v))
			require.Equal(t, len(c.entry)/2, EntrySizeInt(v))
		}
	}
	require.Equal(t, "07000000000"+"0ff", hex.EncodeToString(New(100)))
}

// check compares lp with its model by every way of reading.
func check(t *testing.T, lp Listpack, model [][]byte) {
	t.Helper()
	require.NoError(t, lp.Validate(true))
	require.Equal(t, len(model), lp.Len())
	p := lp.First()
	for i, want := range model {
		require.Equal(t, string(want), string(lp.AppendValue(nil, p)))
		require.True(t, lp.Compare(p, want))
		require.False(t, lp.Compare(p, append([]byte("?"), want...)))
		_, _, isInt := lp.Get(p)
		_, wantInt := ParseInt(want)
		require.Equal(t, wantInt, isInt)
		require.Equal(t, EntrySize(want), lp.SizeAt(p))
		if i%7 == 0 {
			require.Equal(t, p, lp.Seek(i))
			require.Equal(t, p, lp.Seek(i-len(model)))
		}
		p = lp.Next(p)
	}
	require.Zero(t, p)
	p = lp.Last()
	for _, want := range slices.Backward(model) {
		require.Equal(t, string(want), string(lp.AppendValue(nil, p)))
		p = lp.Prev(p)
	}
	require.Zero(t, p)
	require.Zero(t, lp.Seek(len(model)))
	require.Zero(t, lp.Seek(-len(model)-1))
}

func TestBoundaries(t *testing.T) {
	var model [][]byte
	front, back := New(0), New(0)
	for _, s := range boundaries() {
		back = back.Append(s)
		model = append(model, s)
		check(t, back, model)
	}
	for _, s := range slices.Backward(model) {
		front = front.Prepend(s)
	}
	require.Equal(t, back, front)
	for i, s := range model {
		require.Equal(t, back.Seek(i), back.Find(back.First(), s, 0), "%.20q", s)
	}
	require.Zero(t, back.Find(back.First(), []byte("nothing"), 0))
	require.Zero(t, back.Find(0, []byte("0"), 0))
}

func TestFindSkips(t *testing.T) {
	lp := New(0)
	for _, s := range []string{"b", "a", "a", "1", "c"} {
		lp = lp.Append([]byte(s))
	}
	require.Equal(t, lp.Seek(2), lp.Find(lp.First(), []byte("a"), 1))
	require.Zero(t, lp.Find(lp.First(), []byte("1"), 1))
	require.Equal(t, lp.Seek(3), lp.Find(lp.First(), []byte("1"), 2))
	require.Zero(t, lp.Find(lp.First(), []byte("c"), 6))
}

func TestModel(t *testing.T) {
	texts := boundaries()
	texts = slices.DeleteFunc(texts, func(s []byte) bool { return len(s) > 5000 })
	r := rand.New(rand.NewPCG(1, 2))
	lp, model := New(0), [][]byte(nil)
	for step := range 4000 {
		s := texts[r.IntN(len(texts))]
		i := 0
		if len(model) > 0 {
			i = r.IntN(len(model))
		}
		op := r.IntN(10)
		if len(model) == 0 {
			op = r.IntN(2)
		} else if len(model) > 60 {
			op = 6
		}
		switch op {
		case 0:
			lp, model = lp.Append(s), append(model, s)
		case 1:
			lp, model = lp.Prepend(s), slices.Insert(model, 0, s)
		case 2:
			p := lp.Seek(i)
			lp, model = lp.InsertBefore(p, s), slices.Insert(model, i, s)
			require.True(t, lp.Compare(p, s))
		case 3:
			var p int
			lp, p = lp.InsertAfter(lp.Seek(i), s)
			model = slices.Insert(model, i+1, s)
			require.Equal(t, lp.Seek(i+1), p)
		case 4:
			lp = lp.Replace(lp.Seek(i), s)
			model[i] = s
		case 5:
			var p int
			lp, p = lp.Delete(lp.Seek(i))
			model = slices.Delete(model, i, i+1)
			require.Equal(t, lp.Seek(i), p)
		case 6:
			n := r.IntN(20)
			lp, model = lp.DeleteRange(i-len(model), n), slices.Delete(model, i, min(i+n, len(model)))
		case 7:
			var right Listpack
			lp, right = lp.Split(lp.Seek(i), i)
			check(t, lp, model[:i])
			check(t, right, model[i:])
			lp = Merge(lp, right)
		case 8:
			n := r.Int64() >> r.IntN(64)
			lp = lp.ReplaceInt(lp.Seek(i), n)
			model[i] = strconv.AppendInt(nil, n, 10)
		case 9:
			c := lp.Clone()
			require.Equal(t, len(c), c.Bytes())
			lp = lp.Reserve(100, 1<<20)
			require.GreaterOrEqual(t, cap(lp), len(lp)+100)
			require.Equal(t, c, lp)
		}
		if step%8 == 0 || len(model) < 10 {
			check(t, lp, model)
		}
	}
}

// From 65535 elements on the header does not know their number.
func TestUnknownCount(t *testing.T) {
	const n = countUnknown
	lp := New(0)
	for i := range n - 1 {
		lp = lp.AppendInt(int64(i % 100))
	}
	require.Equal(t, n-1, lp.count())
	lp = lp.AppendInt(7).AppendInt(8)
	require.Equal(t, countUnknown, lp.count())
	require.Equal(t, n+1, lp.Len())
	require.NoError(t, lp.Validate(true))
	require.Equal(t, lp.Last(), lp.Seek(n))
	require.Equal(t, lp.First(), lp.Seek(-n-1))
	require.Zero(t, lp.Seek(n+1))
	left, right := lp.Split(lp.Seek(n-5), n-5)
	require.Equal(t, n-5, left.count())
	require.Equal(t, 6, right.count())
	lp = Merge(left, right)
	require.Equal(t, countUnknown, lp.count())
	lp = lp.DeleteRange(10, 100)
	require.Equal(t, n+1-100, lp.Len())
	require.NoError(t, lp.Validate(true))
}

func TestMemoryComesBack(t *testing.T) {
	lp := New(0)
	for range 1000 {
		lp = lp.Append([]byte("some text"))
	}
	require.Less(t, cap(lp), len(lp)*3/2)
	lp = lp.DeleteRange(5, 1000)
	require.Less(t, cap(lp), 128)
	require.Equal(t, 5, lp.Len())
}

func TestFits(t *testing.T) {
	require.True(t, New(0).Fits(MaxBytes-100))
	require.False(t, New(0).Fits(MaxBytes))
	require.False(t, New(0).Fits(math.MaxInt))
}

func TestValidate(t *testing.T) {
	good := func() Listpack { return New(0).Append([]byte("hello")).Append([]byte("1")).Append(make([]byte, 200)) }
	require.NoError(t, good().Validate(true))
	for name, c := range map[string]struct {
		want  error
		spoil func(lp Listpack) Listpack
	}{
		"nothing":             {ErrHeader, func(Listpack) Listpack { return nil }},
		"short":               {ErrHeader, func(lp Listpack) Listpack { return lp[:6] }},
		"cut off":             {ErrHeader, func(lp Listpack) Listpack { return lp[:len(lp)-1] }},
		"no end":              {ErrHeader, func(lp Listpack) Listpack { lp[len(lp)-1] = 0; return lp }},
		"end too early":       {ErrEntry, func(lp Listpack) Listpack { lp[6] = end; return lp }},
		"unknown encoding":    {ErrEntry, func(lp Listpack) Listpack { lp[6] = 0xF5; return lp }},
		"string too long":     {ErrEntry, func(lp Listpack) Listpack { lp[6] = 0xEF; return lp }},
		"huge string":         {ErrEntry, func(lp Listpack) Listpack { copy(lp[6:], "\xF0\xFF\xFF\xFF\xFF"); return lp }},
		"wrong backlen":       {ErrEntry, func(lp Listpack) Listpack { lp[12]++; return lp }},
		"backlen not minimal": {ErrEntry, func(lp Listpack) Listpack { lp[12] |= 0x80; return lp }},
		"wrong count":         {ErrCount, func(lp Listpack) Listpack { lp[4]++; return lp }},
		"length bytes cut": {ErrEntry, func(Listpack) Listpack {
			return Listpack("\x08\x00\x00\x00\x01\x00\xE0\xFF")
		}},
	} {
		require.ErrorIs(t, c.spoil(good()).Validate(true), c.want, name)
	}
	require.NoError(t, Listpack("\x08\x00\x00\x00\x01\x00\xE0\xFF").Validate(false))
}

// Whatever bytes Validate lets pass, no method may panic on, and both directions give the same elements.
func FuzzValidate(f *testing.F) {
	for _, s := range boundaries() {
		if len(s) < 5000 {
			f.Add([]byte(New(0).Append(s).Append([]byte("x"))), s)
		}
	}
	f.Fuzz(func(t *testing.T, b, s []byte) {
		for _, lp := range []Listpack{b, framed(b)} {
			_ = lp.Validate(false)
			if lp.Validate(true) != nil {
				continue
			}
			var forth, back []string
			for p := lp.First(); p != 0; p = lp.Next(p) {
				forth = append(forth, string(lp.AppendValue(nil, p)))
				require.True(t, lp.Compare(p, lp.AppendValue(nil, p)))
			}
			for p := lp.Last(); p != 0; p = lp.Prev(p) {
				back = append(back, string(lp.AppendValue(nil, p)))
			}
			slices.Reverse(back)
			require.Equal(t, forth, back)
			require.Equal(t, len(forth), lp.Len())
			lp.Find(lp.First(), s, 1)
			lp = lp.Clone().Prepend(s).Append(s)
			lp = lp.DeleteRange(1, len(forth)/2)
			lp = lp.Replace(lp.Last(), []byte("end"))
			require.NoError(t, lp.Validate(true))
		}
	})
}

// framed puts a right header and end around b.
func framed(b []byte) Listpack {
	lp := append(make(Listpack, HeaderSize), b...)
	lp = append(lp, end)
	lp.setTotal()
	lp.setCount(countUnknown)
	return lp
}

func BenchmarkAppend(b *testing.B) {
	for _, s := range []string{"12345", "some text of a few bytes"} {
		b.Run(s, func(b *testing.B) {
			b.ReportAllocs()
			lp, v := New(8192), []byte(s)
			for b.Loop() {
				if lp = lp.Append(v); len(lp) > 8000 {
					lp, _ = lp.DeleteAt(HeaderSize, math.MaxInt)
				}
			}
		})
	}
}

func BenchmarkFind(b *testing.B) {
	lp := New(0)
	for i := range 128 {
		lp = lp.Append(fmt.Appendf(nil, "field:%d", i)).AppendInt(int64(i))
	}
	key := []byte("field:127")
	for b.Loop() {
		lp.Find(lp.First(), key, 1)
	}
}
