package bitmaps

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Lengths around the steps of the loops, each bit in turn.
func TestCountAndFind(t *testing.T) {
	for size := 1; size <= 2*step+9; size++ {
		p := make([]byte, size)
		last := int64(size)*8 - 1
		require.EqualValues(t, -1, find(p, true, 0, last))
		for i := range last + 1 {
			p[i/8] |= 0x80 >> (i % 8)
			require.Equal(t, int64(0), find(p, true, 0, last)/(last+1))
			require.Equal(t, i+1, count(p, 0, last))
			if i < last {
				require.Equal(t, i+1, find(p, false, 0, last))
			}
		}
		require.EqualValues(t, -1, find(p, false, 0, last))
		for i := range last + 1 {
			p[i/8] &^= 0x80 >> (i % 8)
			require.Equal(t, last-i, count(p, 0, last))
			if i < last {
				require.Equal(t, i+1, find(p, true, 0, last))
				require.EqualValues(t, -1, find(p, true, 0, i))
			}
		}
	}
}

func TestOperationsOnWords(t *testing.T) {
	ops := map[string]struct {
		run  func(dst, src []byte)
		want func(a, b byte) byte
	}{
		"and":     {and, func(a, b byte) byte { return a & b }},
		"or":      {or, func(a, b byte) byte { return a | b }},
		"xor":     {xor, func(a, b byte) byte { return a ^ b }},
		"and not": {andNot, func(a, b byte) byte { return a &^ b }},
		"not":     {func(dst, _ []byte) { not(dst) }, func(a, _ byte) byte { return ^a }},
	}
	for name, op := range ops {
		for size := range 2*step + 9 {
			a, b, want := make([]byte, size), make([]byte, size+3), make([]byte, size)
			for i := range a {
				a[i], b[i] = byte(i*37+size), byte(i*91+11)
				want[i] = op.want(a[i], b[i])
			}
			op.run(a, b)
			require.Equal(t, want, a, name)
		}
	}
}

func BenchmarkAnd(b *testing.B) {
	dst, src := make([]byte, pieceSize), make([]byte, pieceSize)
	b.SetBytes(pieceSize)
	for b.Loop() {
		and(dst, src)
	}
}
func BenchmarkCount(b *testing.B) {
	dst := make([]byte, pieceSize)
	b.SetBytes(pieceSize)
	for b.Loop() {
		count(dst, 0, pieceSize*8-1)
	}
}
func BenchmarkSkip(b *testing.B) {
	dst := make([]byte, pieceSize)
	b.SetBytes(pieceSize)
	for b.Loop() {
		skip(dst, 0)
	}
}
