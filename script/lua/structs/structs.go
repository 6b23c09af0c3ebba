// Package structs is the Lua library struct: it turns values into the bytes of C structures and back. Formats are those of
// Roberto Ierusalimschy's struct library 0.3 as Redis has it, with the sizes of 64-bit Linux:
//
//	> < !n    big endian, little endian, alignment up to n (8 without n); little endian and no alignment at first
//	x         a byte of padding
//	b h l i   a signed integer of 1, 2, 8, 4 bytes; in of n bytes, up to 32
//	B H L I   the same, unsigned; T like L
//	f d       a float, a double
//	s         a string that a zero byte ends
//	cn        n bytes; c0 packs the whole string and unpacks as many bytes as the number before says
package structs

import (
	"encoding/binary"
	"math"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/miniredisd/miniredisd/script/lua/auxlib"
	"github.com/miniredisd/miniredisd/script/number"
)

// Open makes the module's table.
func Open(L *lua.LState) *lua.LTable { return open(L, auxlib.MaxString) }

// open makes a module that packs at most limit bytes.
func open(L *lua.LState, limit int) *lua.LTable {
	return L.SetFuncs(L.CreateTable(0, 3), map[string]lua.LGFunction{
		"pack":   func(L *lua.LState) int { return pack(L, limit) },
		"unpack": unpack,
		"size":   size,
	})
}

func cString(s string) string {
	if i := strings.IndexByte(s, 0); i >= 0 {
		return s[:i]
	}
	return s
}

func pack(L *lua.LState, limit int) int {
	f := newFormat(L)
	p := packer{L: L, arg: 2, args: L.GetTop()}
	for option, size, ok := f.next(); ok; option, size, ok = f.next() {
		p.out = append(p.out, make([]byte, f.padding(uint64(len(p.out)), option, size))...)
		if !p.put(option, int(size), f.bigEndian, limit) {
			f.control(option)
		}
		if len(p.out) > limit {
			tooLong(L, limit)
		}
	}
	L.Push(lua.LString(p.out))
	return 1
}

func tooLong(L *lua.LState, limit int) { auxlib.Error(L, "packed string longer than %d bytes", limit) }

// packer consumes the arguments behind the format.
type packer struct {
	L    *lua.LState
	arg  int // the next one
	args int // how many there are
	out  []byte
}

// take returns the position of the next argument. A missing one is reported as nil, as C's library does.
func (p *packer) take(expected string) int {
	n := p.arg
	if n > p.args {
		auxlib.ArgError(p.L, n, expected+" expected, got nil")
	}
	p.arg++
	return n
}

func (p *packer) number() float64 { return auxlib.CheckNumber(p.L, p.take("number")) }

// put packs what the option says; false when it says something else. Only strings can exceed the limit much, so that only they
// are measured beforehand.
func (p *packer) put(option byte, size int, bigEndian bool, limit int) bool {
	switch option {
	case 'b', 'B', 'h', 'H', 'l', 'L', 'T', 'i', 'I':
		p.integer(number.Uint64(p.number()), size, bigEndian)
	case 'x':
		p.out = append(p.out, 0)
	case 'f':
		p.out = order(bigEndian).AppendUint32(p.out, math.Float32bits(float32(p.number())))
	case 'd':
		p.out = order(bigEndian).AppendUint64(p.out, math.Float64bits(p.number()))
	case 'c', 's':
		s := auxlib.CheckString(p.L, p.take("string"))
		if size == 0 {
			size = len(s)
		}
		if len(s) < size {
			auxlib.ArgError(p.L, p.arg, "string too short") // the argument behind it is named, as in C
		}
		if size > limit-len(p.out) {
			tooLong(p.L, limit)
		}
		p.out = append(p.out, s[:size]...)
		if option == 's' {
			p.out = append(p.out, 0)
		}
	default:
		return false
	}
	return true
}

// integer appends the lower bytes of v; what is wider than v is filled with zeros even for a negative number.
func (p *packer) integer(v uint64, size int, bigEndian bool) {
	for i := range size {
		if bigEndian {
			i = size - 1 - i
		}
		b := byte(0)
		if i < 8 {
			b = byte(v >> (8 * i))
		}
		p.out = append(p.out, b)
	}
}

