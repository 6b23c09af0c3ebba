package command

import (
	"fmt"
	"sort"
	"strings"
)

// Registry is the commands of a server. It is built once and only read afterwards, but for renames at start.
type Registry struct {
	byName map[string]*Spec
	all    []*Spec // by ID
}

// NewRegistry joins groups of declarations. It panics when one makes no sense: that is a mistake in the program.
func NewRegistry(groups ...[]Spec) *Registry {
	r := &Registry{byName: map[string]*Spec{}}
	for _, g := range groups {
		for i := range g {
			s := g[i]
			r.add(&s)
		}
	}
	return r
}

func (r *Registry) add(s *Spec) {
	if r.byName[s.Name] != nil {
		panic("command: declared twice: " + s.Name)
	}
	r.byName[s.Name] = s
	s.fullName = s.Name
	r.prepare(s)
	subs := s.Subcommands
	s.Subcommands = make([]*Spec, len(subs))
	s.subs = make(map[string]*Spec, len(subs))
	for i, declared := range subs {
		sub := *declared
		sub.Parent, sub.fullName = s, s.Name+"|"+sub.Name
		if sub.Group == "" {
			sub.Group = s.Group
		}
		if s.subs[sub.Name] != nil {
			panic("command: declared twice: " + sub.fullName)
		}
		r.prepare(&sub)
		s.Subcommands[i], s.subs[sub.Name] = &sub, &sub
	}
}

// prepare checks a declaration and computes what follows from it.
func (r *Registry) prepare(s *Spec) {
	switch {
	case s.Name != strings.ToLower(s.Name) || s.Name == "":
		panic("command: the name is not lower case: " + s.Name)
	case s.Arity == 0 || s.Group == "" || s.Summary == "" || s.Since == "":
		panic("command: incomplete declaration: " + s.fullName)
	case s.Run == nil && len(s.Subcommands) == 0:
		panic("command: nothing to run: " + s.fullName)
	}
	s.ID = len(r.all)
	r.all = append(r.all, s)
	group := s.Group
	if s.Run == nil {
		group = "" // what does nothing by itself belongs to no family
	}
	s.Categories = s.Categories.derive(s.Flags, group)
	minArgs := max(s.Arity, -s.Arity)
	movable := s.FindKeys != nil
	s.cached = s.Flags.Has(ReadOnly) && s.Group != Scripting && (len(s.Keys) > 0 || s.FindKeys != nil)
	for _, k := range s.Keys {
		optional := k.Last < 0 && k.Index == minArgs // a range that may be empty (PFMERGE)
		if k.Keyword == "" && k.Index >= minArgs && !optional && s.Flags&NoMandatoryKeys == 0 {
			panic("command: a key beyond the arity: " + s.fullName)
		}
		movable = movable || k.Keyword != "" || k.KeyNum || k.Flags&Incomplete != 0
	}
	if movable {
		s.Flags |= MovableKeys
	}
	if len(s.Keys) == 1 && !movable && s.Keys[0].Last == 0 && s.Flags&(Exclusive|LockAll) == 0 {
		s.single = s.Keys[0].Index
	}
}

// maxNameLen is the longest name that is looked up; longer ones do not exist.
const maxNameLen = 32

// Lookup finds a command by its name in any case, without subcommands. It does not allocate.
func (r *Registry) Lookup(name []byte) *Spec {
	if len(name) > maxNameLen {
		return nil
	}
	var folded [maxNameLen]byte
	return r.byName[string(AppendLower(folded[:0], name))]
}

// Find is Lookup of a whole call: of a container with a subcommand in args[1] it is the subcommand. The container
// itself is returned beside it (the same Spec where there is no subcommand); found is nil when the subcommand does not exist.
func (r *Registry) Find(args [][]byte) (found, top *Spec) {
	top = r.Lookup(args[0])
	if top == nil || len(top.Subcommands) == 0 || len(args) < 2 {
		return top, top
	}
	if len(args[1]) > maxNameLen {
		return nil, top
	}
	var folded [maxNameLen]byte
	return top.subs[string(AppendLower(folded[:0], args[1]))], top
}

// AppendLower appends text with the letters of ASCII in lower case.
func AppendLower(dst, text []byte) []byte {
	start := len(dst)
	dst = append(dst, text...)
	for i, c := range dst[start:] {
		if 'A' <= c && c <= 'Z' {
			dst[start+i] = c + 'a' - 'A'
		}
	}
	return dst
}

// All lists the commands and subcommands by ID: a parent before its children.
func (r *Registry) All() []*Spec { return r.all }

// Commands lists the commands without their subcommands, by name.
func (r *Registry) Commands() []*Spec {
	cmds := make([]*Spec, 0, len(r.byName))
	for _, s := range r.byName {
		cmds = append(cmds, s)
	}
	sort.Slice(cmds, func(i, j int) bool { return cmds[i].Name < cmds[j].Name })
	return cmds
}

// Rename gives a command another name in dispatch, or takes it away when to is empty (rename-command). Its declaration
// keeps the name it has in documentation and statistics.
func (r *Registry) Rename(from, to string) error {
	from, to = strings.ToLower(from), strings.ToLower(to)
	s := r.byName[from]
	if s == nil {
		return fmt.Errorf("No such command in rename-command")
	}
	if to != "" && r.byName[to] != nil {
		return fmt.Errorf("Target command name already exists")
	}
	delete(r.byName, from)
	if to != "" {
		r.byName[to] = s
	}
	return nil
}
