package command

// The arguments of a command, written in nearly the notation of Redis's documentation and read into a tree: for COMMAND
// DOCS, for docs/commands.md, and for tests that generate calls.
//
//	sequence = item { item }
//	item     = TOKEN                       a word of its own: type pure-token
//	         | TOKEN value                 a word before an argument or a group
//	         | value | optional | repeat
//	value    = name [ ":" type ] | group [ "..." ]
//	group    = [ name ":" ] ( "(" choice ")" | "<" choice ">" )
//	optional = [ name ":" ] "[" choice "]"
//	choice   = sequence { "|" sequence }   two and more make a oneof
//	repeat   = "[" sequence "..." "]"      what stands before it, once more: it makes that multiple
//	type     = ( "string" | "integer" | "double" | "key" | "pattern" | "unix-time" ) [ "#" number ] | TOKEN
//
// A TOKEN begins with an upper-case letter, or is one of = ~ * $ and "" (the empty argument), which take no argument. A
// name is lower case, or anything between single quotes ('ip:port').
//
// Types. An argument without one is a string, but the bare name key is a key. Keys refer to the command's KeySpecs, in
// their order of appearance; "#" says another one: LCS has "key1:key key2:key#0", as one KeySpec covers both. A TOKEN in
// the type's place gives a pure token another name than its own in lower case: "change:CH".
//
// Groups. More than one item between brackets is a block. A TOKEN followed by nothing but names takes all of them when
// they fill a bracket, an alternative or a repeat: "[LIMIT offset count]" is an optional block whose token is LIMIT, while
// in "[COUNT count [ANY]]" the token belongs to count. Outside, "GROUP (group consumer)" says so.
//
// Repeats. "key value [key value ...]" is a multiple block; its second half needs no types. When the repeat has the token
// too ("PREFIX prefix [PREFIX prefix ...]"), it is sent each time: multiple_token. "..." behind a group is short for the
// same: "(a | b) ..." stands for "(a | b) [(a | b) ...]", and "[(a | b) ...]" is optional besides.
//
// Names. A group without one is called like its token; else a multiple block is "data", another block is called by its
// first part ("count-block"), a oneof as is usual for its first alternative (choiceNames) or by all of them.

import (
	"fmt"
	"strconv"
	"strings"
)

// ArgType is the type of an argument, as COMMAND DOCS names it.
type ArgType string

// The argument types.
const (
	ArgString    ArgType = "string"
	ArgInteger   ArgType = "integer"
	ArgDouble    ArgType = "double"
	ArgKey       ArgType = "key"
	ArgPattern   ArgType = "pattern"
	ArgUnixTime  ArgType = "unix-time"
	ArgPureToken ArgType = "pure-token"
	ArgOneOf     ArgType = "oneof"
	ArgBlock     ArgType = "block"
)

// Arg is one argument, or a group of them.
type Arg struct {
	Name          string
	Type          ArgType
	Token         string // the word before it; of a pure token the word itself, which may be empty
	KeySpec       int    // of a key: the index among Spec.Keys; -1 otherwise
	Optional      bool
	Multiple      bool  // may be repeated
	MultipleToken bool  // the token is repeated with it
	Args          []Arg // of a block its parts, of a oneof its alternatives
}

// HasToken reports whether COMMAND DOCS shows a token, if only an empty one.
func (a *Arg) HasToken() bool { return a.Token != "" || a.Type == ArgPureToken }

// FlagNames lists the flags that COMMAND DOCS shows.
func (a *Arg) FlagNames() []string {
	var names []string
	if a.Optional {
		names = append(names, "optional")
	}
	if a.Multiple {
		names = append(names, "multiple")
	}
	if a.MultipleToken {
		names = append(names, "multiple_token")
	}
	return names
}

const (
	maxSyntaxDepth = 16 // brackets within brackets
	nextKeySpec    = -2 // of a key whose index complete gives
)

