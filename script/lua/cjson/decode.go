package cjson

import (
	lua "github.com/yuin/gopher-lua"

	"github.com/miniredisd/miniredisd/script/lua/auxlib"
)

// decoder reads one text, by recursive descent.
type decoder struct {
	*codec
	L     *lua.LState
	lexer lexer

	// Elements of arrays, and keys and values of objects, that are not yet complete: so a table is made with the right size.
	// Behind their ends, both are cleared, so that nothing is kept alive.
	elements []lua.LValue
	keys     []string
}

// maxPending is the capacity up to which elements and keys are kept for the next text.
const maxPending = 1 << 14

func (c *codec) decode(L *lua.LState) int {
	if L.GetTop() != 1 {
		auxlib.ArgError(L, 1, "expected 1 argument")
	}
	text := auxlib.CheckString(L, 1)
	if len(text) >= 2 && (text[0] == 0 || text[1] == 0) {
		auxlib.Error(L, "JSON parser does not support UTF-16 or UTF-32")
	}
	d := &c.decoder
	d.codec, d.L = c, L
	d.lexer = lexer{text: text, scratch: d.lexer.scratch[:0], invalid: c.decodeInvalid}
	defer d.forget()
	v := d.value(d.lexer.next(), 0, 1)
	if end := d.lexer.next(); end != tokenEnd {
		d.fail("the end", end)
	}
	L.Push(v)
	return 1
}

// forget lets go of what the next text has no use for.
func (d *decoder) forget() {
	d.L, d.lexer.text, d.lexer.str = nil, "", ""
	if cap(d.lexer.scratch) > maxKept {
		d.lexer.scratch = nil
	}
	d.drop(0, 0) // what an error left
	if cap(d.elements) > maxPending || cap(d.keys) > maxPending {
		d.elements, d.keys = nil, nil
	}
}

// drop shortens both lists.
func (d *decoder) drop(elements, keys int) {
	clear(d.elements[elements:])
	clear(d.keys[keys:])
	d.elements, d.keys = d.elements[:elements], d.keys[:keys]
}

// fail raises the error that something else was found than expected.
func (d *decoder) fail(expected string, found token) {
	what := found.String()
	if found == tokenError {
		what = d.lexer.problem
	}
	auxlib.Error(d.L, "Expected %s but found %s at character %d", expected, what, d.lexer.start+1)
}

// value reads the value that begins with the token t. slots is what a C library would have on Lua's stack here.
func (d *decoder) value(t token, depth, slots int) lua.LValue {
	switch t {
	case tokenString:
		return lua.LString(d.lexer.str)
	case tokenNumber:
		return boxed(d.lexer.num)
	case tokenTrue:
		return lua.LTrue
	case tokenFalse:
		return lua.LFalse
	case tokenNull:
		return Null
	case tokenObjectBegin:
		d.descend(depth+1, slots+3)
		return d.object(depth+1, slots)
	case tokenArrayBegin:
		d.descend(depth+1, slots+2)
		return d.array(depth+1, slots)
	}
	d.fail("value", t)
	return nil
}

func (d *decoder) descend(depth, slots int) {
	if depth > int(d.decodeDepth) || slots > auxlib.MaxStack {
		auxlib.Error(d.L, "Found too many nested data structures (%d) at character %d", depth, d.lexer.pos)
	}
}

func (d *decoder) array(depth, slots int) lua.LValue {
	if d.markArrays && slots+3 > auxlib.MaxStack { // the metatable and its mark need one slot more
		auxlib.Error(d.L, "max lua stack reached")
	}
	first := len(d.elements)
	t := d.lexer.next()
	for t != tokenArrayEnd {
		v := d.value(t, depth, slots+1)
		d.elements = append(d.elements, v)
		t = d.lexer.next()
		if t == tokenComma {
			if t = d.lexer.next(); t == tokenArrayEnd {
				d.fail("value", t)
			}
		} else if t != tokenArrayEnd {
			d.fail("comma or array end", t)
		}
	}
	table := d.L.CreateTable(len(d.elements)-first, 0)
	for i, v := range d.elements[first:] {
		table.RawSetInt(i+1, v)
	}
	if d.markArrays {
		table.Metatable = d.arrays
	}
	d.drop(first, len(d.keys))
	return table
}

func (d *decoder) object(depth, slots int) lua.LValue {
	first, firstKey := len(d.elements), len(d.keys)
	t := d.lexer.next()
	for t != tokenObjectEnd {
		if t != tokenString {
			d.fail("object key string", t)
		}
		d.keys = append(d.keys, d.lexer.str)
		if t = d.lexer.next(); t != tokenColon {
			d.fail("colon", t)
		}
		v := d.value(d.lexer.next(), depth, slots+2)
		d.elements = append(d.elements, v)
		t = d.lexer.next()
		if t == tokenComma {
			if t = d.lexer.next(); t == tokenObjectEnd {
				d.fail("object key string", t)
			}
		} else if t != tokenObjectEnd {
			d.fail("comma or object end", t)
		}
	}
	table := d.L.CreateTable(0, len(d.elements)-first)
	for i, v := range d.elements[first:] {
		table.RawSetString(d.keys[firstKey+i], v)
	}
	d.drop(first, firstKey)
	return table
}

// small holds numbers that are frequent, as values of Lua: to make one of another number allocates.
var small = func() (s [256]lua.LValue) {
	for i := range s {
		s[i] = lua.LNumber(i)
	}
	return s
}()

func boxed(f float64) lua.LValue {
	if f > 0 && f < float64(len(small)) { // not zero, which may have a sign
		if i := int(f); float64(i) == f {
			return small[i]
		}
	}
	return lua.LNumber(f)
}
