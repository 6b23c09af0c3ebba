package differential

// Values of arguments: few, so that commands meet what others left, and those at which mistakes happen.

import (
	"strconv"
	"strings"

	"github.com/miniredisd/miniredisd/command"
)

// keyPrefixes begin the names of keys that a group's commands mostly take. Generic commands take all of them.
var keyPrefixes = map[command.Group]string{command.String: "s", command.Bitmap: "s", command.List: "l", command.Hash: "h",
	command.Set: "set", command.SortedSet: "z", command.Geo: "z", command.Stream: "x", command.HyperLogLog: "hll"}

// keysOfType is how many keys there are of a prefix.
const keysOfType = 3

var oddKeys = []string{"", "\x00\xff\r\n", "{tag}k", "none"}

// key draws a key that the command is made for, most of the time.
func (g *generator) key() string {
	prefix := keyPrefixes[g.entry.spec.Group]
	if prefix == "" || g.chance(6) {
		return g.anyKey()
	}
	return g.numbered(prefix)
}

func (g *generator) anyKey() string {
	if g.chance(30) {
		return g.pick(oddKeys)
	}
	if prefix := keyPrefixes[g.focus]; prefix != "" && g.chance(2) {
		return g.numbered(prefix)
	}
	return g.numbered(g.pick(g.catalog.prefixes))
}

func (g *generator) numbered(prefix string) string {
	return prefix + string(rune('1'+g.IntN(keysOfType)))
}

