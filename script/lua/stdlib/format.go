package stdlib

// string.format, which is C's printf.

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/miniredisd/miniredisd/script/lua/auxlib"
	"github.com/miniredisd/miniredisd/script/number"
)

// spec is one conversion: %-08.3f.
type spec struct {
	flags            string
	width, precision string // digits; precision has its point
	verb             byte
}

func stringFormat(L *lua.LState) int {
	f := auxlib.CheckString(L, 1)
	var out strings.Builder
	arg := 1
	for {
		plain, rest, more := strings.Cut(f, "%")
		out.WriteString(plain)
		checkLength(L, out.Len())
		if !more {
			break
		}
		if strings.HasPrefix(rest, "%") {
			out.WriteByte('%')
			f = rest[1:]
			continue
		}
		var s spec
		s, f = readSpec(L, rest)
		arg++
		if arg > L.GetTop() {
			auxlib.ArgError(L, arg, "no value")
		}
		out.WriteString(s.format(L, arg))
	}
	L.Push(lua.LString(out.String()))
	return 1
}

// digits cuts up to two digits off.
func digits(s string) (taken, rest string) {
	n := 0
	for n < 2 && n < len(s) && '0' <= s[n] && s[n] <= '9' {
		n++
	}
	return s[:n], s[n:]
}

// maxFlags is how many flags a conversion may have.
const maxFlags = 5

func readSpec(L *lua.LState, f string) (s spec, rest string) {
	n := 0
	for n < len(f) && strings.IndexByte("-+ #0", f[n]) >= 0 {
		n++
	}
	if n > maxFlags {
		auxlib.Error(L, "invalid format (repeated flags)")
	}
	s.flags = f[:n]
	s.width, f = digits(f[n:])
	if strings.HasPrefix(f, ".") {
		var d string
		d, f = digits(f[1:])
		s.precision = "." + d
	}
	if f != "" && '0' <= f[0] && f[0] <= '9' {
		auxlib.Error(L, "invalid format (width or precision too long)")
	}
	if f == "" {
		auxlib.Error(L, "invalid option '%%' to 'format'")
	}
	s.verb = f[0]
	return s, f[1:]
}

// format writes argument arg.
func (s spec) format(L *lua.LState, arg int) string {
	switch s.verb {
	case 'c':
		return s.pad(string([]byte{byte(auxlib.CheckInteger(L, arg))}))
	case 'd', 'i':
		return s.integer(strconv.FormatInt(number.Int64(auxlib.CheckNumber(L, arg)), 10))
	case 'o', 'u', 'x', 'X':
		return s.unsigned(number.Uint64(auxlib.CheckNumber(L, arg)))
	case 'e', 'E', 'f', 'g', 'G':
		return s.float(auxlib.CheckNumber(L, arg))
	case 'q':
		return quote(auxlib.CheckString(L, arg))
	case 's':
		return s.string(auxlib.CheckString(L, arg))
	}
	auxlib.Error(L, "invalid option '%%%c' to 'format'", s.verb)
	return ""
}

func (s spec) has(flag byte) bool { return strings.IndexByte(s.flags, flag) >= 0 }

// pad fills up to the width, with spaces.
func (s spec) pad(text string) string {
	width, _ := strconv.Atoi(s.width)
	if len(text) >= width {
		return text
	}
	fill := strings.Repeat(" ", width-len(text))
	if s.has('-') {
		return text + fill
	}
	return fill + text
}

// places is the precision, missing when there is none.
func (s spec) places(missing int) int {
	if s.precision == "" {
		return missing
	}
	n, _ := strconv.Atoi(s.precision[1:])
	return n
}

// string writes a string. A C program takes it whole when it is long, else up to the first NUL.
func (s spec) string(text string) string {
	if s.precision == "" && len(text) >= 100 {
		return text
	}
	text, _, _ = strings.Cut(text, "\x00")
	return s.pad(text[:min(len(text), s.places(len(text)))])
}

// integer writes the decimal digits of an integer.
func (s spec) integer(text string) string {
	sign, negative := "", strings.HasPrefix(text, "-")
	switch {
	case negative:
		sign, text = "-", text[1:]
	case s.has('+'):
		sign = "+"
	case s.has(' '):
		sign = " "
	}
	return s.zeros(sign, text)
}

// zeros writes digits behind a prefix, with zeros between them as precision and width demand.
func (s spec) zeros(prefix, digits string) string {
	least := s.places(1)
	if digits == "0" && least == 0 {
		digits = ""
	}
	if s.precision == "" && s.has('0') && !s.has('-') {
		width, _ := strconv.Atoi(s.width)
		least = width - len(prefix)
	}
	if n := least - len(digits); n > 0 {
		digits = strings.Repeat("0", n) + digits
	}
	return s.pad(prefix + digits)
}

func (s spec) unsigned(n uint64) string {
	switch s.verb {
	case 'o':
		digits := strconv.FormatUint(n, 8)
		if s.has('#') && n != 0 {
			digits = "0" + digits
		}
		return s.zeros("", digits)
	case 'u':
		return s.zeros("", strconv.FormatUint(n, 10))
	}
	prefix, digits := "", strconv.FormatUint(n, 16)
	if s.has('#') && n != 0 {
		prefix = "0x"
	}
	if s.verb == 'X' {
		prefix, digits = strings.ToUpper(prefix), strings.ToUpper(digits)
	}
	return s.zeros(prefix, digits)
}

func (s spec) float(f float64) string {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return s.notFinite(f)
	}
	verb := s.verb
	if s.has('#') {
		return fmt.Sprintf("%"+s.flags+s.width+"."+strconv.Itoa(s.places(6))+string(verb), f)
	}
	places := s.places(6)
	if verb == 'g' || verb == 'G' {
		places = max(places, 1)
	}
	text := strconv.FormatFloat(math.Abs(f), verb, places, 64)
	return s.signed(math.Signbit(f), text, s.has('0'))
}

// notFinite writes an infinity or what is no number.
func (s spec) notFinite(f float64) string {
	text := "inf"
	if math.IsNaN(f) {
		text = "nan"
	}
	if s.verb == 'E' || s.verb == 'G' {
		text = strings.ToUpper(text)
	}
	return s.signed(math.Signbit(f), text, false)
}

// signed writes a number with its sign, filled up with zeros or spaces.
func (s spec) signed(negative bool, text string, zeros bool) string {
	sign := ""
	switch {
	case negative:
		sign = "-"
	case s.has('+'):
		sign = "+"
	case s.has(' '):
		sign = " "
	}
	if width, _ := strconv.Atoi(s.width); zeros && !s.has('-') && len(sign)+len(text) < width {
		text = strings.Repeat("0", width-len(sign)-len(text)) + text
	}
	return s.pad(sign + text)
}

// quote writes a string so that Lua reads it back.
func quote(text string) string {
	var out strings.Builder
	out.WriteByte('"')
	for i := range len(text) {
		switch c := text[i]; c {
		case '"', '\\', '\n':
			out.WriteByte('\\')
			out.WriteByte(c)
		case '\r':
			out.WriteString(`\r`)
		case 0:
			out.WriteString(`\000`)
		default:
			out.WriteByte(c)
		}
	}
	out.WriteByte('"')
	return out.String()
}
