package differential

// What is generated: our declarations, less what the other server does not document.

import (
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/tests/wire"
)

// Knowledge is what a server tells about itself.
type Knowledge struct {
	// tokens is what it documents: by a command's full name ("client|list") the tokens of its arguments.
	tokens map[string]map[string]bool
	// arities are those that it has, by full name.
	arities map[string]int
	// payloads is what it serializes values to.
	payloads []string
}

// Learn asks a server what it documents.
func Learn(c *wire.Conn) (*Knowledge, error) {
	docs, err := c.Must("COMMAND", "DOCS")
	if err != nil {
		return nil, err
	}
	k := &Knowledge{tokens: map[string]map[string]bool{}, arities: map[string]int{}}
	k.learn(docs)
	commands, err := c.Must("COMMAND")
	if err != nil {
		return nil, err
	}
	k.learnArities(commands)
	return k, nil
}

// LearnPayloads asks for what DUMP makes of values of each type, so that RESTORE gets some. It leaves the server empty.
func (k *Knowledge) LearnPayloads(c *wire.Conn) error {
	for _, r := range samples {
		if _, err := c.Must(r...); err != nil {
			return err
		}
		v, err := c.Must("DUMP", r[1])
		if err != nil {
			return err
		}
		k.payloads = append(k.payloads, v.Text)
	}
	_, err := c.Must("FLUSHALL")
	return err
}

// samples make values that are serialized each in another way.
var samples = []Request{
	{"SET", "1", "12"}, {"SET", "2", "text"}, {"SET", "3", strings.Repeat("compressible ", 30)}, {"RPUSH", "4", "a", "b", "3"},
	{"RPUSH", "5", strings.Repeat("x", 9000), "b"}, {"SADD", "6", "1", "2", "70000"}, {"SADD", "7", "a", "b", "c"}, {"HSET", "8", "a", "1", "b", "2"},
	{"HSET", "9", "a", strings.Repeat("y", 100)}, {"ZADD", "10", "1", "a", "2.5", "b", "-inf", "c"}, {"ZADD", "11", "1", strings.Repeat("z", 100)},
	{"XADD", "12", "1-1", "a", "1", "b", "2"}, {"PFADD", "13", "a", "b"},
}

func (k *Knowledge) learn(docs wire.Value) {
	for i := 0; i+1 < len(docs.Elems); i += 2 {
		tokens := map[string]bool{}
		k.tokens[docs.Elems[i].Text] = tokens
		doc := docs.Elems[i+1].Elems
		for j := 0; j+1 < len(doc); j += 2 {
			switch doc[j].Text {
			case "arguments":
				collectTokens(doc[j+1], tokens)
			case "subcommands":
				k.learn(doc[j+1])
			}
		}
	}
}

// learnArities reads what COMMAND replies: name, arity and, at last, subcommands of the same form.
func (k *Knowledge) learnArities(commands wire.Value) {
	for _, c := range commands.Elems {
		if len(c.Elems) < 10 {
			continue
		}
		k.arities[c.Elems[0].Text] = int(c.Elems[1].Int64())
		k.learnArities(c.Elems[9])
	}
}

// collectTokens notes down the tokens of a list of arguments.
func collectTokens(args wire.Value, tokens map[string]bool) {
	for _, arg := range args.Elems {
		for i := 0; i+1 < len(arg.Elems); i += 2 {
			switch arg.Elems[i].Text {
			case "token":
				tokens[strings.ToUpper(arg.Elems[i+1].Text)] = true
			case "arguments":
				collectTokens(arg.Elems[i+1], tokens)
			}
		}
	}
}

// entry is one command that is generated.
type entry struct {
	spec    *command.Spec
	words   []string // its name as it is sent
	args    []command.Arg
	special *special
	arity   int // that the other server declares
}

// harmless makes of a call one that both servers must treat alike, and of a call that COMMAND GETKEYS is asked about too.
func (c *Catalog) harmless(e *entry, r Request) Request {
	if strings.HasPrefix(e.spec.FullName(), "command|getkeys") && len(r) > 2 {
		if asked := c.find(r[2:]); asked != nil && asked != e {
			r = append(r[:2:2], asked.harmless(slices.Clone(r[2:]))...)
		}
	}
	return e.harmless(r)
}

func (e *entry) harmless(r Request) Request {
	if e.special.fix != nil {
		r = e.special.fix(r)
	}
	switch {
	case e.spec.Group == command.HyperLogLog:
		r = moveKeys(r, "s", "hll")
	case e.spec.Flags.Has(command.Write) && (e.spec.Group == command.String || e.spec.Group == command.Bitmap):
		r = moveKeys(r, "hll", "s")
	}
	if theirs := (&command.Spec{Arity: e.arity}); e.spec.ArityOK(len(r)) != theirs.ArityOK(len(r)) {
		for len(r) < max(e.arity, -e.arity) {
			r = append(r, "a")
		}
		if e.arity > 0 {
			r = r[:e.arity]
		}
	}
	return r
}