var (
	smallInts = []string{"0", "1", "2", "3", "-1", "-2", "-3", "4", "5", "6", "7", "8", "10", "12", "-5", "20", "100"}
	edgeInts  = []string{"9223372036854775807", "-9223372036854775808", "9223372036854775806", "-9223372036854775807",
		"2147483647", "2147483648", "-2147483648", "-2147483649", "4294967295", "4294967296", "4294967297", "4611686018427387904",
		"-4611686018427387904", "127", "128", "-128", "-129", "255", "256", "32767", "32768", "-32769", "65536", "8388607", "8388608",
		"-8388609", "1000000", "4095", "4096", "16", "-16"}
	notInts = []string{"9223372036854775808", "-9223372036854775809", "18446744073709551615", "18446744073709551616",
		"99999999999999999999999", "", "x", "1.0", "1.5", "+1", "01", "-0", " 1", "1 ", "1e3", "0x10", "--1", "-", "1\x00", "inf", "nan"}
	floats = []string{"0", "1", "2", "3", "-1", "-2.5", "1.5", "0.5", "2.25", "10", "100", "0.1", "0.2", "3.0", "-0", "1e3", "1e-5", "5.0e3", ".5",
		"5.", "17179869184", "0.30000000000000004", "3.1415926535897931"}
	edgeFloats = []string{"inf", "-inf", "+inf", "Inf", "infinity", "-Infinity", "1e308", "-1e308", "1.7976931348623157e308", "5e-324", "1e-400",
		"9007199254740993", "9223372036854775807", "9223372036854775808", "1e19", "1e17", "123456789012345678901234567890", "0x10", "0x1p3",
		"0.1000000000000000055", "1e22", "1e21", "999999999999999.9"}
	notFloats = []string{"nan", "NaN", "-nan", "1e400", "-1e400", "", "x", " 1", "1 ", "1x", "1,5", "1_0", "--1", "e5", "1e", "0x", "1\x00", "+", "-"}
	words     = []string{"a", "b", "c", "d", "e", "1", "2", "3", "10", "-1", "foo", "bar"}
	texts     = []string{"", "abc", "hello world", "0", "-0", "007", "+1", "3.14", "1e5", " 1", "9223372036854775807", "-9223372036854775808",
		"9223372036854775808", "inf", "nan", "\x00", "\xff\xfe\x80", "a\r\nb", "\xc3\xa9", `"'\`, "*", "k*", strings.Repeat("x", 20), strings.Repeat("x", 39),
		strings.Repeat("x", 44), strings.Repeat("x", 45), strings.Repeat("y", 64), strings.Repeat("y", 65), "abcabcabcabc", "bcdbcdbcd"}
	longTexts = []string{strings.Repeat("long ", 60), strings.Repeat("longer ", 600), strings.Repeat("z", 8192), strings.Repeat("0123456789", 1700)}
	patterns  = []string{"*", "?", "s*", "l?", "*1", "[a-c]*", "[^a]", "h[12]", "\\*", "", "a", "*\xff*", "[", "[z-", "s[1-2]", "\\", "**", "x??", "{*}k"}
	// deadlines are in seconds; those behind are over, the others are so far that they stay.
	deadlines = []string{"1", "1000", "1700000000", "4000000000", "4102444800", "9999999999"}
)

// value draws what stands in the place of an argument.
func (g *generator) value(a *command.Arg) string {
	if g.chance(60) {
		return g.anything()
	}
	if a.Name == "ID" && g.entry.spec.Name == "xadd" && !g.chance(4) {
		return g.newID()
	}
	if list := g.entry.special.values[a.Name]; list != nil && !g.chance(8) {
		return g.pick(list)
	}
	if list := namedValues[a.Name]; list != nil && !g.chance(12) {
		return g.pick(list)
	}
	if a.Name == "serialized-value" && len(g.catalog.payloads) > 0 {
		return g.payload()
	}
	switch a.Type {
	case command.ArgKey:
		return g.key()
	case command.ArgInteger:
		return g.integer(a.Name)
	case command.ArgDouble:
		return g.double()
	case command.ArgPattern:
		return g.pick(patterns)
	case command.ArgUnixTime:
		return g.unixTime(a.Name)
	}
	return g.text()
}

// namedValues are pools of arguments whose names say what they want, whatever the command.
var namedValues = map[string][]string{
	"cursor": {"0", "0", "0", "0", "1", "5", "-1", "18446744073709551615", "18446744073709551616"},
	"type":   {"string", "list", "hash", "set", "zset", "stream", "STRING", "nonsense"},
	"db":     {"0", "1", "1", "2", "3", "4", "-1", "16"}, "destination-db": {"0", "0", "1", "2", "3", "4", "-1"},
	"index1": {"0", "1", "2", "3", "4"}, "index2": {"0", "1", "2", "3", "4", "-1"},
	"numkeys": {"1", "2", "3", "0", "-1"}, "numfields": {"1", "2", "3", "0", "-1"}, "numids": {"1", "2", "3", "0"},
	"group": {"g1", "g2"}, "groupname": {"g1", "g2"}, "consumer": {"c1", "c2"}, "consumername": {"c1", "c2"},
	"longitude": {"13.361389", "15.087269", "0", "-180", "180", "13.4", "181", "2.3", "-122.4"},
	"latitude":  {"38.115556", "37.502669", "0", "85.05112878", "-85.05112878", "86", "48.8", "37.7"},
	"radius":    {"0", "10", "200", "1000", "20000", "-1", "0.5"}, "width": {"10", "400", "20000", "0"}, "height": {"10", "400", "20000", "0"},
	"encoding": {"u8", "i8", "u1", "i16", "u4", "i5", "u63", "i64", "u64", "i1", "u0", "i65", "x8"},
	"username": {"default", "nobody"},
}

// newID is greater than those before it, so that XADD takes it.
func (g *generator) newID() string {
	g.added += 1 + g.IntN(2)
	return strconv.Itoa(g.added) + g.pick([]string{"-0", "-1", "", "-*"})
}

// payload draws what DUMP replied, damaged now and then. (Damage that the checksum does not show is not drawn: then
// versions differ in what they check.)
func (g *generator) payload() string {
	b := []byte(g.pick(g.catalog.payloads))
	if g.chance(10) {
		b[g.IntN(len(b))] ^= byte(1 + g.IntN(255))
	}
	return string(b)
}

func (g *generator) integer(name string) string {
	switch n := g.IntN(20); {
	case n < 15:
		if isTime(name) {
			// Mostly no two alike: which of two equal ones is later depends on the milliseconds between them.
			if g.chance(8) {
				return g.pick([]string{"0", "-1"})
			}
			if name == "ttl" && g.chance(4) { // with ABSTTL a time
				return g.pick(deadlines) + "000"
			}
			return strconv.Itoa(200_000 + g.IntN(1e9))
		}
		return g.pick(smallInts)
	case n < 18:
		return g.pick(edgeInts)
	}
	return g.pick(notInts)
}

func isTime(name string) bool {
	return strings.Contains(name, "seconds") || name == "ttl"
}

func (g *generator) double() string {
	switch n := g.IntN(20); {
	case n < 15:
		return g.pick(floats)
	case n < 18:
		return g.pick(edgeFloats)
	}
	return g.pick(notFloats)
}

func (g *generator) unixTime(name string) string {
	if g.chance(6) {
		return g.integer("")
	}
	t := g.pick(deadlines)
	if strings.Contains(name, "milli") {
		t += "000"
	}
	return t
}

// text draws a string. Members of collections and values are drawn alike, so that they collide.
func (g *generator) text() string {
	switch n := g.IntN(100); {
	case n < 65:
		return g.pick(words)
	case n < 90:
		return g.pick(texts)
	case n < 94:
		return g.pick(edgeInts)
	case n < 98:
		return g.pick(floats)
	case n < 99:
		return g.pick(edgeFloats)
	}
	return g.pick(longTexts)
}

// anything draws an argument without regard to its place.
func (g *generator) anything() string {
	switch g.IntN(6) {
	case 0:
		return g.anyKey()
	case 1:
		return g.integer("")
	case 2:
		return g.double()
	case 3:
		return g.pick(notInts)
	}
	return g.text()
}
