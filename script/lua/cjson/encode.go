package cjson

import (
	"math"

	lua "github.com/yuin/gopher-lua"

	"github.com/miniredisd/miniredisd/script/lua/auxlib"
	"github.com/miniredisd/miniredisd/script/number"
)

// encoder writes one text.
type encoder struct {
	*codec
	L   *lua.LState
	out []byte
}

// maxKept is the capacity up to which a buffer is kept for the next text.
const maxKept = 1 << 20

func (c *codec) encode(L *lua.LState) int {
	if L.GetTop() != 1 {
		auxlib.ArgError(L, 1, "expected 1 argument")
	}
	e := &c.encoder
	e.codec, e.L, e.out = c, L, e.out[:0]
	e.value(L.Get(1), 0, 1)
	L.Push(lua.LString(e.out))
	if !c.keepBuffer || cap(e.out) > maxKept {
		e.out = nil
	}
	return 1
}

// refuse raises the error that v cannot be written.
func (e *encoder) refuse(v lua.LValue, reason string) {
	auxlib.Error(e.L, "Cannot serialise %s: %s", v.Type(), reason)
}

// checkLimit raises an error when the text would be longer than allowed with n more bytes.
func (e *encoder) checkLimit(n int) {
	if n > e.limit-len(e.out) {
		auxlib.Error(e.L, "Cannot serialise, text longer than %d bytes", e.limit)
	}
}

// maxScalar is room for any value that is neither string nor table, with the commas, colons and brackets around it.
const maxScalar = number.MaxLen + 8

// value writes v, which lies inside depth tables. slots is what a C library would have on Lua's stack here: that bounds the
// depth too, however large the setting is.
func (e *encoder) value(v lua.LValue, depth, slots int) {
	e.checkLimit(maxScalar)
	switch v := v.(type) {
	case lua.LString:
		e.string(string(v))
	case lua.LNumber:
		e.number(v)
	case lua.LBool:
		if v {
			e.out = append(e.out, "true"...)
		} else {
			e.out = append(e.out, "false"...)
		}
	case *lua.LTable:
		e.table(v, depth+1, slots)
	case *lua.LNilType:
		e.out = append(e.out, "null"...)
	default:
		if v != lua.LValue(Null) {
			e.refuse(v, "type not supported")
		}
		e.out = append(e.out, "null"...)
	}
}

func (e *encoder) table(t *lua.LTable, depth, slots int) {
	if depth > int(e.encodeDepth) || slots+3 > auxlib.MaxStack {
		auxlib.Error(e.L, "Cannot serialise, excessive nesting (%d)", depth)
	}
	if e.isMarked(t) {
		e.array(t, border(t), depth, slots+1)
		return
	}
	length := auxlib.ArrayLen(t)
	key, value := auxlib.FirstHashed(t)
	if n := e.arrayLength(t, length, key); n > 0 {
		e.array(t, int(n), depth, slots+1)
		return
	}
	e.object(t, length, key, value, depth, slots+2)
}

// isMarked reports whether t's metatable says that t is an array. As the metatable's field is read, functions of scripts may be called.
func (e *encoder) isMarked(t *lua.LTable) bool {
	if t.Metatable == lua.LNil {
		return false
	}
	L := e.L
	marked := lua.LVAsBool(L.GetField(t.Metatable, arrayMark))
	e.L = L // encode may have been called on another coroutine
	return marked
}

// border is the length of t as Lua's operator # has it. What lies in t's hash, if it goes on behind the array, counts as well.
func border(t *lua.LTable) int {
	n := t.Len()
	for auxlib.Index(t, n+1) != lua.LNil {
		n++
	}
	return n
}

