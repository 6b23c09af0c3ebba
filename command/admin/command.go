package admin

// COMMAND: the declarations, told to clients. How one command is described stands in describe.go and document.go.

import (
	"bytes"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/internal/glob"
)

const commandFlags = command.Loading | command.Stale

var anyOrder = []string{"nondeterministic_output_order"}

var commandSpec = command.Spec{Name: "command", Group: command.ServerGroup, Summary: "Describes all commands.", Since: "2.8.13",
	Complexity: "O(n) with n the number of commands", Arity: -1, Flags: commandFlags, Categories: command.CatConnection,
	Tips: anyOrder, Run: describeAll, Subcommands: []*command.Spec{
		{Name: "count", Summary: "Counts the commands.", Since: "2.8.13", Complexity: "O(1)", Arity: 2, Flags: commandFlags,
			Categories: command.CatConnection, Run: commandCount},
		{Name: "docs", Summary: "Documents commands: some by name, or all.", Since: "7.0.0",
			Complexity: "O(n) with n the number of commands asked for", Arity: -2, Flags: commandFlags,
			Categories: command.CatConnection, Tips: anyOrder, Syntax: "[command-name [command-name ...]]", Run: commandDocs},
		{Name: "getkeys", Summary: "Picks the keys out of a whole command.", Since: "2.8.13",
			Complexity: "O(n) with n the number of arguments", Arity: -3, Flags: commandFlags,
			Categories: command.CatConnection, Syntax: "command [arg [arg ...]]", Run: getKeys},
		{Name: "getkeysandflags", Summary: "Picks the keys out of a whole command, and says what it does with each.",
			Since: "7.0.0", Complexity: "O(n) with n the number of arguments", Arity: -3, Flags: commandFlags,
			Categories: command.CatConnection, Syntax: "command [arg [arg ...]]", Run: getKeys},
		{Name: "help", Summary: "Describes the subcommands.", Since: "5.0.0", Complexity: "O(1)", Arity: 2,
			Flags: commandFlags, Categories: command.CatConnection, Run: command.Help},
		{Name: "info", Summary: "Describes commands: some by name, or all.", Since: "2.8.13",
			Complexity: "O(n) with n the number of commands asked for", Arity: -2, Flags: commandFlags,
			Categories: command.CatConnection, Tips: anyOrder, Syntax: "[command-name [command-name ...]]", Run: commandInfo},
		{Name: "list", Summary: "Lists the names of commands and subcommands.", Since: "7.0.0",
			Complexity: "O(n) with n the number of commands", Arity: -2, Flags: commandFlags,
			Categories: command.CatConnection, Tips: anyOrder,
			Syntax: "[FILTERBY (MODULE module-name | ACLCAT category | PATTERN pattern:pattern)]", Run: commandList},
	}}

func describeAll(c *command.Ctx) {
	all := c.Host.Registry().Commands()
	c.Out.Array(len(all))
	for _, s := range all {
		describe(c.Out, s)
	}
}

func commandCount(c *command.Ctx) { c.Out.Int(int64(len(c.Host.Registry().Commands()))) }

func commandInfo(c *command.Ctx) {
	if len(c.Args) == 2 {
		describeAll(c)
		return
	}
	c.Out.Array(len(c.Args) - 2)
	for _, name := range c.Args[2:] {
		if s := byFullName(c, name); s != nil {
			describe(c.Out, s)
		} else {
			c.Out.Null()
		}
	}
}

func commandDocs(c *command.Ctx) {
	if len(c.Args) == 2 {
		all := c.Host.Registry().Commands()
		c.Out.Map(len(all))
		for _, s := range all {
			c.Out.BulkString(s.FullName())
			document(c.Out, s)
		}
		return
	}
	mark, n := c.Out.DeferMap(), 0
	for _, name := range c.Args[2:] {
		if s := byFullName(c, name); s != nil {
			c.Out.BulkString(s.FullName())
			document(c.Out, s)
			n++
		}
	}
	c.Out.EndMap(mark, n)
}

// byFullName finds "client" or "client|list" in any case; nil when there is none.
func byFullName(c *command.Ctx, name []byte) *command.Spec {
	parent, sub, isSub := bytes.Cut(name, []byte("|"))
	if !isSub {
		return c.Host.Registry().Lookup(parent)
	}
	s, top := c.Host.Registry().Find([][]byte{parent, sub})
	if s == top {
		return nil // no container, or no such command at all
	}
	return s
}

func commandList(c *command.Ctx) {
	keep := func(*command.Spec) bool { return true }
	switch {
	case len(c.Args) == 2:
	case len(c.Args) == 5 && command.EqualFold(c.Args[2], "filterby"):
		if keep = listFilter(c.Args[3], c.Args[4]); keep != nil {
			break
		}
		fallthrough
	default:
		c.Out.Error(command.ErrSyntax)
		return
	}
	mark, n := c.Out.DeferArray(), 0
	for _, top := range c.Host.Registry().Commands() {
		for _, s := range append([]*command.Spec{top}, top.Subcommands...) {
			if keep(s) {
				c.Out.BulkString(s.FullName())
				n++
			}
		}
	}
	c.Out.EndArray(mark, n)
}

// listFilter returns what COMMAND LIST FILTERBY asks for, nil when it knows no such kind of filter.
func listFilter(kind, arg []byte) func(*command.Spec) bool {
	switch {
	case command.EqualFold(kind, "module"):
		return func(*command.Spec) bool { return false } // there are no modules
	case command.EqualFold(kind, "aclcat"):
		cat := command.Category(string(bytes.ToLower(arg)))
		return func(s *command.Spec) bool { return s.Categories&cat != 0 }
	case command.EqualFold(kind, "pattern"):
		return func(s *command.Spec) bool { return glob.Match(arg, []byte(s.FullName()), true) }
	}
	return nil
}

// getKeys is COMMAND GETKEYS and COMMAND GETKEYSANDFLAGS.
func getKeys(c *command.Ctx) {
	args := c.Args[2:]
	s, _ := c.Host.Registry().Find(args)
	switch {
	case s == nil:
		c.Out.Error("ERR Invalid command specified")
		return
	case !hasKeys(s):
		c.Out.Error("ERR The command has no key arguments")
		return
	case !s.ArityOK(len(args)):
		c.Out.Error("ERR Invalid number of arguments specified for command")
		return
	}
	refs, err := s.KeysOf(args)
	keys := refs[:0]
	for _, r := range refs {
		if r.Flags&command.NotKey == 0 {
			keys = append(keys, r)
		}
	}
	if (err != nil || len(keys) == 0) && !s.Flags.Has(command.NoMandatoryKeys) {
		c.Out.Error("ERR Invalid arguments specified for command")
		return
	}
	withFlags := c.Spec.Name == "getkeysandflags"
	c.Out.Array(len(keys))
	for _, k := range keys {
		if withFlags {
			c.Out.Array(2)
		}
		c.Out.Bulk(args[k.Pos])
		if withFlags {
			statuses(c.Out, k.Flags.Names())
		}
	}
}

func hasKeys(s *command.Spec) bool {
	for _, k := range s.Keys {
		if k.Flags&command.NotKey == 0 {
			return true
		}
	}
	return s.FindKeys != nil
}
