//go:build compat

package luatest

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"
)

var (
	seed   = flag.Uint64("seed", 1, "what random pieces are drawn from")
	rounds = flag.Int("rounds", 300, "how many of each kind are drawn")
)

// generator draws what the libraries are asked.
type generator struct{ *rand.Rand }

func each(t *testing.T, body func(real *Real, g generator)) {
	real := NewReal(t)
	// gopher-lua fills a table's array up to an index that is drawn, be it ever so large.
	defer func(n int) { lua.MaxArrayIndex = n }(lua.MaxArrayIndex)
	lua.MaxArrayIndex = 1 << 12
	g := generator{rand.New(rand.NewPCG(*seed, uint64(len(t.Name()))))}
	for range *rounds {
		body(real, g)
	}
}

func pick[T any](g generator, from ...T) T { return from[g.IntN(len(from))] }

// number draws one, often near a boundary.
func (g generator) number() float64 {
	switch g.IntN(6) {
	case 0:
		return float64(g.IntN(300) - 150)
	case 1:
		return math.Ldexp(pick(g, 1.0, -1), g.IntN(70)) + float64(g.IntN(3)-1)
	case 2:
		return math.Float64frombits(g.Uint64())
	case 3:
		return g.NormFloat64() * 1000
	case 4:
		return float64(float32(g.NormFloat64()))
	}
	return pick(g, 0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), math.NaN(), 0.5, 1e15, 1e-5)
}

// expression writes a number as Lua reads it back exactly.
func expression(f float64) string {
	switch {
	case f != f:
		return "(0/0)"
	case math.IsInf(f, 0):
		return map[bool]string{true: "(1/0)", false: "(-1/0)"}[f > 0]
	case f == 0 && math.Signbit(f):
		return "cjson.decode('-0')" // gopher-lua's own arithmetic loses the sign of a zero
	}
	return "(" + strconv.FormatFloat(f, 'g', 17, 64) + ")"
}

func (g generator) bytes(most int) string {
	b := make([]byte, g.IntN(most+1))
	for i := range b {
		b[i] = byte(g.Uint32())
	}
	return string(b)
}

// quote writes a string as Lua reads it.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range []byte(s) {
		fmt.Fprintf(&b, `\%03d`, c)
	}
	return b.String() + `"`
}

// table draws the expression of a table. A hash has one entry at most, since the order of more is anybody's.
func (g generator) table(depth int) string {
	if g.IntN(3) == 0 {
		key := pick(g, quote(g.bytes(5)), expression(math.Trunc(g.number())), "1", "2", "3", "1.5", "true", "11")
		if strings.Contains(key, "/0") || strings.Contains(key, "-0") {
			key = "'k'"
		}
		return "{[" + key + "]=" + g.value(depth-1) + "}"
	}
	parts := make([]string, g.IntN(20))
	for i := range parts {
		parts[i] = g.value(depth - 1)
	}
	return "{" + strings.Join(parts, ",") + "}"
}

func (g generator) value(depth int) string {
	switch n := g.IntN(10); {
	case n < 4 && depth > 0:
		return g.table(depth)
	case n < 6:
		return expression(g.number())
	case n < 8:
		return quote(g.bytes(40))
	}
	return pick(g, "true", "false", "cjson.null", "''", "0")
}

func TestBitRandom(t *testing.T) {
	each(t, func(real *Real, g generator) {
		name := pick(g, "tobit", "bnot", "band", "bor", "bxor", "lshift", "rshift", "arshift", "rol", "ror", "bswap", "tohex")
		args := make([]string, 1+g.IntN(4))
		for i := range args {
			args[i] = expression(g.number())
		}
		real.Compare(fmt.Sprintf("return bit.%s(%s)", name, strings.Join(args, ",")))
	})
}

func (g generator) format() string {
	var b strings.Builder
	for range 1 + g.IntN(8) {
		b.WriteString(pick(g, "b", "B", "h", "H", "l", "L", "T", "i", "I", "f", "d", "s", "x", " ", "<", ">", "!", "c0", "c",
			"!"+strconv.Itoa(1<<g.IntN(6)), "i"+strconv.Itoa(g.IntN(34)), "I"+strconv.Itoa(g.IntN(34)), "c"+strconv.Itoa(g.IntN(6)), "q"))
	}
	return b.String()
}

func TestStructPackRandom(t *testing.T) {
	each(t, func(real *Real, g generator) {
		args := []string{quote(g.format())}
		for range g.IntN(9) {
			args = append(args, pick(g, expression(g.number()), expression(g.number()), quote(g.bytes(8)), "'12'"))
		}
		real.Compare("return struct.pack(" + strings.Join(args, ",") + "), struct.size(" + args[0] + ")")
		real.Compare("return struct.pack(" + strings.Join(args, ",") + ")")
	})
}

func TestStructUnpackRandom(t *testing.T) {
	each(t, func(real *Real, g generator) {
		real.Compare("return struct.unpack(ARGV[1], ARGV[2], tonumber(ARGV[3]))", g.format(), g.bytes(60), strconv.Itoa(g.IntN(8)-1))
		real.Compare("return struct.size(ARGV[1])", g.format())
	})
}

