package bitmaps_test

import (
	gostrings "strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// hot are commands that must not allocate on keys that exist.
var hot = []string{
	"SETBIT k 77 1", "GETBIT k 77", "GETBIT number 3", "BITCOUNT k", "BITCOUNT k 5 700 BIT", "BITCOUNT number", "BITPOS k 1 90",
	"BITFIELD k INCRBY u7 99 1 GET u9 17", "BITFIELD k SET i64 #3 -5 OVERFLOW SAT INCRBY i8 #3 -100 INCRBY i8 #9 1",
	"BITFIELD_RO k GET i23 #5",
}

func newHotUnit(t testing.TB) unit {
	u := newUnit(t)
	u.Do("SETBIT k 8000 1")
	u.Do("SET number 1234")
	u.DropLog = true
	return u
}

func TestHotPathDoesNotAllocate(t *testing.T) {
	for _, line := range hot {
		u := newHotUnit(t)
		args := words(line)
		u.Run(args)
		require.Zero(t, testing.AllocsPerRun(100, func() { u.Run(args) }), line)
	}
	u := newHotUnit(t)
	on, off := words("SETBIT k 99 1"), words("SETBIT k 99 0")
	require.Zero(t, testing.AllocsPerRun(100, func() { u.Run(on); u.Run(off) }))
}

func BenchmarkCommands(b *testing.B) {
	for _, line := range hot {
		b.Run(gostrings.ReplaceAll(line, " ", "_"), func(b *testing.B) {
			u := newHotUnit(b)
			args := words(line)
			for b.Loop() {
				u.Run(args)
			}
		})
	}
}

// Loops over a megabyte.
func BenchmarkMegabyte(b *testing.B) {
	for _, line := range []string{"BITCOUNT a", "BITPOS z 1", "BITOP AND d a b", "BITOP OR d a b", "BITOP XOR d a b", "BITOP NOT d a",
		"BITOP DIFF d a b", "BITOP ONE d a b"} {
		b.Run(gostrings.ReplaceAll(line, " ", "_"), func(b *testing.B) {
			u := newUnit(b)
			u.DropLog = true
			for _, key := range []string{"a", "b", "z"} {
				u.Do("SETBIT " + key + " 8388607 1")
			}
			b.SetBytes(1 << 20)
			args := words(line)
			for b.Loop() {
				u.Run(args)
			}
		})
	}
}
