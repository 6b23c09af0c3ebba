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

// lines are what Dump shows below a key.
func (db *RedisDB) lines(k string) []string {
	var values []string
	switch t := db.Type(k); t {
	case "string":
		v, _ := db.Get(k)
		values = []string{v}
	case "list":
		values, _ = db.List(k)
	default:
		return []string{"(" + t + ")"}
	}
	for i, v := range values {
		values[i] = shorten(v)
	}
	return values
}

// shorten quotes v, cut to DumpMaxLineLen.
func shorten(v string) string {
	if len(v) <= DumpMaxLineLen {
		return fmt.Sprintf("%q", v)
	}
	length := fmt.Sprintf("...(%d)", len(v))
	return fmt.Sprintf("%q%s", v[:max(DumpMaxLineLen-len(length), 0)], length)
}