// ParseSyntax reads the notation. Errors tell the column, counted in bytes from 1.
func ParseSyntax(syntax string) ([]Arg, error) {
	p := syntaxParser{s: syntax}
	if p.peek() == "" {
		return nil, nil
	}
	args, dots, err := p.sequence(0)
	if err != nil {
		return nil, err
	}
	if dots {
		return nil, p.errorf("\"...\" outside of brackets")
	}
	if w := p.peek(); w != "" {
		return nil, p.errorf("unexpected %q", w)
	}
	next := 0
	complete(args, &next)
	return args, nil
}

// complete gives the keys their indexes, each the one after the highest so far, and names to the groups without.
func complete(args []Arg, next *int) {
	for i := range args {
		a := &args[i]
		if a.KeySpec == nextKeySpec {
			a.KeySpec = *next
		}
		*next = max(*next, a.KeySpec+1)
		complete(a.Args, next)
		if a.Name == "" {
			a.Name = groupName(a)
		}
	}
}

// choiceNames are the names of choices that many commands have, by their first alternative.
var choiceNames = map[string]string{"nx": "condition", "gt": "comparison", "seconds": "expiration", "asc": "order",
	"left": "where", "min": "where", "m": "unit", "async": "flush-type"}

// groupName is the name of a group that the notation gave none.
func groupName(a *Arg) string {
	switch {
	case a.Token != "":
		return strings.ToLower(a.Token)
	case a.Type == ArgBlock && a.Multiple:
		return "data"
	case a.Type == ArgBlock:
		return a.Args[0].Name + "-block"
	}
	if name := choiceNames[a.Args[0].Name]; name != "" {
		return name
	}
	var names []string
	for i := range a.Args {
		names = append(names, a.Args[i].Name)
	}
	return strings.Join(names, "_")
}

// syntaxParser descends recursively. It looks one word ahead.
type syntaxParser struct {
	s   string
	pos int
}

func (p *syntaxParser) errorf(format string, v ...any) error {
	return fmt.Errorf("column %d: %s", p.pos+1, fmt.Sprintf(format, v...))
}

// peek is the next word, without moving behind it; empty at the end. A word is a bracket, a bar, "..." or what stands
// between those and spaces.
func (p *syntaxParser) peek() string {
	for p.pos < len(p.s) && p.s[p.pos] == ' ' {
		p.pos++
	}
	rest := p.s[p.pos:]
	switch {
	case rest == "":
		return ""
	case strings.HasPrefix(rest, "..."):
		return "..."
	case strings.IndexByte("()[]<>|", rest[0]) >= 0:
		return rest[:1]
	}
	quoted := false
	for i := range len(rest) {
		switch {
		case rest[i] == '\'':
			quoted = !quoted
		case !quoted && strings.IndexByte("()[]<>| ", rest[i]) >= 0:
			return rest[:i]
		}
	}
	return rest
}

// take moves behind the word that peek gave.
func (p *syntaxParser) take(word string) { p.pos += len(word) }

// sequence reads items up to a closing bracket, a bar or the end. dots tells that "..." stood behind the last item; what
// that means depends on what is around.
func (p *syntaxParser) sequence(depth int) (items []Arg, dots bool, err error) {
	for {
		switch w := p.peek(); w {
		case "", ")", "]", ">", "|":
			if len(items) == 0 {
				return nil, false, p.errorf("an argument is missing")
			}
			return items, false, nil
		case "...":
			if len(items) == 0 {
				return nil, false, p.errorf("nothing to repeat before \"...\"")
			}
			p.take(w)
			return items, true, nil
		}
		if items, err = p.item(items, depth); err != nil {
			return nil, false, err
		}
	}
}

