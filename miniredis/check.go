package miniredis

// What tests ask for most often, in one line.

import (
	"fmt"
	"slices"
	"strings"
)

// T is what the checks need of a *testing.T.
type T interface {
	Helper()
	Errorf(string, ...any)
}

// CheckGet reports an error unless k is a string with this value.
func (m *Miniredis) CheckGet(t T, k, expected string) {
	t.Helper()
	switch found, err := m.Get(k); {
	case err != nil:
		t.Errorf("GET %q: %v", k, err)
	case found != expected:
		t.Errorf("GET %q: expected %q, got %q", k, expected, found)
	}
}

// CheckList reports an error unless k is a list of these elements.
func (m *Miniredis) CheckList(t T, k string, expected ...string) {
	t.Helper()
	switch found, err := m.List(k); {
	case err != nil:
		t.Errorf("LRANGE %q: %v", k, err)
	case !slices.Equal(found, expected):
		t.Errorf("LRANGE %q: expected %q, got %q", k, expected, found)
	}
}

// CheckSet reports an error unless k is a set of these members, in whatever order.
func (m *Miniredis) CheckSet(t T, k string, expected ...string) {
	t.Helper()
	expected = slices.Sorted(slices.Values(expected))
	switch found, err := m.Members(k); {
	case err != nil:
		t.Errorf("SMEMBERS %q: %v", k, err)
	case !slices.Equal(found, expected):
		t.Errorf("SMEMBERS %q: expected %q, got %q", k, expected, found)
	}
}

// DumpMaxLineLen is how long a value may be in the text of Dump, in bytes, before it is cut.
var DumpMaxLineLen = 60

// Dump shows the keys and values of the selected database as text, for people.
func (m *Miniredis) Dump() string {
	var b strings.Builder
	db := m.db()
	for _, k := range db.Keys() {
		fmt.Fprintf(&b, "- %s\n", k)
		for _, v := range db.lines(k) {
			fmt.Fprintf(&b, "   %s\n", v)
		}
	}
	return b.String()
}

// lines are what Dump shows below a key: an element each. A hash and a sorted set begin theirs with the field and with the
// score; an entry of a stream is its ID with the fields and values, indented, below.
func (db *RedisDB) lines(k string) []string {
	switch t := db.Type(k); t {
	case "string":
		v, _ := db.Get(k)
		return []string{shorten(v)}
	case "list":
		values, _ := db.List(k)
		return each(values, shorten)
	case "set":
		members, _ := db.Members(k)
		return each(members, shorten)
	case "hash":
		fields, _ := db.HKeys(k)
		return each(fields, func(f string) string { return f + ": " + shorten(db.HGet(k, f)) })
	case "zset":
		members, _ := db.ZMembers(k)
		scores, _ := db.SortedSet(k)
		return each(members, func(m string) string { return fmt.Sprintf("%f: %s", scores[m], shorten(m)) })
	case "stream":
		var lines []string
		entries, _ := db.Stream(k)
		for _, e := range entries {
			lines = append(lines, e.ID)
			for i := 0; i+1 < len(e.Values); i += 2 {
				lines = append(lines, "   "+shorten(e.Values[i])+": "+shorten(e.Values[i+1]))
			}
		}
		return lines
	default:
		return []string{"(" + t + ")"}
	}
}

func each(list []string, show func(string) string) []string {
	for i, v := range list {
		list[i] = show(v)
	}
	return list
}

// shorten quotes v, cut to DumpMaxLineLen.
func shorten(v string) string {
	if len(v) <= DumpMaxLineLen {
		return fmt.Sprintf("%q", v)
	}
	length := fmt.Sprintf("...(%d)", len(v))
	return fmt.Sprintf("%q%s", v[:max(DumpMaxLineLen-len(length), 0)], length)
}
