package transcript

import (
	"slices"
	"strings"

	"github.com/miniredisd/miniredisd/tests/wire"
)

// Match reports whether v, a reply in protocol version proto (2 or 3), is what p expects.
func (p Pattern) Match(v wire.Value, proto int) bool {
	switch p.kind {
	case anything:
		return true
	case intRange:
		return v.Kind == wire.Int && p.lo <= v.Int64() && v.Int64() <= p.hi
	case errorRE:
		return v.Kind == wire.Error && p.re.MatchString(v.Text)
	case textRE:
		text := v.Text
		if v.Kind == wire.Verbatim {
			text = text[min(4, len(text)):]
		}
		return slices.Contains([]wire.Kind{wire.Status, wire.Bulk, wire.Verbatim}, v.Kind) && p.re.MatchString(text)
	case wire.Array, wire.Push, anyOrder, wire.Set, wire.Map:
		return v.Kind == p.kindIn(proto) && p.matchElems(v.Elems, proto)
	}
	return v.Kind == p.kindIn(proto) && v.Text == p.textIn(proto)
}

// kindIn is how the expected type travels.
func (p Pattern) kindIn(proto int) wire.Kind {
	switch p.kind {
	case anyOrder:
		return wire.Array
	case wire.NullBulk, wire.NullArray:
		if proto == 3 {
			return wire.Null
		}
	case wire.Map, wire.Set, wire.Push:
		if proto == 2 {
			return wire.Array
		}
	case wire.Double, wire.BigInt, wire.Verbatim:
		if proto == 2 {
			return wire.Bulk
		}
	case wire.Bool:
		if proto == 2 {
			return wire.Int
		}
	}
	return p.kind
}

func (p Pattern) textIn(proto int) string {
	switch {
	case proto == 2 && p.kind == wire.Bool:
		return map[string]string{"t": "1", "f": "0"}[p.text]
	case proto == 2 && p.kind == wire.Verbatim:
		_, text, _ := strings.Cut(p.text, ":")
		return text
	}
	return p.text
}

// matchElems matches in order, or each expected element with the first one left over that it fits.
func (p Pattern) matchElems(got []wire.Value, proto int) bool {
	if len(got) < len(p.elems) || len(got) > len(p.elems) && !p.more {
		return false
	}
	if p.kind == wire.Array || p.kind == wire.Push {
		for i, e := range p.elems {
			if !e.Match(got[i], proto) {
				return false
			}
		}
		return true
	}
	step := 1
	if p.kind == wire.Map {
		step = 2
	}
	used := make([]bool, len(got))
	for i := 0; i < len(p.elems); i += step {
		found := false
		for j := 0; j+step <= len(got) && !found; j += step {
			if !used[j] && p.elems[i].Match(got[j], proto) && (step == 1 || p.elems[i+1].Match(got[j+1], proto)) {
				used[j], found = true, true
			}
		}
		if !found {
			return false
		}
	}
	return true
}
