package structs

import (
	lua "github.com/yuin/gopher-lua"

	"github.com/miniredisd/miniredisd/script/lua/auxlib"
)

const (
	maxInteger   = 32        // bytes of the largest integer that a format may name
	maxAlignment = 8         // what "!" without a number means: the strictest alignment of 64-bit Linux
	maxNumber    = 1<<31 - 1 // the largest number in a format: a C int
)

// format is a format string that is being followed.
type format struct {
	L         *lua.LState
	text      string // what is left of it
	bigEndian bool
	alignment uint64 // the largest one in use
}

// newFormat takes the format from the first argument; it ends at a zero byte.
func newFormat(L *lua.LState) format {
	return format{L: L, text: cString(auxlib.CheckString(L, 1)), alignment: 1}
}

// next takes the next option and the size in bytes that it has by itself: 0 for what has none.
func (f *format) next() (option byte, size uint64, ok bool) {
	if f.text == "" {
		return 0, 0, false
	}
	option, f.text = f.text[0], f.text[1:]
	switch option {
	case 'b', 'B', 'x':
		size = 1
	case 'h', 'H':
		size = 2
	case 'f':
		size = 4
	case 'l', 'L', 'T', 'd':
		size = 8
	case 'c':
		size = f.number(1)
	case 'i', 'I':
		if size = f.number(4); size > maxInteger {
			auxlib.Error(f.L, "integral size %d is larger than limit of %d", size, maxInteger)
		}
	}
	return option, size, true
}

// number reads the digits behind an option.
func (f *format) number(missing uint64) uint64 {
	if f.text == "" || !isDigit(f.text[0]) {
		return missing
	}
	n := uint64(0)
	for f.text != "" && isDigit(f.text[0]) {
		if n = n*10 + uint64(f.text[0]-'0'); n > maxNumber {
			auxlib.Error(f.L, "integral size overflow")
		}
		f.text = f.text[1:]
	}
	return n
}

// padding is how many bytes stand before an option of that size at position pos. The size need not be a power of two: the
// formula then gives what C's gives.
func (f *format) padding(pos uint64, option byte, size uint64) uint64 {
	if size == 0 || option == 'c' {
		return 0
	}
	size = min(size, f.alignment)
	return (size - pos&(size-1)) & (size - 1)
}

// control follows an option that changes how the next ones are read.
func (f *format) control(option byte) {
	switch option {
	case ' ':
	case '>':
		f.bigEndian = true
	case '<':
		f.bigEndian = false
	case '!':
		n := f.number(maxAlignment)
		if n == 0 || n&(n-1) != 0 {
			auxlib.Error(f.L, "alignment %d is not a power of 2", n)
		}
		f.alignment = n
	default:
		auxlib.ArgError(f.L, 1, "invalid format option '"+string([]byte{option})+"'")
	}
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
