package config

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/miniredisd/miniredisd/resp"
)

// Bounds that many options share.
const (
	maxInt    = math.MaxInt32
	minInt    = math.MinInt32
	maxUint   = math.MaxUint32
	maxLong   = math.MaxInt64
	maxUint64 = -1 // 2^64-1, for options compared without a sign
)

// reason is why a value is refused, in Redis's words, which clients match on.
type reason string

func (r reason) Error() string { return string(r) }

const errArgs = reason("wrong number of arguments")

// one returns the only argument of an option that takes one.
func one(args []string) (string, error) {
	if len(args) != 1 {
		return "", errArgs
	}
	return args[0], nil
}

// boolKind is yes or no.
type boolKind struct{}

func boolValue(b bool) value {
	if b {
		return value{n: 1}
	}
	return value{n: 0}
}

func (boolKind) parse(args []string, _ value, _ bool) (value, error) {
	s, err := one(args)
	switch {
	case err != nil:
		return value{}, err
	case strings.EqualFold(s, "yes"):
		return boolValue(true), nil
	case strings.EqualFold(s, "no"):
		return boolValue(false), nil
	}
	return value{}, reason("argument must be 'yes' or 'no'")
}

func (boolKind) format(v value) string {
	if v.n != 0 {
		return "yes"
	}
	return "no"
}

func (k boolKind) lines(v, def value) []line { return []line{{k.format(v), v.n != def.n}} }
func (boolKind) same(old, v value) bool      { return old.n == v.n }

// enumValue is one of an enum's values: name and number.
type enumValue struct {
	name string
	n    int64
}

// names numbers the values of an enum 0, 1, 2, …
func names(list ...string) []enumValue {
	values := make([]enumValue, len(list))
	for i, name := range list {
		values[i] = enumValue{name, int64(i)}
	}
	return values
}

// enumKind is one of a list of values or, with bits, any set of them.
type enumKind struct {
	values []enumValue
	bits   bool
	valid  func(int64) error // nil: every combination is
}

func (k enumKind) parse(args []string, _ value, _ bool) (value, error) {
	switch {
	case len(args) != 1 && !k.bits:
		return value{}, errArgs
	case len(args) == 0:
		return value{}, k.errList()
	}
	var v value
	for _, arg := range args {
		n, ok := k.number(arg)
		if !ok {
			return value{}, k.errList()
		}
		v.n |= n
	}
	if k.valid != nil {
		return v, k.valid(v.n)
	}
	return v, nil
}

func (k enumKind) number(name string) (int64, bool) {
	for _, e := range k.values {
		if strings.EqualFold(name, e.name) {
			return e.n, true
		}
	}
	return 0, false
}

func (k enumKind) errList() error {
	list := make([]string, len(k.values))
	for i, e := range k.values {
		list[i] = e.name
	}
	return reason("argument(s) must be one of the following: " + strings.Join(list, ", "))
}

func (k enumKind) format(v value) string {
	var set []string
	for _, e := range k.values {
		if e.n == v.n {
			return e.name
		}
		if k.bits && e.n != 0 && v.n&e.n == e.n {
			set = append(set, e.name)
		}
	}
	return strings.Join(set, " ")
}

func (k enumKind) lines(v, def value) []line { return []line{{k.format(v), v.n != def.n}} }
func (enumKind) same(old, v value) bool      { return old.n == v.n }

// numberKind is a number within bounds.
type numberKind struct {
	low, high int64
	unsigned  bool // compare as uint64
	memory    bool // a size, with an optional unit
	percent   bool // or n%, kept as -n; low is then -100
	octal     bool
	clamp     [2]int64 // bring what is accepted into this range, if not empty
}

func (k numberKind) parse(args []string, _ value, _ bool) (value, error) {
	s, err := one(args)
	if err != nil {
		return value{}, err
	}
	n, err := k.number(s)
	if err == nil {
		err = k.check(n)
	}
	if err == nil && k.clamp[1] != 0 {
		n = min(max(n, k.clamp[0]), k.clamp[1])
	}
	return value{n: n}, err
}

func (k numberKind) number(s string) (int64, error) {
	switch {
	case k.memory:
		if n, err := ParseMemory(s); err == nil {
			return int64(n), nil
		}
		if !k.percent {
			return 0, errMemory
		}
		if digits, ok := strings.CutSuffix(s, "%"); ok {
			if n, ok := parseInt(digits); ok && n >= 0 {
				return -n, nil
			}
		}
		return 0, reason("argument must be a memory or percent value")
	case k.octal:
		n, err := strconv.ParseInt(s, 8, 64)
		if err != nil {
			return 0, reason("argument couldn't be parsed as an octal number")
		}
		return n, nil
	}
	n, ok := parseInt(s)
	if !ok {
		return 0, reason("argument couldn't be parsed into an integer")
	}
	return n, nil
}

func (k numberKind) check(n int64) error {
	switch {
	case k.unsigned:
		if uint64(n) >= uint64(k.low) && uint64(n) <= uint64(k.high) {
			return nil
		}
		verb := "argument must be between %d and %d inclusive"
		if k.octal {
			verb = "argument must be between %o and %o inclusive"
		}
		return reason(fmt.Sprintf(verb, uint64(k.low), uint64(k.high)))
	case k.percent && n < k.low:
		return reason(fmt.Sprintf("percentage argument must be less or equal to %d", -k.low))
	case n < k.low || n > k.high:
		return reason(fmt.Sprintf("argument must be between %d and %d inclusive", k.low, k.high))
	}
	return nil
}

func (k numberKind) format(v value) string {
	switch {
	case k.percent && v.n < 0:
		return strconv.FormatInt(-v.n, 10) + "%"
	case k.memory:
		return strconv.FormatUint(uint64(v.n), 10)
	case k.octal:
		return strconv.FormatInt(v.n, 8)
	}
	return strconv.FormatInt(v.n, 10)
}

func (k numberKind) lines(v, def value) []line {
	text := k.format(v)
	if k.memory && !(k.percent && v.n < 0) {
		text = formatMemory(v.n)
	}
	return []line{{text, v.n != def.n}}
}

func (numberKind) same(old, v value) bool { return old.n == v.n }

// parseInt reads a number in the one form in which it is printed: no spaces,
// plus signs or leading zeros.
func parseInt(s string) (int64, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil && strconv.FormatInt(n, 10) == s
}

// textKind is a string. With unset, the empty string means that the option is
// not set.
type textKind struct {
	unset bool
	valid func(string) error // nil: everything is
}

func (k textKind) parse(args []string, _ value, _ bool) (value, error) {
	s, err := one(args)
	if err == nil && k.valid != nil {
		err = k.valid(s)
	}
	return value{x: s}, err
}

func (textKind) format(v value) string { return v.x.(string) }

func (k textKind) lines(v, def value) []line {
	s := v.x.(string)
	if k.unset && s == "" {
		return nil
	}
	return []line{{quote(s), k.unset || s != def.x.(string)}}
}

func (textKind) same(old, v value) bool { return old.x == v.x }

// quote puts s in quotes, so that resp.SplitArgs gives it back.
func quote(s string) string { return string(resp.AppendQuoted(nil, s)) }
