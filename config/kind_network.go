package config

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// maxBind is how many addresses bind may name.
const maxBind = 16

var defaultBind = []string{"*", "-::*"}

// Bind reads the addresses to listen on. An address that begins with a minus
// may be unavailable. No address stands for none at all. The caller must not
// modify the result.
func (c *Config) Bind() []string { return c.obj(Bind.slot).([]string) }

// bindKind is a list of addresses.
type bindKind struct{}

func (bindKind) parse(args []string, _ value, _ bool) (value, error) {
	if len(args) > maxBind {
		return value{}, reason("Too many bind addresses specified.")
	}
	if len(args) == 1 && args[0] == "" {
		args = nil
	}
	if slices.Contains(args, "") { // to the system, that means all addresses
		return value{}, reason("Failed to bind to specified addresses.")
	}
	return value{x: slices.Clone(args)}, nil
}

func (bindKind) format(v value) string { return strings.Join(v.x.([]string), " ") }

func (bindKind) lines(v, def value) []line {
	addrs := v.x.([]string)
	switch {
	case slices.Equal(addrs, def.x.([]string)):
		return nil
	case len(addrs) == 0:
		return []line{{`""`, true}}
	}
	words := make([]string, len(addrs))
	for i, a := range addrs {
		if words[i] = a; strings.ContainsFunc(a, needsQuotes) {
			words[i] = quote(a)
		}
	}
	return []line{{strings.Join(words, " "), true}}
}

// needsQuotes reports whether a word of a file with that letter in it must be quoted.
func needsQuotes(r rune) bool {
	return unicode.IsSpace(r) || r == '"' || r == '\'' || !unicode.IsPrint(r)
}

func (bindKind) same(_, _ value) bool { return false }

// Master is the server whose replica this one is; the zero Master is none.
type Master struct {
	Host string
	Port int
}

// ReplicaOf reads the master given at start.
func (c *Config) ReplicaOf() Master { return c.obj(ReplicaOf.slot).(Master) }

// masterKind is "host port", or "no one".
type masterKind struct{}

func (masterKind) parse(args []string, _ value, _ bool) (value, error) {
	if len(args) != 2 {
		return value{}, errArgs
	}
	if strings.EqualFold(args[0], "no") && strings.EqualFold(args[1], "one") {
		return value{x: Master{}}, nil
	}
	port, err := strconv.ParseUint(args[1], 10, 16)
	if err != nil {
		return value{}, reason("Invalid master port")
	}
	return value{x: Master{args[0], int(port)}}, nil
}

func (masterKind) format(v value) string {
	m := v.x.(Master)
	if m.Host == "" {
		return ""
	}
	return m.Host + " " + strconv.Itoa(m.Port)
}

func (k masterKind) lines(v, _ value) []line {
	if s := k.format(v); s != "" {
		return []line{{s, true}}
	}
	return nil
}

func (masterKind) same(_, _ value) bool { return false }