// item reads one item behind those before it, which a repeat changes.
func (p *syntaxParser) item(items []Arg, depth int) ([]Arg, error) {
	w := p.peek()
	switch w {
	case "[":
		return p.optional("", items, depth)
	case "(", "<":
		a, err := p.value(depth)
		return append(items, a), err
	}
	word, err := p.word(w)
	if err != nil {
		return nil, err
	}
	if word.opens && p.s[p.pos+len(w)] == '[' {
		p.take(w)
		return p.optional(word.name, items, depth)
	}
	if word.token && !word.alone {
		p.take(w)
		if value, ok, err := p.valueAfter(depth); err != nil || ok {
			return append(items, withToken(value, word.text)), err
		}
		return append(items, Arg{Name: word.name, Type: ArgPureToken, Token: word.text, KeySpec: -1}), nil
	}
	a, err := p.value(depth)
	return append(items, a), err
}

// valueAfter reads the argument that a token before it takes, if there is one.
func (p *syntaxParser) valueAfter(depth int) (a Arg, ok bool, err error) {
	w := p.peek()
	switch w {
	case "", ")", "]", ">", "|", "...", "[":
		return a, false, nil
	case "(", "<":
	default:
		word, err := p.word(w)
		if err != nil {
			return a, false, err
		}
		if word.token || word.opens && p.s[p.pos+len(w)] == '[' {
			return a, false, nil
		}
	}
	a, err = p.value(depth)
	return a, true, err
}

// value reads a named argument, a token that takes none, or a group in round or angle brackets.
func (p *syntaxParser) value(depth int) (Arg, error) {
	w := p.peek()
	name := ""
	if w != "(" && w != "<" {
		word, err := p.word(w)
		if err != nil {
			return Arg{}, err
		}
		p.take(w)
		switch {
		case word.token:
			return Arg{Name: word.name, Type: ArgPureToken, Token: word.text, KeySpec: -1}, nil
		case !word.opens:
			return Arg{Name: word.name, Type: word.typ, KeySpec: word.keySpec}, nil
		}
		name, w = word.name, p.peek()
	}
	a, dots, err := p.brackets(name, w, depth)
	if err != nil {
		return Arg{}, err
	}
	if dots {
		return Arg{}, p.errorf("\"...\" inside of round brackets; it belongs behind them")
	}
	// "(…) ...]" is left to optional, which knows whether it repeats something.
	if p.peek() == "..." && !p.closesAfterDots() {
		if a.Multiple {
			return Arg{}, p.errorf("repeated twice")
		}
		a.Multiple, a.MultipleToken = true, a.prefixed()
		p.take("...")
	}
	return a, nil
}

// closesAfterDots reports whether "]" follows the "..." that stands next.
func (p *syntaxParser) closesAfterDots() bool {
	return strings.HasPrefix(strings.TrimLeft(p.s[p.pos+len("..."):], " "), "]")
}

// optional reads "[…]", which makes its content optional, or the items before it multiple.
func (p *syntaxParser) optional(name string, before []Arg, depth int) ([]Arg, error) {
	start := p.pos
	a, dots, err := p.brackets(name, "[", depth)
	if err != nil {
		return nil, err
	}
	if !dots {
		a.Optional = true
		return append(before, a), nil
	}
	// brackets leaves the content of a repeat as it is, in a.Args.
	again := a.Args
	if name == "" {
		if items, ok := foldRepeat(before, again); ok {
			return items, nil
		}
	}
	if len(again) == 1 && p.groupBeforeDots(start) && !again[0].Multiple {
		a = again[0]
		if name != "" {
			a = block(name, again)
		}
		a.Optional, a.Multiple = true, true
		// Of "[(TOKEN a) ...]" the token is repeated, of "[TOKEN (a | b) ...]" it is not.
		first := strings.TrimLeft(p.s[start+1:], " ")[0]
		a.MultipleToken = a.prefixed() && (first == '(' || first == '<')
		return append(before, a), nil
	}
	p.pos = start
	return nil, p.errorf("this repeats something else than what stands before it")
}

// groupBeforeDots reports whether what was read since start ends in a group and "...]".
func (p *syntaxParser) groupBeforeDots(start int) bool {
	s := strings.TrimRight(p.s[start:p.pos], " .]")
	return strings.HasSuffix(s, ")") || strings.HasSuffix(s, ">")
}

var closing = map[string]string{"(": ")", "[": "]", "<": ">"}

