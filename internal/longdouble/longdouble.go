// Package longdouble has numbers as INCRBYFLOAT and HINCRBYFLOAT read, add and print them.
//
// Redis computes with the C type long double, on x86 the 80-bit format with 64 bits of mantissa and 15 of exponent, and
// prints 17 digits behind the point without trailing zeros. A big.Float of 64 bits rounds every sum alike, so that the texts
// are the same; only the range has to be checked. The package imports nothing of this module.
package longdouble

import (
	"bytes"
	"math/big"
	"strconv"
)

const (
	mantissaBits = 64
	// maxBinaryExp is the greatest e of a number m·2^e, with m in [½, 1), that the format can hold.
	maxBinaryExp = 16384
	// Decimal numbers of more digits before the point, or more zeros behind it, are surely out of range. It bounds what a
	// short text as 1e999999999 may cost.
	maxDecimalExp = 5000
	// maxNumberText is the longest text that is read as a number, in bytes.
	maxNumberText = 5*1024 - 1
	// maxExponent is more than any text's digits could make up for.
	maxExponent = 1 << 20
	// maxWordDigits is how many digits surely fit a uint64.
	maxWordDigits = 19
	// fractionDigits are printed behind the point, as long as they are not trailing zeros.
	fractionDigits = 17
)

// underflow is half of the least denormal number: it and what is less become zero, which strtold reports as out of range.
var underflow = new(big.Float).SetMantExp(big.NewFloat(1), -16446)

var infinities = [...][]byte{[]byte("inf"), []byte("infinity")}

// Zero is a new 0.
func Zero() *big.Float { return new(big.Float).SetPrec(mantissaBits) }

// Parse reads a number as C's strtold does: decimal, hexadecimal with 0x, or an infinity. Not a number, spaces,
// and what the format cannot hold are no numbers.
func Parse(s []byte) (x *big.Float, ok bool) {
	if len(s) == 0 || len(s) > maxNumberText {
		return nil, false
	}
	negative := s[0] == '-'
	if negative || s[0] == '+' {
		s = s[1:]
	}
	if bytes.EqualFold(s, infinities[0]) || bytes.EqualFold(s, infinities[1]) {
		return new(big.Float).SetInf(negative), true
	}
	if len(s) > 2 && s[0] == '0' && s[1]|0x20 == 'x' {
		x, ok = parseHex(s[2:])
	} else {
		x, ok = parseDecimal(s)
	}
	if !ok || !inRange(x) {
		return nil, false
	}
	if negative {
		x.Neg(x)
	}
	return x, true
}

// inRange looks at a number that is not negative.
func inRange(x *big.Float) bool {
	return x.Sign() == 0 || x.Cmp(underflow) > 0 && x.MantExp(nil) <= maxBinaryExp
}

// parseDecimal rounds once: the quotient or product of two exact integers.
func parseDecimal(s []byte) (*big.Float, bool) {
	digits, exp, ok := splitNumber(s, 10, 'e')
	if !ok {
		return nil, false
	}
	x := Zero()
	digits = bytes.TrimLeft(digits, "0")
	if len(digits) == 0 {
		return x, true
	}
	if magnitude := len(digits) + exp; magnitude > maxDecimalExp || magnitude < -maxDecimalExp {
		return nil, false
	}
	if len(digits) <= maxWordDigits && exp <= 0 && -exp < len(exactPowers) {
		m, _ := strconv.ParseUint(string(digits), 10, 64)
		return x.Quo(x.SetUint64(m), exactPowers[-exp]), true
	}
	m, _ := new(big.Int).SetString(string(digits), 10)
	if exp >= 0 {
		return x.SetInt(m.Mul(m, powerOfTen(exp))), true
	}
	return x.Quo(new(big.Float).SetInt(m), new(big.Float).SetInt(powerOfTen(-exp))), true
}

// exactPowers are the powers of ten that need no more than 64 bits beside a power of two: the usual numbers, of few
// digits, are read with them and without big integers.
var exactPowers = func() (powers [28]*big.Float) {
	for n := range powers {
		powers[n] = new(big.Float).SetInt(powerOfTen(n))
	}
	return powers
}()

func powerOfTen(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

func parseHex(s []byte) (*big.Float, bool) {
	digits, exp, ok := splitNumber(s, 16, 'p')
	if !ok {
		return nil, false
	}
	m, _ := new(big.Int).SetString(string(digits), 16)
	x := Zero().SetInt(m)
	return x.SetMantExp(x, exp), true
}

// splitNumber takes a number without a sign apart: it is digits × 10^exp, or, with base 16, digits × 2^exp. mark is the
// letter before the exponent.
func splitNumber(s []byte, base int, mark byte) (digits []byte, exp int, ok bool) {
	digits = make([]byte, 0, len(s))
	fraction, point := 0, false
	for len(s) > 0 {
		if c := s[0]; c == '.' && !point {
			point = true
		} else if isDigit(c, base) {
			digits = append(digits, c)
			if point {
				fraction++
			}
		} else {
			break
		}
		s = s[1:]
	}
	if len(digits) == 0 {
		return nil, 0, false
	}
	if len(s) > 0 {
		if s[0]|0x20 != mark {
			return nil, 0, false
		}
		if exp, ok = parseExponent(s[1:]); !ok {
			return nil, 0, false
		}
	}
	if base == 16 {
		fraction *= 4 // each digit is four bits
	}
	return digits, exp - fraction, true
}

func isDigit(c byte, base int) bool {
	return '0' <= c && c <= '9' || base == 16 && 'a' <= c|0x20 && c|0x20 <= 'f'
}

// parseExponent reads decimal digits with a sign; beyond maxExponent they are all the same.
func parseExponent(s []byte) (exp int, ok bool) {
	negative := len(s) > 0 && s[0] == '-'
	if negative || len(s) > 0 && s[0] == '+' {
		s = s[1:]
	}
	for _, c := range s {
		if !isDigit(c, 10) {
			return 0, false
		}
		exp = min(exp*10+int(c-'0'), maxExponent)
	}
	if negative {
		exp = -exp
	}
	return exp, len(s) > 0
}

// Add adds delta to sum. It returns false when the result is not finite.
func Add(sum, delta *big.Float) bool {
	if sum.IsInf() || delta.IsInf() {
		return false
	}
	sum.Add(sum, delta)
	return sum.MantExp(nil) <= maxBinaryExp
}

// Append appends the text of a finite number.
func Append(dst []byte, x *big.Float) []byte {
	start := len(dst)
	dst = x.Append(dst, 'f', fractionDigits)
	dst = bytes.TrimRight(dst, "0") // all have a point, so no zero before it goes
	dst = bytes.TrimSuffix(dst, []byte("."))
	if string(dst[start:]) == "-0" {
		return append(dst[:start], '0')
	}
	return dst
}
