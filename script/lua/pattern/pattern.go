// Package pattern matches Lua 5.1's patterns as its reference manual (section 5.4.1) describes them. It works on bytes, needs no
// more stack than the pattern is long, and can be stopped. It imports nothing of this module.
//
// gopher-lua's own matcher needs stack for each byte of the subject, up to what ends the process, and differs in details.
package pattern

import "strings"

// MaxCaptures is how many captures a pattern may have.
const MaxCaptures = 32

// maxDepth is how many items that may match in several ways a pattern may have one behind the other.
const maxDepth = 200

// Error is what is wrong with a pattern, in Lua's words.
type Error string

// Error implements error.
func (e Error) Error() string { return string(e) }

// ErrStopped is the error of a match that was stopped.
const ErrStopped Error = "stopped"

const (
	errEndsWithEscape Error = "malformed pattern (ends with '%')"
	errMissingBracket Error = "malformed pattern (missing ']')"
	errMissingFSet    Error = "missing '[' after '%f' in pattern"
	errUnbalanced     Error = "unbalanced pattern"
	errTooMany        Error = "too many captures"
	errCaptureIndex   Error = "invalid capture index"
	errInvalidCapture Error = "invalid pattern capture"
	errUnfinished     Error = "unfinished capture"
	errTooComplex     Error = "pattern too complex"
)

// Lengths that stand for something else.
const (
	unfinished = -1
	isPosition = -2
)

type capture struct{ start, len int }

// Match is a subject and where a pattern has matched in it.
type Match struct {
	// Start and End are where the last match lies.
	Start, End int

	src, pat string
	stop     func() bool
	steps    int
	depth    int
	level    int
	captures [MaxCaptures]capture
}

// New prepares to match a pattern in src. stop is asked from time to time whether to give up.
func New(src, pat string, stop func() bool) *Match { return &Match{src: src, pat: pat, stop: stop} }

// Find looks for the first match that begins at init or behind.
func (m *Match) Find(init int) (found bool, err error) {
	defer func() {
		if p := recover(); p != nil {
			e, ok := p.(Error)
			if !ok {
				panic(p)
			}
			found, err = false, e
		}
	}()
	anchored := strings.HasPrefix(m.pat, "^")
	first := 0
	if anchored {
		first = 1
	}
	for s := init; s <= len(m.src); s++ {
		m.level = 0
		if e := m.match(s, first); e >= 0 {
			m.Start, m.End = s, e
			return true, nil
		}
		if anchored {
			break
		}
	}
	return false, nil
}

// Captures is the number of captures of the last match.
func (m *Match) Captures() int { return m.level }

// Capture returns capture i of the last match, counted from 0: a text, or a position, counted from 1. Without captures, the
// first is the whole match.
func (m *Match) Capture(i int) (text string, position int, err error) {
	if i >= m.level {
		if i == 0 {
			return m.src[m.Start:m.End], 0, nil
		}
		return "", 0, errCaptureIndex
	}
	c := m.captures[i]
	switch c.len {
	case unfinished:
		return "", 0, errUnfinished
	case isPosition:
		return "", c.start + 1, nil
	}
	return m.src[c.start : c.start+c.len], 0, nil
}

// match matches the pattern from p on at s, and returns where the match ends, -1 when there is none.
func (m *Match) match(s, p int) int {
	if m.depth++; m.depth > maxDepth {
		panic(errTooComplex)
	}
	defer func() { m.depth-- }()
	for p < len(m.pat) {
		switch m.pat[p] {
		case '(':
			if p+1 < len(m.pat) && m.pat[p+1] == ')' {
				return m.open(s, p+2, isPosition)
			}
			return m.open(s, p+1, unfinished)
		case ')':
			return m.close(s, p+1)
		case '$':
			if p+1 == len(m.pat) {
				if s == len(m.src) {
					return s
				}
				return -1
			}
		case '%':
			if p+1 < len(m.pat) {
				switch c := m.pat[p+1]; {
				case c == 'b':
					if s = m.balance(s, p+2); s < 0 {
						return -1
					}
					p += 4
					continue
				case c == 'f':
					end := m.frontier(s, p+2)
					if end < 0 {
						return -1
					}
					p = end
					continue
				case '0' <= c && c <= '9':
					if s = m.back(s, c); s < 0 {
						return -1
					}
					p += 2
					continue
				}
			}
		}
		end := m.classEnd(p)
		quantifier := byte(0)
		if end < len(m.pat) {
			quantifier = m.pat[end]
		}
		switch quantifier {
		case '?':
			if s < len(m.src) && m.single(s, p, end) {
				if e := m.match(s+1, end+1); e >= 0 {
					return e
				}
			}
			p = end + 1
		case '*':
			return m.greedy(s, p, end)
		case '+':
			if s >= len(m.src) || !m.single(s, p, end) {
				return -1
			}
			return m.greedy(s+1, p, end)
		case '-':
			return m.lazy(s, p, end)
		default:
			if s >= len(m.src) || !m.single(s, p, end) {
				return -1
			}
			s, p = s+1, end
		}
	}
	return s
}

// stepsPerQuestion is how many bytes are looked at between two questions whether to stop.
const stepsPerQuestion = 1 << 14

