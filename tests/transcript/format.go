package transcript

import (
	"strings"

	"github.com/miniredisd/miniredisd/resp"
	"github.com/miniredisd/miniredisd/tests/wire"
)

// lineWidth is where Format begins to break a reply over lines.
const lineWidth = 110

// Format writes a reply in the notation of Pattern.
func Format(v wire.Value) string {
	if (v.Kind == wire.Status || v.Kind == wire.Error) && v.Text != "" && isPlain(v.Text) &&
		!strings.ContainsAny(v.Text[:1], `"/ `) && !strings.HasSuffix(v.Text, " ") {
		return string(v.Kind) + v.Text
	}
	return format(v, "")
}

func format(v wire.Value, indent string) string {
	switch v.Kind {
	case wire.NullBulk, wire.Null:
		return "nil"
	case wire.NullArray:
		return "nil*"
	case wire.Bulk:
		return Quote(v.Text)
	case wire.Verbatim:
		return "=" + Quote(v.Text)
	case wire.Status, wire.Error:
		if v.Text != "" && isPlain(v.Text) && !strings.ContainsAny(v.Text, " \"/]}") {
			return string(v.Kind) + v.Text
		}
		return string(v.Kind) + Quote(v.Text)
	}
	if !v.IsAggregate() {
		return string(v.Kind) + v.Text
	}
	return formatElems(v, indent)
}

func formatElems(v wire.Value, indent string) string {
	opening, closing := "[", "]"
	switch v.Kind {
	case wire.Map:
		opening, closing = "{", "}"
	case wire.Set, wire.Push:
		opening = string(v.Kind) + "["
	}
	inner := indent + "  "
	items := make([]string, len(v.Elems))
	width := len(indent)
	for i, e := range v.Elems {
		items[i] = format(e, inner)
		width += len(items[i]) + 1
	}
	if width < lineWidth && !strings.Contains(strings.Join(items, ""), "\n") {
		return opening + strings.Join(items, " ") + closing
	}
	var b strings.Builder
	b.WriteString(opening)
	for i, item := range items {
		if v.Kind == wire.Map && i%2 == 1 {
			b.WriteString(" " + item)
			continue
		}
		b.WriteString("\n" + inner + item)
	}
	b.WriteString("\n" + indent + closing)
	return b.String()
}

func isPlain(s string) bool {
	for _, c := range []byte(s) {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return true
}

// Quote writes a string in double quotes with the escapes of redis-cli.
func Quote(s string) string { return string(resp.AppendQuoted(nil, s)) }

// Join writes the notation for a request's replies in both protocols, when one notation can say both.
func Join(v2, v3 wire.Value) (string, bool) {
	v, ok := join(v2, v3)
	if !ok {
		return "", false
	}
	s := Format(v)
	p, err := ParsePattern(s)
	return s, err == nil && p.Match(v2, 2) && p.Match(v3, 3)
}

// join is v3 with the nulls of v2, which alone tell whether an array or a bulk is missing.
func join(v2, v3 wire.Value) (wire.Value, bool) {
	if v3.Kind == wire.Null {
		return v2, v2.Kind == wire.NullBulk || v2.Kind == wire.NullArray
	}
	if !v3.IsAggregate() {
		return v3, true
	}
	if len(v2.Elems) != len(v3.Elems) {
		return v3, false
	}
	joined := wire.Value{Kind: v3.Kind}
	for i := range v3.Elems {
		e, ok := join(v2.Elems[i], v3.Elems[i])
		if !ok {
			return v3, false
		}
		joined.Elems = append(joined.Elems, e)
	}
	return joined, true
}
