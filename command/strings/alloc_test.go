package strings_test

import (
	gostrings "strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/command/commandtest"
)

// hot are commands that must not allocate on keys that exist.
var hot = []string{
	"GET text", "GET number", "SET text tttttttt", "SET number 12345", "SET text uuuuuuuu EX 100", "SETEX text 100 vvvvvvvv",
	"SET text wwwwwwww KEEPTTL", "SET text xxxxxxxx GET", "INCR number", "DECRBY number 2", "MGET text number text nothing",
	"MSET text yyyyyyyy number 5", "STRLEN text", "GETRANGE text 1 3", "SETRANGE text 2 ab", "GETEX text PX 1000",
	"SETNX text x", "GETSET text zzzzzzzz",
}

func newHotUnit(t testing.TB) unit {
	u := newUnit(t)
	u.Do("SET text ssssssss")
	u.Do("SET number 1234")
	for _, line := range hot { // whatever grows once
		u.Do(line)
	}
	return u
}

func TestHotPathDoesNotAllocate(t *testing.T) {
	for _, line := range hot {
		u := newHotUnit(t)
		args := commandtest.Words(line)
		u.DropLog = true
		u.Run(args) // the lifetime's timer, once
		require.Zero(t, testing.AllocsPerRun(100, func() { u.Run(args) }), line)
	}
}

// APPEND allocates when the string outgrows its memory, and seldom.
func TestAppendGrowsInSteps(t *testing.T) {
	u := newHotUnit(t)
	u.DropLog = true
	args := commandtest.Words("APPEND text 0123456789")
	require.Less(t, testing.AllocsPerRun(10_000, func() { u.Run(args) }), 0.01)
}

func BenchmarkCommands(b *testing.B) {
	for _, line := range append(hot, "APPEND text x", "INCRBYFLOAT float 0.5") {
		b.Run(gostrings.ReplaceAll(line, " ", "_"), func(b *testing.B) {
			u := newHotUnit(b)
			u.DropLog = true
			args := commandtest.Words(line)
			for b.Loop() {
				u.Run(args)
			}
		})
	}
}
