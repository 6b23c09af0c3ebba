package soak

import (
	"math/rand/v2"
	"strconv"
	"strings"
)

const (
	databases = 3
	keys      = 150 // of strings and lists; of each other type a quarter
	// big is the length of a value that has a piece of memory to itself, in bytes. One value of rarely is as big.
	big, rarely = 100_000, 600
)

// dice draws a client's commands.
type dice struct {
	*rand.Rand
	payload string // what DUMP replied last
}

func (d *dice) pick(words ...string) string { return words[d.IntN(len(words))] }

func (d *dice) num(n int) string { return strconv.Itoa(d.IntN(n)) }

// some joins n draws behind words.
func some(words []string, n int, draw func() string) []string {
	for range n {
		words = append(words, draw())
	}
	return words
}

// text is a value of up to most bytes, or a big one.
func (d *dice) text(most int) string {
	if d.IntN(rarely) == 0 {
		return strings.Repeat(d.num(10), big)
	}
	return strings.Repeat(d.pick("a", "b", "\r\n"), d.IntN(most))
}

// prefixes begin the names of keys, by the type that they hold unless somebody renames.
var prefixes = []string{"k", "h", "s", "z", "x", "b", "p"}

// key is a key that should be of a type.
func (d *dice) key(prefix string) string {
	if prefix == "k" {
		return prefix + d.num(keys)
	}
	return prefix + d.num(keys/4)
}

// command is a random command on few keys.
func (d *dice) command() []string {
	switch d.IntN(16) {
	case 0, 1:
		return d.hashCommand()
	case 2, 3:
		return d.setCommand()
	case 4, 5, 6:
		return d.zsetCommand()
	case 7, 8, 9:
		return d.streamCommand()
	case 10:
		return d.bitmapCommand()
	case 11, 12:
		return d.keyCommand()
	}
	return d.stringCommand()
}