// arrayLength returns the highest index of a table that is to be written as an array; not above zero for one that becomes an
// object. length is that of its array, key the first one outside of that.
func (e *encoder) arrayLength(t *lua.LTable, length int, key lua.LValue) int32 {
	highest, items := int32(length), int32(0)
	for i := 1; i <= length; i++ {
		if t.RawGetInt(i) != lua.LNil {
			items++
		}
	}
	for ; key != lua.LNil; key, _ = t.Next(key) {
		k, ok := key.(lua.LNumber)
		if !ok || k < 1 || float64(k) != math.Floor(float64(k)) {
			return -1
		}
		if k > lua.LNumber(highest) {
			highest = number.Int32(float64(k)) // as in C, an index that is no int makes the table an object
		}
		items++
	}
	if e.sparseRatio > 0 && highest > items*e.sparseRatio && highest > e.sparseSafe {
		if !e.sparseConvert {
			e.refuse(t, "excessively sparse array")
		}
		return -1
	}
	return highest
}

func (e *encoder) array(t *lua.LTable, length, depth, slots int) {
	e.out = append(e.out, '[')
	for i := 1; i <= length; i++ {
		if i > 1 {
			e.out = append(e.out, ',')
		}
		e.value(auxlib.Index(t, i), depth, slots)
	}
	e.out = append(e.out, ']')
}

// object writes the array's entries and then, from the given one on, the hash's.
func (e *encoder) object(t *lua.LTable, length int, key, value lua.LValue, depth, slots int) {
	e.out = append(e.out, '{')
	start := len(e.out)
	for i := 1; i <= length; i++ {
		if v := t.RawGetInt(i); v != lua.LNil {
			e.entry(lua.LNumber(i), v, start, depth, slots)
		}
	}
	for ; key != lua.LNil; key, value = t.Next(key) {
		e.entry(key, value, start, depth, slots)
	}
	e.out = append(e.out, '}')
}

// entry writes a key and its value; the object's first one stands at start.
func (e *encoder) entry(key, value lua.LValue, start, depth, slots int) {
	e.checkLimit(maxScalar)
	if len(e.out) > start {
		e.out = append(e.out, ',')
	}
	switch k := key.(type) {
	case lua.LString:
		e.string(string(k))
	case lua.LNumber:
		e.out = append(e.out, '"')
		e.number(k)
		e.out = append(e.out, '"')
	default:
		e.refuse(key, "table key must be a number or string")
	}
	e.out = append(e.out, ':')
	e.value(value, depth, slots)
}

func (e *encoder) number(n lua.LNumber) {
	f := float64(n)
	if f-f != 0 { // Inf or NaN
		switch {
		case e.encodeInvalid == invalidRefused:
			e.refuse(n, "must not be NaN or Inf")
		case e.encodeInvalid == invalidNull:
			e.out = append(e.out, "null"...)
			return
		case f != f:
			e.out = append(e.out, "nan"...) // without a sign
			return
		}
	}
	e.out = number.AppendPrecision(e.out, f, int(e.precision))
}

// escapes holds what is written for a byte that cannot stand for itself.
var escapes = func() (e [256]string) {
	const digits = "0123456789abcdef"
	for c := range 32 {
		e[c] = `\u00` + string(digits[c>>4]) + string(digits[c&15])
	}
	for c, text := range map[byte]string{
		'\b': `\b`, '\t': `\t`, '\n': `\n`, '\f': `\f`, '\r': `\r`, '"': `\"`, '/': `\/`, '\\': `\\`, 0x7f: `\u007f`,
	} {
		e[c] = text
	}
	return e
}()

// plain tells which bytes stand for themselves.
var plain = func() (p [256]bool) {
	for c := range p {
		p[c] = escapes[c] == ""
	}
	return p
}()

// maxEscape is the length of the longest escape.
const maxEscape = 6

func (e *encoder) string(s string) {
	if maxEscape*len(s) > e.limit-len(e.out) {
		n := 0
		for i := range len(s) {
			n += max(1, len(escapes[s[i]]))
		}
		e.checkLimit(n)
	}
	out := append(e.out, '"')
	start := 0 // of what is not yet written
	for i := 0; i < len(s); i++ {
		if c := s[i]; !plain[c] {
			out = append(append(out, s[start:i]...), escapes[c]...)
			start = i + 1
		}
	}
	e.out = append(append(out, s[start:]...), '"')
}