// brackets reads a group from its opening bracket on. With dots it has one sequence, as the Args of a block.
func (p *syntaxParser) brackets(name, open string, depth int) (a Arg, dots bool, err error) {
	if depth == maxSyntaxDepth {
		return a, false, p.errorf("more than %d brackets within each other", maxSyntaxDepth)
	}
	p.take(open)
	var alternatives []Arg
	for {
		items, dots, err := p.sequence(depth + 1)
		if err != nil {
			return a, false, err
		}
		w := p.peek()
		if w != closing[open] && w != "|" || dots && (w == "|" || alternatives != nil) {
			return a, false, p.errorf("%q expected, not %q", closing[open], w)
		}
		p.take(w)
		switch {
		case dots:
			return Arg{Type: ArgBlock, Args: items, KeySpec: -1}, true, nil
		case w == "|":
			alternatives = append(alternatives, group(items))
		case alternatives != nil:
			alternatives = append(alternatives, group(items))
			return Arg{Name: name, Type: ArgOneOf, KeySpec: -1, Args: alternatives}, false, nil
		case name != "":
			return block(name, items), false, nil
		default:
			return group(items), false, nil
		}
	}
}

// syntaxWord is a word taken apart.
type syntaxWord struct {
	name    string
	text    string // of a token
	token   bool
	alone   bool // a token that takes no argument
	opens   bool // names the group that opens right behind it
	typ     ArgType
	keySpec int
}

// word takes the next word apart, without moving.
func (p *syntaxParser) word(w string) (syntaxWord, error) {
	if isToken(w) {
		return syntaxWord{name: strings.ToLower(w), text: w, token: true}, nil
	}
	if isSymbol(w) {
		return syntaxWord{name: w, text: strings.Trim(w, `"`), token: true, alone: true}, nil
	}
	name, typ, typed := cutName(w)
	if name == "" {
		return syntaxWord{}, p.errorf("%q is neither a name nor a token", w)
	}
	word := syntaxWord{name: name, typ: ArgString, keySpec: -1}
	switch {
	case !typed:
		if name == "key" {
			word.typ, word.keySpec = ArgKey, nextKeySpec
		}
		return word, nil
	case typ == "":
		end := p.pos + len(w)
		word.opens = end < len(p.s) && strings.IndexByte("([<", p.s[end]) >= 0
		if !word.opens {
			return word, p.errorf("%q needs a type or a group right behind the colon", w)
		}
		return word, nil
	case isToken(typ), isSymbol(typ):
		word.text, word.token, word.alone = strings.Trim(typ, `"`), true, true
		return word, nil
	}
	typ, index, indexed := strings.Cut(typ, "#")
	switch word.typ = ArgType(typ); word.typ {
	case ArgKey:
		word.keySpec = nextKeySpec
	case ArgString, ArgInteger, ArgDouble, ArgPattern, ArgUnixTime:
	default:
		return word, p.errorf("unknown type %q", typ)
	}
	if indexed {
		n, err := strconv.ParseUint(index, 10, 7)
		if err != nil {
			return word, p.errorf("%q is no index of a key spec", index)
		}
		word.keySpec = int(n)
	}
	return word, nil
}

func isToken(w string) bool {
	return w != "" && w[0] >= 'A' && w[0] <= 'Z' && strings.Trim(w, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == ""
}

func isSymbol(w string) bool {
	return w == "=" || w == "~" || w == "*" || w == "$" || w == `""`
}

// cutName cuts a word at the colon behind its name; the name is empty when it is none.
func cutName(w string) (name, typ string, typed bool) {
	if strings.HasPrefix(w, "'") {
		name, rest, closed := strings.Cut(w[1:], "'")
		typ, typed := strings.CutPrefix(rest, ":")
		if !closed || rest != "" && !typed {
			return "", "", false
		}
		return name, typ, typed
	}
	name, typ, typed = strings.Cut(w, ":")
	if strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-_/") != "" {
		return "", "", false
	}
	return name, typ, typed
}