// Catalog is the commands that are generated.
type Catalog struct {
	registry *command.Registry
	groups   []command.Group // those in focus by turns
	byGroup  map[command.Group][]*entry
	byName   map[string]*entry
	all      []*entry
	waiting  []*entry // those that Waiting draws from; in no other list
	payloads []string
	prefixes []string // of the keys' names, by the types that the commands make
	// Left lists what is left out, each with its reason.
	Left []string
}

// NewCatalog makes the catalog of the commands in registry that known documents too; of those groups only, if any are
// named.
func NewCatalog(registry *command.Registry, known *Knowledge, groups ...command.Group) (*Catalog, error) {
	c := &Catalog{registry: registry, byName: map[string]*entry{}, byGroup: map[command.Group][]*entry{}, payloads: known.payloads}
	for _, spec := range registry.All() {
		if spec.Run == nil || len(groups) > 0 && !slices.Contains(groups, spec.Group) {
			continue
		}
		if err := errors.Join(c.add(spec, known), c.learnWaiting(spec)); err != nil {
			return nil, err
		}
	}
	for g := range c.byGroup {
		if p := keyPrefixes[g]; p != "" || len(groups) > 0 {
			c.groups = append(c.groups, g)
		}
		if p := keyPrefixes[g]; p != "" && !slices.Contains(c.prefixes, p) {
			c.prefixes = append(c.prefixes, p)
		}
	}
	slices.Sort(c.groups)
	slices.Sort(c.prefixes)
	sort.Strings(c.Left)
	if len(c.all) == 0 {
		return nil, fmt.Errorf("no commands in the groups %q", groups)
	}
	if len(c.prefixes) == 0 {
		c.prefixes = []string{keyPrefixes[command.String]}
	}
	return c, nil
}

func (c *Catalog) add(spec *command.Spec, known *Knowledge) error {
	name := spec.FullName()
	sp := specialOf(spec)
	if sp.skip != "" {
		c.Left = append(c.Left, name+": "+sp.skip)
		return nil
	}
	tokens, ok := known.tokens[name]
	if !ok {
		c.Left = append(c.Left, name+": the other server does not have it")
		return nil
	}
	args, err := command.ParseSyntax(spec.Syntax)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for _, token := range sp.also {
		tokens[token] = true
	}
	p := pruner{tokens: tokens, without: sp.without}
	args, ok = p.list(args)
	if !ok {
		c.Left = append(c.Left, name+": the other server does not have its form")
		return nil
	}
	for _, token := range p.dropped {
		c.Left = append(c.Left, name+" "+token+": the other server does not have it")
	}
	if len(sp.without) > 0 {
		c.Left = append(c.Left, name+" "+strings.Join(sp.without, " ")+": "+sp.reason)
	}
	e := &entry{spec: spec, words: strings.Split(name, "|"), args: args, special: sp, arity: known.arities[name]}
	c.all, c.byName[name] = append(c.all, e), e
	c.byGroup[spec.Group] = append(c.byGroup[spec.Group], e)
	return nil
}

// find looks up the command that a request calls; nil when it is none of the catalog's.
func (c *Catalog) find(r Request) *entry {
	name := strings.ToLower(r[0])
	if len(r) > 1 {
		if e := c.byName[name+"|"+strings.ToLower(r[1])]; e != nil {
			return e
		}
	}
	return c.byName[name]
}

// pruner takes out of a syntax tree the tokens that the other server does not know, and those that are not wanted.
type pruner struct {
	tokens  map[string]bool
	without []string
	dropped []string
}

// list prunes a sequence of arguments; false when it cannot be without one that goes.
func (p *pruner) list(args []command.Arg) (kept []command.Arg, ok bool) {
	for _, a := range args {
		b, keep := p.arg(a)
		switch {
		case keep:
			kept = append(kept, b)
		case !a.Optional:
			return nil, false
		}
	}
	return kept, true
}

func (p *pruner) arg(a command.Arg) (command.Arg, bool) {
	if a.Token != "" && !p.keeps(a.Token) {
		return a, false
	}
	switch a.Type {
	case command.ArgBlock:
		var ok bool
		a.Args, ok = p.list(a.Args)
		return a, ok
	case command.ArgOneOf:
		var kept []command.Arg
		for _, alternative := range a.Args {
			if b, ok := p.arg(alternative); ok {
				kept = append(kept, b)
			}
		}
		a.Args = kept
		return a, len(kept) > 0
	}
	return a, true
}

func (p *pruner) keeps(token string) bool {
	token = strings.ToUpper(token)
	if slices.Contains(p.without, token) {
		return false
	}
	if !p.tokens[token] {
		p.dropped = append(p.dropped, token)
		return false
	}
	return true
}