type byteOrder interface {
	binary.ByteOrder
	binary.AppendByteOrder
}

func order(bigEndian bool) byteOrder {
	if bigEndian {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

// unpack pushes the values and the position behind them. Positions are unsigned and may wrap around, as in C, but what is read
// is checked to lie inside the data.
func unpack(L *lua.LState) int {
	f := newFormat(L)
	data := auxlib.CheckString(L, 2)
	pos := uint64(auxlib.OptInteger(L, 3, 1))
	if pos == 0 {
		auxlib.ArgError(L, 3, "offset must be 1 or greater")
	}
	pos--
	used := L.GetTop()
	var results []lua.LValue
	for option, size, ok := f.next(); ok; option, size, ok = f.next() {
		pos += f.padding(pos, option, size)
		checkInside(L, data, pos, size)
		auxlib.CheckStack(L, used+len(results)+2, "too many results")
		switch option {
		case 'b', 'B', 'h', 'H', 'l', 'L', 'T', 'i', 'I':
			results = append(results, integer(data[pos:pos+size], option >= 'a', f.bigEndian))
		case 'x':
		case 'f':
			bits := order(f.bigEndian).Uint32([]byte(data[pos : pos+4]))
			results = append(results, lua.LNumber(math.Float32frombits(bits)))
		case 'd':
			bits := order(f.bigEndian).Uint64([]byte(data[pos : pos+8]))
			results = append(results, lua.LNumber(math.Float64frombits(bits)))
		case 'c':
			if size == 0 {
				size, results = lengthBefore(L, results)
				checkInside(L, data, pos, size)
			}
			results = append(results, lua.LString(data[pos:pos+size]))
		case 's':
			end := strings.IndexByte(data[pos:], 0)
			if end < 0 {
				auxlib.Error(L, "unfinished string in data")
			}
			results = append(results, lua.LString(data[pos:pos+uint64(end)]))
			size = uint64(end) + 1
		default:
			f.control(option)
		}
		pos += size
	}
	for _, v := range results {
		L.Push(v)
	}
	L.Push(lua.LNumber(int64(pos + 1)))
	return len(results) + 1
}

func checkInside(L *lua.LState, data string, pos, size uint64) {
	if have := uint64(len(data)); size > have || pos > have-size {
		auxlib.ArgError(L, 2, "data string too short")
	}
}

// lengthBefore takes the last result back: it is the length of what follows.
func lengthBefore(L *lua.LState, results []lua.LValue) (uint64, []lua.LValue) {
	if last := len(results) - 1; last >= 0 {
		if f, ok := auxlib.Number(results[last]); ok {
			return number.Uint64(f), results[:last]
		}
	}
	auxlib.Error(L, "format 'c0' needs a previous size")
	return 0, nil
}

// integer reads an integer of up to 32 bytes, of which the lower 8 count.
func integer(data string, signed, bigEndian bool) lua.LNumber {
	v, size := uint64(0), len(data)
	for i := range size {
		if !bigEndian {
			i = size - 1 - i
		}
		v = v<<8 | uint64(data[i])
	}
	if !signed {
		return lua.LNumber(v)
	}
	// The place of the sign wraps around at 64 bits, as C's shift on amd64 does: what is wider than 8 bytes is extended oddly.
	if mask := ^uint64(0) << (uint(size*8-1) % 64); v&mask != 0 {
		v |= mask
	}
	return lua.LNumber(int64(v))
}

// size pushes how many bytes a format takes. An unknown letter takes none and is no error.
func size(L *lua.LState) int {
	f := newFormat(L)
	pos := uint64(0)
	for option, size, ok := f.next(); ok; option, size, ok = f.next() {
		pos += f.padding(pos, option, size)
		switch {
		case option == 's':
			auxlib.ArgError(L, 1, "option 's' has no fixed size")
		case option == 'c' && size == 0:
			auxlib.ArgError(L, 1, "option 'c0' has no fixed size")
		case !isLetter(option) && !isDigit(option):
			f.control(option)
		}
		pos += size
	}
	L.Push(lua.LNumber(int64(pos)))
	return 1
}