func TestMsgpackPackRandom(t *testing.T) {
	each(t, func(real *Real, g generator) {
		v := g.value(4)
		real.Compare("return cmsgpack.pack(" + v + ")")
		real.Compare("return cmsgpack.unpack(cmsgpack.pack(" + v + "," + v + "))")
	})
}

// message draws bytes that are mostly MessagePack.
func (g generator) message(depth int) string {
	switch n := g.IntN(12); {
	case n < 2 && depth > 0:
		count := g.IntN(4)
		s := pick(g, string([]byte{0x90 | byte(count)}), string([]byte{0xdc, 0, byte(count)}), string([]byte{0xdd, 0, 0, 0, byte(count)}))
		for range count {
			s += g.message(depth - 1)
		}
		return s
	case n < 4 && depth > 0:
		count := g.IntN(4)
		s := pick(g, string([]byte{0x80 | byte(count)}), string([]byte{0xde, 0, byte(count)}), string([]byte{0xdf, 0, 0, 0, byte(count)}))
		for range count {
			s += pick(g, "\xa1k", "\x01", "\x02", "\xc3", g.message(0)) + g.message(depth-1)
		}
		return s
	case n < 6:
		b := g.bytes(9)
		return string([]byte{byte(0xca + g.IntN(10))}) + b
	case n < 8:
		b := g.bytes(6)
		return string([]byte{0xa0 | byte(len(b))}) + b
	case n < 9:
		return g.bytes(3)
	}
	return pick(g, "\x01", "\x7f", "\xff", "\xe0", "\xc0", "\xc2", "\xc3", "\xd9\x02ab", "\xcc\xff", "\xd3\xff\xff\xff\xff\xff\xff\xff\xf0")
}

func TestMsgpackUnpackRandom(t *testing.T) {
	each(t, func(real *Real, g generator) {
		s := g.message(4) + g.message(2)
		real.Compare("return cmsgpack.unpack(ARGV[1])", s)
		real.Compare("return cmsgpack.unpack_limit(ARGV[1], ARGV[2], ARGV[3])", s, strconv.Itoa(g.IntN(4)), strconv.Itoa(g.IntN(4)))
	})
}

func TestJSONEncodeRandom(t *testing.T) {
	each(t, func(real *Real, g generator) {
		v := g.value(4)
		real.Compare("return cjson.encode(" + v + ")")
		settings := fmt.Sprintf("local c = cjson.new() c.encode_invalid_numbers('%s') c.encode_number_precision(%d) c.encode_sparse_array(%v, %d, %d) ",
			pick(g, "on", "null"), 1+g.IntN(14), g.IntN(2) == 0, g.IntN(4), g.IntN(12))
		real.Compare(settings + "return c.encode(" + v + ")")
		real.Compare(settings + "return c.decode(c.encode(" + v + "))")
	})
}

// text draws what is mostly JSON.
func (g generator) text(depth int) string {
	space := pick(g, "", "", "", " ", "\n")
	switch n := g.IntN(12); {
	case n < 3 && depth > 0:
		parts := make([]string, g.IntN(5))
		for i := range parts {
			parts[i] = g.text(depth - 1)
		}
		return space + "[" + strings.Join(parts, ",") + "]"
	case n < 6 && depth > 0:
		parts := make([]string, g.IntN(5))
		for i := range parts {
			parts[i] = g.jsonString() + ":" + g.text(depth-1)
		}
		return space + "{" + strings.Join(parts, ",") + space + "}"
	case n < 8:
		return space + strconv.FormatFloat(g.number(), byte(pick(g, 'g', 'e', 'f', 'x')), -1, 64)
	case n < 10:
		return space + g.jsonString()
	}
	return space + pick(g, "true", "false", "null", "0", "-0", "01", "+1", "0x1F", "-infinity", "nan", "1.", "1e", "[]", "{}")
}

func (g generator) jsonString() string {
	var b strings.Builder
	for range g.IntN(6) {
		b.WriteString(pick(g, "a", "ä", "\xff", `\n`, `\/`, `\"`, `\\`, "\t", fmt.Sprintf(`\u%04x`, g.IntN(1<<16)), `\u0041`, `\uD83D\uDE00`, "/", "\x7f"))
	}
	return `"` + b.String() + `"`
}

// damage changes a byte of a text now and then.
func (g generator) damage(s string) string {
	if s == "" || g.IntN(2) == 0 {
		return s
	}
	i := g.IntN(len(s))
	return pick(g, s[:i], s[:i]+s[i+1:], s[:i]+pick(g, "x", ",", "]", "}", `"`, `\`, "\x00", "1", ":")+s[i:])
}

func TestJSONDecodeRandom(t *testing.T) {
	each(t, func(real *Real, g generator) {
		s := g.damage(g.text(4))
		real.Compare("return cjson.decode(ARGV[1])", s)
		real.Compare("local c = cjson.new() c.decode_invalid_numbers(false) c.decode_max_depth(3) return c.decode(ARGV[1])", s)
	})
}

func TestNumbersRandom(t *testing.T) {
	each(t, func(real *Real, g generator) {
		// What a string becomes as a number is seen through a library that takes either.
		real.Compare("return struct.pack('d', ARGV[1])", g.damage(strconv.FormatFloat(g.number(), byte(pick(g, 'g', 'e', 'f', 'x')), -1, 64)))
		// And how a number is written.
		real.Compare("return struct.pack('s', " + expression(g.number()) + ")")
	})
}
