// Package glob matches keys, channels and option names against Redis's
// patterns. It imports nothing.
//
//   - any bytes, also none
//     ?       any one byte
//     [abc]   one of the bytes; [a-z] a range, in either order; [^…] none of them
//     \x      x itself, inside brackets too
//
// As in Redis, an empty string is matched by the empty pattern only, not by *;
// a bracket that is not closed ends with the pattern; a backslash at the end
// stands for itself.
package glob

// Match reports whether pattern matches the whole of s. With nocase, ASCII
// letters match in either case, except those written with a backslash inside
// brackets. It allocates nothing and takes at most len(pattern)*len(s) steps:
// when a mismatch follows a star, only the last star is tried again, one byte
// further, since whatever an earlier star could reach the last one can too.
func Match(pattern, s []byte, nocase bool) bool {
	if len(s) == 0 {
		return len(pattern) == 0
	}
	p, i, stars := 0, 0, 0
	star, resume := -1, 0 // where the last star is, and what it has not eaten yet
	for i < len(s) {
		if p < len(pattern) && pattern[p] == '*' {
			if star < 0 || p != star+1 {
				stars++
			}
			star, resume = p, i
			p++
			continue
		}
		if stars > maxStars && p < len(pattern) {
			return false
		}
		if p < len(pattern) {
			if n, ok := matchOne(pattern[p:], s[i], nocase); ok {
				p += n
				i++
				continue
			}
		}
		if star < 0 {
			return false
		}
		resume++
		p, i = star+1, resume
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}

// maxStars is how many stars, with something between them and behind them, a
// pattern may have and match: Redis gives up beyond.
const maxStars = 1000

// matchOne matches c against the element at the start of pattern, which is not
// a star, and returns the length of that element.
func matchOne(pattern []byte, c byte, nocase bool) (n int, ok bool) {
	switch pattern[0] {
	case '?':
		return 1, true
	case '[':
		return matchClass(pattern, c, nocase)
	case '\\':
		if len(pattern) > 1 {
			return 2, equal(pattern[1], c, nocase)
		}
	}
	return 1, equal(pattern[0], c, nocase)
}

// matchClass is matchOne for an element that begins with a bracket.
func matchClass(pattern []byte, c byte, nocase bool) (n int, ok bool) {
	p := 1
	negated := p < len(pattern) && pattern[p] == '^'
	if negated {
		p++
	}
	for p < len(pattern) && pattern[p] != ']' {
		switch left := pattern[p:]; {
		case left[0] == '\\' && len(left) >= 2:
			ok = ok || left[1] == c
			p += 2
		case len(left) >= 3 && left[1] == '-':
			ok = ok || inRange(left[0], left[2], c, nocase)
			p += 3
		default:
			ok = ok || equal(left[0], c, nocase)
			p++
		}
	}
	if p < len(pattern) {
		p++ // the closing bracket
	}
	return p, ok != negated
}

// inRange takes the bounds in the order of their bytes as they are written,
// before case is folded.
func inRange(low, high, c byte, nocase bool) bool {
	if low > high {
		low, high = high, low
	}
	if nocase {
		low, high, c = lower(low), lower(high), lower(c)
	}
	return low <= c && c <= high
}

func equal(a, b byte, nocase bool) bool {
	return a == b || nocase && lower(a) == lower(b)
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + ('a' - 'A')
	}
	return c
}
