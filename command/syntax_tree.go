package command

// The tree that ParseSyntax builds: how groups come to their shape, and the way back to the notation.

import (
	"slices"
	"strings"
)

// prefixed reports whether the argument has a token before it.
func (a *Arg) prefixed() bool { return a.Token != "" && a.Type != ArgPureToken }

// named reports whether the argument is a name and nothing more, as far as group cares.
func (a *Arg) named() bool {
	return a.Args == nil && a.Type != ArgPureToken && a.Token == "" && !a.Optional && !a.Multiple
}

// withToken puts a token before an argument: around it when it has one of its own, or need not be there.
func withToken(a Arg, token string) Arg {
	if a.HasToken() || a.Optional {
		a = Arg{Type: ArgBlock, KeySpec: -1, Args: []Arg{a}}
	}
	a.Token = token
	return a
}

// group makes one argument of items: more than one are a block.
func group(items []Arg) Arg {
	if len(items) == 1 {
		return items[0]
	}
	return block("", items)
}

// block makes a block of items. A token before names only becomes the block's.
func block(name string, items []Arg) Arg {
	b := Arg{Name: name, Type: ArgBlock, KeySpec: -1, Args: items}
	if len(items) < 2 || !items[0].prefixed() {
		return b
	}
	first := items[0]
	first.Token = ""
	if first.named() && !slices.ContainsFunc(items[1:], func(a Arg) bool { return !a.named() }) {
		b.raiseToken()
	}
	return b
}

// raiseToken makes the token of a block's first part the block's own.
func (a *Arg) raiseToken() {
	a.Args = slices.Clone(a.Args)
	a.Token, a.Args[0].Token = a.Args[0].Token, ""
}

// foldRepeat makes the last items multiple when again repeats them, with or without the token before them.
func foldRepeat(items, again []Arg) ([]Arg, bool) {
	n := len(items) - len(again)
	if n < 0 {
		return nil, false
	}
	last := slices.Clone(items[n:])
	bare := last[0].prefixed() && again[0].Token == ""
	for i := range last {
		a := last[i]
		if i == 0 && bare {
			a.Token = ""
		}
		if !a.repeatedBy(&again[i]) {
			return nil, false
		}
	}
	a := group(last)
	if a.Multiple {
		return nil, false
	}
	if bare && !a.prefixed() {
		a.raiseToken()
	}
	a.Multiple, a.MultipleToken = true, !bare && a.prefixed()
	return append(items[:n:n], a), true
}

// repeatedBy reports whether b is the same text as a. Types, indexes of keys and names of groups need not be repeated.
func (a *Arg) repeatedBy(b *Arg) bool {
	if a.HasToken() != b.HasToken() || a.Token != b.Token || a.Optional != b.Optional || a.Multiple != b.Multiple ||
		len(a.Args) != len(b.Args) || a.Args == nil && a.Name != b.Name || a.Args != nil && a.Type != b.Type {
		return false
	}
	for i := range a.Args {
		if !a.Args[i].repeatedBy(&b.Args[i]) {
			return false
		}
	}
	return true
}

// FormatSyntax renders a tree in the documentation's notation: without types and names of groups.
func FormatSyntax(args []Arg) string {
	parts := make([]string, len(args))
	for i := range args {
		parts[i] = args[i].format()
	}
	return strings.Join(parts, " ")
}

func (a *Arg) format() string {
	body := a.Name
	switch a.Type {
	case ArgPureToken:
		if body = a.Token; body == "" {
			body = `""`
		}
	case ArgBlock:
		body = FormatSyntax(a.Args)
	case ArgOneOf:
		alternatives := make([]string, len(a.Args))
		for i := range a.Args {
			alternatives[i] = a.Args[i].format()
		}
		body = strings.Join(alternatives, " | ")
		if a.Optional && !a.Multiple && a.Token == "" {
			return "[" + body + "]"
		}
		body = "<" + body + ">"
	}
	s := body
	if a.prefixed() {
		s = a.Token + " " + body
	}
	if a.Multiple {
		again := body
		if a.MultipleToken {
			again = s
		}
		s += " [" + again + " ...]"
	}
	if a.Optional {
		s = "[" + s + "]"
	}
	return s
}
