package cmsgpack

import (
	"encoding/binary"
	"math"

	lua "github.com/yuin/gopher-lua"

	"github.com/miniredisd/miniredisd/script/lua/auxlib"
	"github.com/miniredisd/miniredisd/script/number"
)

// maxNesting is how many tables may lie inside each other; one more becomes nil. So a table that holds itself ends.
const maxNesting = 16

// pack packs all arguments, one behind the other.
func pack(L *lua.LState, limit int) int {
	args := L.GetTop()
	switch {
	case args == 0:
		auxlib.ArgError(L, 0, "MessagePack pack needs input.")
	case 2*args > auxlib.MaxStack:
		auxlib.ArgError(L, 0, "Too many arguments for MessagePack pack.")
	}
	p := packer{L: L, limit: limit}
	for i := 1; i <= args; i++ {
		p.value(L.Get(i), 0)
	}
	L.Push(lua.LString(p.out))
	return 1
}

type packer struct {
	L     *lua.LState
	out   []byte
	limit int // of len(out)
}

// reserve raises an error when n more bytes would exceed the limit.
func (p *packer) reserve(n int) {
	if n > p.limit-len(p.out) {
		auxlib.Error(p.L, "packed string longer than %d bytes", p.limit)
	}
}

// maxScalar is room for any value that is neither string nor table, and for the head of those.
const maxScalar = 9

func (p *packer) value(v lua.LValue, level int) {
	p.reserve(maxScalar)
	switch v := v.(type) {
	case lua.LString:
		p.string(string(v))
	case lua.LBool:
		if v {
			p.out = append(p.out, codeTrue)
		} else {
			p.out = append(p.out, codeFalse)
		}
	case lua.LNumber:
		p.number(float64(v))
	case *lua.LTable:
		if level == maxNesting {
			p.out = append(p.out, codeNil)
			return
		}
		p.table(v, level+1)
	default:
		p.out = append(p.out, codeNil)
	}
}

func (p *packer) string(s string) {
	if n := len(s); n < 32 {
		p.out = append(p.out, fixStr|byte(n))
	} else if n <= math.MaxUint8 {
		p.out = append(p.out, codeStr8, byte(n))
	} else {
		p.length(uint32(n), codeStr16, codeStr32)
	}
	p.reserve(len(s))
	p.out = append(p.out, s...)
}

// length writes a length that is too large for its value's first byte.
func (p *packer) length(n uint32, code16, code32 byte) {
	if n <= math.MaxUint16 {
		p.out = binary.BigEndian.AppendUint16(append(p.out, code16), uint16(n))
	} else {
		p.out = binary.BigEndian.AppendUint32(append(p.out, code32), n)
	}
}

func (p *packer) number(f float64) {
	whole := number.Int64(f)
	switch {
	case float64(whole) != f:
		p.float(f)
	case whole < 0:
		p.negative(whole)
	default:
		p.positive(uint64(whole))
	}
}

func (p *packer) float(f float64) {
	if short := float32(f); float64(short) == f {
		p.out = binary.BigEndian.AppendUint32(append(p.out, codeFloat), math.Float32bits(short))
	} else {
		p.out = binary.BigEndian.AppendUint64(append(p.out, codeDouble), math.Float64bits(f))
	}
}

func (p *packer) positive(n uint64) {
	switch {
	case n < fixMap:
		p.out = append(p.out, byte(n))
	case n <= math.MaxUint8:
		p.out = append(p.out, codeUint8, byte(n))
	case n <= math.MaxUint16:
		p.out = binary.BigEndian.AppendUint16(append(p.out, codeUint16), uint16(n))
	case n <= math.MaxUint32:
		p.out = binary.BigEndian.AppendUint32(append(p.out, codeUint32), uint32(n))
	default:
		p.out = binary.BigEndian.AppendUint64(append(p.out, codeUint64), n)
	}
}

func (p *packer) negative(n int64) {
	switch {
	case n >= -32:
		p.out = append(p.out, byte(n))
	case n >= math.MinInt8:
		p.out = append(p.out, codeInt8, byte(n))
	case n >= math.MinInt16:
		p.out = binary.BigEndian.AppendUint16(append(p.out, codeInt16), uint16(n))
	case n >= math.MinInt32:
		p.out = binary.BigEndian.AppendUint32(append(p.out, codeInt32), uint32(n))
	default:
		p.out = binary.BigEndian.AppendUint64(append(p.out, codeInt64), uint64(n))
	}
}

// table packs what lies in a table at that level.
func (p *packer) table(t *lua.LTable, level int) {
	count, array := shape(t)
	if array {
		p.head(count, fixArray, codeArray16, codeArray32)
		for i := 1; i <= count; i++ {
			p.value(auxlib.Index(t, i), level)
		}
		return
	}
	p.head(count, fixMap, codeMap16, codeMap32)
	for i := range auxlib.ArrayLen(t) {
		if v := t.RawGetInt(i + 1); v != lua.LNil {
			p.value(lua.LNumber(i+1), level)
			p.value(v, level)
		}
	}
	for k, v := auxlib.FirstHashed(t); k != lua.LNil; k, v = t.Next(k) {
		p.value(k, level)
		p.value(v, level)
	}
}

func (p *packer) head(count int, fix, code16, code32 byte) {
	if count < 16 {
		p.out = append(p.out, fix|byte(count))
		return
	}
	p.length(uint32(count), code16, code32)
}

// shape counts a table's entries and tells whether their keys are 1 to that count.
func shape(t *lua.LTable) (count int, array bool) {
	highest := auxlib.ArrayLen(t)
	for i := range highest {
		if t.RawGetInt(i+1) != lua.LNil {
			count++
		}
	}
	array = true
	for k, _ := auxlib.FirstHashed(t); k != lua.LNil; k, _ = t.Next(k) {
		count++
		n, ok := k.(lua.LNumber)
		index := number.Int32(float64(n))
		array = array && ok && index > 0 && lua.LNumber(index) == n
		highest = max(highest, int(index))
	}
	return count, array && highest == count
}
