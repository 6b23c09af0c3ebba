package script

// math.random: the same sequence for the same seed on every machine. It is POSIX's lrand48: a linear congruential generator of 48
// bits, of which the upper 31 are the result.

import (
	"math"

	lua "github.com/yuin/gopher-lua"

	"github.com/miniredisd/miniredisd/script/lua/auxlib"
)

const (
	randomFactor = 0x5DEECE66D
	randomAdd    = 0xB
	randomMask   = 1<<48 - 1
	randomLow    = 0x330E // the low 16 bits of a seed
)

// random is the generator's state.
type random uint64

// newRandom is the generator that was not seeded.
func newRandom() random { return 0x1234ABCD<<16 | randomLow }

func (r *random) seed(n int32) { *r = random(uint64(uint32(n))<<16 | randomLow) }

// next is in [0, 2^31).
func (r *random) next() int32 {
	*r = (*r*randomFactor + randomAdd) & randomMask
	return int32(*r >> 17)
}

func (in *interpreter) random(L *lua.LState) int {
	f := float64(in.engine.random.next()%math.MaxInt32) / math.MaxInt32
	low, high := 1, 0
	switch L.GetTop() {
	case 0:
		L.Push(lua.LNumber(f))
		return 1
	case 1:
		high = int(int32(auxlib.CheckInteger(L, 1)))
	case 2:
		low, high = int(int32(auxlib.CheckInteger(L, 1))), int(int32(auxlib.CheckInteger(L, 2)))
	default:
		return fail(L, "wrong number of arguments")
	}
	if low > high {
		auxlib.ArgError(L, L.GetTop(), "interval is empty")
	}
	L.Push(lua.LNumber(math.Floor(f*float64(high-low+1)) + float64(low)))
	return 1
}

func (in *interpreter) randomSeed(L *lua.LState) int {
	in.engine.random.seed(int32(auxlib.CheckInteger(L, 1)))
	return 0
}
