package transcript

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/miniredisd/miniredisd/resp"
	"github.com/miniredisd/miniredisd/tests/wire"
)

// Pattern is an expected reply. It is written once, in RESP3's types; what RESP2 has in their place follows.
//
//	+OK  +"two words"        status; one that stands alone on its line needs no quotes
//	-ERR text                error, likewise
//	:5  :90..100  :*         integer; one of a range; any
//	"a\x00b"                 bulk, with redis-cli's escapes
//	nil  nil*                no value: the null bulk or the null array of RESP2
//	["a" :1 [...]]           array
//	?["a" "b"]               array, in any order
//	{"key" "value"}          map, in any order       (RESP2: array)
//	~["a" "b"]               set, in any order       (RESP2: array)
//	>["message" ...]         push                    (RESP2: array)
//	,1.5                     double                  (RESP2: bulk)
//	#t #f                    boolean                 (RESP2: :1 :0)
//	(123                     big number              (RESP2: bulk)
//	="txt:abc"               verbatim string         (RESP2: bulk without the "txt:")
//	/regexp/  -/regexp/      a status, bulk or verbatim string, or an error, that matches as a whole (. is any byte)
//	*                        anything
//
// "..." as the last element of an aggregate stands for any further elements.
type Pattern struct {
	kind   wire.Kind // or one of the pattern kinds below
	text   string
	lo, hi int64
	re     *regexp.Regexp
	elems  []Pattern
	more   bool // ends in "..."
}

const (
	anything  wire.Kind = 'a'
	intRange  wire.Kind = 'r'
	textRE    wire.Kind = 't'
	errorRE   wire.Kind = 'e'
	anyOrder  wire.Kind = '?'
	maxNested           = 32
)

// aggregates are the kinds that have elements, with their brackets.
var aggregates = []struct {
	open  string
	kind  wire.Kind
	close byte
}{{"?[", anyOrder, ']'}, {"~[", wire.Set, ']'}, {">[", wire.Push, ']'}, {"[", wire.Array, ']'}, {"{", wire.Map, '}'}}

// ParsePattern reads a reply's notation.
func ParsePattern(s string) (Pattern, error) {
	s = strings.TrimSpace(s)
	if !strings.Contains(s, "\n") && len(s) > 1 && (s[0] == '+' || s[0] == '-') && s[1] != '"' && s[1] != '/' {
		return Pattern{kind: wire.Kind(s[0]), text: s[1:]}, nil
	}
	p := notation{s}
	v, err := p.value(0)
	if err == nil && p.skipSpace() != "" {
		err = p.fail("the end")
	}
	return v, err
}

// notation is what is left to read.
type notation struct{ s string }

func (p *notation) skipSpace() string {
	p.s = strings.TrimLeft(p.s, " \t\r\n")
	return p.s
}

func (p *notation) fail(want string) error { return fmt.Errorf("%s expected at %.60q", want, p.s) }

func (p *notation) value(depth int) (Pattern, error) {
	s := p.skipSpace()
	if s == "" || depth > maxNested {
		return Pattern{}, p.fail("a reply")
	}
	for _, a := range aggregates {
		if rest, ok := strings.CutPrefix(s, a.open); ok {
			p.s = rest
			return p.aggregate(a.kind, a.close, depth)
		}
	}
	switch s[0] {
	case '"':
		text, err := p.quoted()
		return Pattern{kind: wire.Bulk, text: text}, err
	case '+', '-', '=':
		kind := wire.Kind(s[0])
		p.s = s[1:]
		if strings.HasPrefix(p.s, `"`) {
			text, err := p.quoted()
			return Pattern{kind: kind, text: text}, err
		}
		if strings.HasPrefix(p.s, "/") && kind == wire.Error {
			return p.regexp(errorRE)
		}
		return Pattern{kind: kind, text: p.word()}, nil
	case '/':
		return p.regexp(textRE)
	}
	return p.scalar(p.word())
}

// scalar reads what has no quotes.
func (p *notation) scalar(w string) (Pattern, error) {
	switch {
	case w == "*":
		return Pattern{kind: anything}, nil
	case w == "nil":
		return Pattern{kind: wire.NullBulk}, nil
	case w == "nil*":
		return Pattern{kind: wire.NullArray}, nil
	case w == "#t" || w == "#f":
		return Pattern{kind: wire.Bool, text: w[1:]}, nil
	case w == ":*":
		return Pattern{kind: intRange, lo: math.MinInt64, hi: math.MaxInt64}, nil
	case len(w) > 1 && (w[0] == ',' || w[0] == '('):
		return Pattern{kind: wire.Kind(w[0]), text: w[1:]}, nil
	case len(w) > 1 && w[0] == ':':
		from, to, isRange := strings.Cut(w[1:], "..")
		lo, err := strconv.ParseInt(from, 10, 64)
		if !isRange {
			to = from
		}
		hi, err2 := strconv.ParseInt(to, 10, 64)
		if err == nil && err2 == nil && lo <= hi {
			return Pattern{kind: intRange, lo: lo, hi: hi}, nil
		}
	}
	p.s = w + p.s
	return Pattern{}, p.fail("a reply")
}

func (p *notation) aggregate(kind wire.Kind, end byte, depth int) (Pattern, error) {
	v := Pattern{kind: kind}
	for {
		s := p.skipSpace()
		if rest, ok := strings.CutPrefix(s, "..."); ok && !v.more {
			v.more, p.s = true, rest
			continue
		}
		if s != "" && s[0] == end {
			p.s = s[1:]
			if kind == wire.Map && len(v.elems)%2 != 0 {
				return v, p.fail("a value for the last key, before what stands")
			}
			return v, nil
		}
		if v.more {
			return v, p.fail("the closing bracket")
		}
		e, err := p.value(depth + 1)
		if err != nil {
			return v, err
		}
		v.elems = append(v.elems, e)
	}
}

// word takes what stands before the next space or bracket.
func (p *notation) word() string {
	n := strings.IndexAny(p.s, " \t\r\n]}")
	if n < 0 {
		n = len(p.s)
	}
	w := p.s[:n]
	p.s = p.s[n:]
	return w
}

// quoted takes a string in double quotes.
func (p *notation) quoted() (string, error) {
	for i := 1; i < len(p.s); i++ {
		switch p.s[i] {
		case '\\':
			i++
		case '"':
			words, err := resp.SplitArgs([]byte(p.s[:i+1]))
			if err != nil || len(words) != 1 {
				return "", p.fail("a string")
			}
			p.s = p.s[i+1:]
			return string(words[0]), nil
		}
	}
	return "", p.fail("a closing quote for the string")
}

// regexp takes /…/, in which \/ is a slash.
func (p *notation) regexp(kind wire.Kind) (Pattern, error) {
	for i := 1; i < len(p.s); i++ {
		switch p.s[i] {
		case '\\':
			i++
		case '/':
			re, err := regexp.Compile(`(?s)\A(?:` + strings.ReplaceAll(p.s[1:i], `\/`, "/") + `)\z`)
			p.s = p.s[i+1:]
			return Pattern{kind: kind, re: re}, err
		}
	}
	return Pattern{}, p.fail("a closing slash for the expression")
}