// single reports whether the byte at s, which must be there, is in the class that the pattern names from p to end.
func (m *Match) single(s, p, end int) bool {
	if m.steps++; m.steps&(stepsPerQuestion-1) == 0 && m.stop() {
		panic(ErrStopped)
	}
	c := m.src[s]
	switch m.pat[p] {
	case '.':
		return true
	case '%':
		return inClass(c, m.pat[p+1])
	case '[':
		return m.inSet(c, p, end-1)
	}
	return m.pat[p] == c
}

// classEnd returns where the class that begins at p ends.
func (m *Match) classEnd(p int) int {
	c := m.pat[p]
	p++
	switch c {
	case '%':
		if p >= len(m.pat) {
			panic(errEndsWithEscape)
		}
		return p + 1
	case '[':
		if p < len(m.pat) && m.pat[p] == '^' {
			p++
		}
		for first := true; first || m.at(p) != ']'; first = false {
			if p >= len(m.pat) {
				panic(errMissingBracket)
			}
			if m.pat[p] == '%' {
				p++ // what is escaped may be a bracket
			}
			p++
		}
		return p + 1
	}
	return p
}

// at is the pattern's byte at p; there must be one.
func (m *Match) at(p int) byte {
	if p >= len(m.pat) {
		panic(errMissingBracket)
	}
	return m.pat[p]
}

// inSet reports whether c is in the set from p, where its bracket opens, to last, where it closes.
func (m *Match) inSet(c byte, p, last int) bool {
	in := true
	p++
	if m.pat[p] == '^' {
		in = false
		p++
	}
	for ; p < last; p++ {
		switch {
		case m.pat[p] == '%':
			p++
			if inClass(c, m.pat[p]) {
				return in
			}
		case p+2 < last && m.pat[p+1] == '-':
			if m.pat[p] <= c && c <= m.pat[p+2] {
				return in
			}
			p += 2
		case m.pat[p] == c:
			return in
		}
	}
	return !in
}

func (m *Match) greedy(s, p, end int) int {
	n := 0
	for s+n < len(m.src) && m.single(s+n, p, end) {
		n++
	}
	for ; n >= 0; n-- {
		if e := m.match(s+n, end+1); e >= 0 {
			return e
		}
	}
	return -1
}

func (m *Match) lazy(s, p, end int) int {
	for {
		if e := m.match(s, end+1); e >= 0 {
			return e
		}
		if s >= len(m.src) || !m.single(s, p, end) {
			return -1
		}
		s++
	}
}

func (m *Match) open(s, p, kind int) int {
	if m.level >= MaxCaptures {
		panic(errTooMany)
	}
	m.captures[m.level] = capture{s, kind}
	m.level++
	e := m.match(s, p)
	if e < 0 {
		m.level--
	}
	return e
}

func (m *Match) close(s, p int) int {
	i := m.level - 1
	for ; i >= 0; i-- {
		if m.captures[i].len == unfinished {
			break
		}
	}
	if i < 0 {
		panic(errInvalidCapture)
	}
	m.captures[i].len = s - m.captures[i].start
	e := m.match(s, p)
	if e < 0 {
		m.captures[i].len = unfinished
	}
	return e
}

// balance matches %bxy, whose x is at p.
func (m *Match) balance(s, p int) int {
	if p+1 >= len(m.pat) {
		panic(errUnbalanced)
	}
	if s >= len(m.src) || m.src[s] != m.pat[p] {
		return -1
	}
	open, close, depth := m.pat[p], m.pat[p+1], 1
	for s++; s < len(m.src); s++ {
		switch m.src[s] {
		case close:
			if depth--; depth == 0 {
				return s + 1
			}
		case open:
			depth++
		}
	}
	return -1
}

// frontier matches %f[set], whose set is at p, and returns where the pattern goes on, -1 when it does not match.
func (m *Match) frontier(s, p int) int {
	if p >= len(m.pat) || m.pat[p] != '[' {
		panic(errMissingFSet)
	}
	end := m.classEnd(p)
	var before, here byte
	if s > 0 {
		before = m.src[s-1]
	}
	if s < len(m.src) {
		here = m.src[s]
	}
	if m.inSet(before, p, end-1) || !m.inSet(here, p, end-1) {
		return -1
	}
	return end
}

// back matches what a capture has matched.
func (m *Match) back(s int, digit byte) int {
	i := int(digit) - '1'
	if i < 0 || i >= m.level || m.captures[i].len == unfinished {
		panic(errCaptureIndex)
	}
	c := m.captures[i]
	n := max(c.len, 0)
	if strings.HasPrefix(m.src[s:], m.src[c.start:c.start+n]) {
		return s + n
	}
	return -1
}

// inClass reports whether c is in the class %class; a letter that names no class, and anything else, stands for itself.
func inClass(c, class byte) (in bool) {
	switch class | 0x20 {
	case 'a':
		in = isLetter(c)
	case 'c':
		in = c < ' ' || c == 0x7f
	case 'd':
		in = '0' <= c && c <= '9'
	case 'l':
		in = 'a' <= c && c <= 'z'
	case 'p':
		in = '!' <= c && c <= '~' && !isLetter(c) && (c < '0' || c > '9')
	case 's':
		in = c == ' ' || '\t' <= c && c <= '\r'
	case 'u':
		in = 'A' <= c && c <= 'Z'
	case 'w':
		in = isLetter(c) || '0' <= c && c <= '9'
	case 'x':
		in = '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
	case 'z':
		in = c == 0
	default:
		return class == c
	}
	if !isLetter(class) { // the bit that was set has made a letter of something else
		return class == c
	}
	if class < 'a' {
		return !in
	}
	return in
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
