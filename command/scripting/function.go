package scripting

// FUNCTION: the libraries of functions that the server has.

import (
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/rdb"
)

// librariesFlags are those of the subcommands that change the libraries.
const librariesFlags = command.Write | command.NoScript | command.Exclusive

var everywhere = []string{"request_policy:all_shards", "response_policy:all_succeeded"}

var functionSpec = command.Spec{Name: "function", Group: command.Scripting, Since: "7.0.0", Arity: -2,
	Complexity: "Depends on the subcommand.", Summary: "A container for the commands about functions.",
	Subcommands: []*command.Spec{
		{Name: "delete", Since: "7.0.0", Arity: 3, Complexity: "O(1)", Summary: "Forgets a library and its functions.",
			Flags: librariesFlags, Syntax: "library-name", Run: functionDelete, Tips: everywhere},
		{Name: "dump", Since: "7.0.0", Arity: 2, Complexity: "O(N) where N is the number of functions",
			Summary: "Returns all libraries in a form that FUNCTION RESTORE takes.", Flags: command.NoScript | command.Exclusive,
			Run: functionDump},
		{Name: "flush", Since: "7.0.0", Arity: -2, Complexity: "O(N) where N is the number of functions",
			Summary: "Forgets all libraries.", Flags: librariesFlags, Syntax: "[flush-type:<ASYNC | SYNC>]", Run: functionFlush,
			Tips: everywhere},
		help("7.0.0"),
		{Name: "kill", Since: "7.0.0", Arity: 2, Complexity: "O(1)", Summary: "Ends the function that runs.",
			Flags: command.NoScript | command.AllowBusy, Run: functionKill,
			Tips: []string{"request_policy:all_shards", "response_policy:one_succeeded"}},
		{Name: "list", Since: "7.0.0", Arity: -2, Complexity: "O(N) where N is the number of functions",
			Summary: "Lists libraries and their functions.", Flags: command.NoScript | command.Exclusive,
			Syntax: "[LIBRARYNAME library-name-pattern:string] [withcode:WITHCODE]", Run: functionList,
			Tips: []string{"nondeterministic_output_order"}},
		{Name: "load", Since: "7.0.0", Arity: -3, Complexity: "O(1) (considering compilation time is redundant)",
			Summary: "Makes a library of its text.", Flags: librariesFlags | command.DenyOOM,
			Syntax: "[replace:REPLACE] function-code", Run: functionLoad, Tips: everywhere},
		{Name: "restore", Since: "7.0.0", Arity: -3, Complexity: "O(N) where N is the number of functions on the payload",
			Summary: "Restores the libraries of a payload of FUNCTION DUMP.", Flags: librariesFlags | command.DenyOOM,
			Syntax: "serialized-value:string [policy:<FLUSH | APPEND | REPLACE>]", Run: functionRestore, Tips: everywhere},
		{Name: "stats", Since: "7.0.0", Arity: 2, Complexity: "O(1)", Summary: "Tells which function runs, and how many there are.",
			Flags: command.NoScript | command.AllowBusy, Run: functionStats,
			Tips: []string{"nondeterministic_output", "request_policy:all_shards", "response_policy:special"}},
	}}

func functionLoad(c *command.Ctx) {
	last := len(c.Args) - 1
	replace := false
	for _, a := range c.Args[2:last] {
		if !command.EqualFold(a, "replace") {
			c.Out.Errorf("ERR Unknown option given: %s", a)
			return
		}
		replace = true
	}
	name, err := c.Host.Functions().LoadLibrary(c, c.Args[last], replace)
	if err != nil {
		c.Out.Error("ERR " + err.Error())
		return
	}
	c.Tx.AddDirty(1)
	c.Out.BulkString(name)
}

func functionDelete(c *command.Ctx) {
	if !c.Host.Functions().DeleteLibrary(c.Args[2]) {
		c.Out.Error("ERR Library not found")
		return
	}
	c.Tx.AddDirty(1)
	c.Out.OK()
}

func functionFlush(c *command.Ctx) {
	behind := c.Host.Config().Bool(config.LazyFreeLazyUserFlush)
	switch {
	case len(c.Args) > 3:
		c.WrongSubcommand()
		return
	case !flushType(c):
		c.Out.Error("ERR FUNCTION FLUSH only supports SYNC|ASYNC option")
		return
	case len(c.Args) == 3:
		behind = command.EqualFold(c.Args[2], "async")
	}
	c.Host.Functions().FlushLibraries(behind)
	c.Tx.AddDirty(1)
	c.Out.OK()
}

func functionDump(c *command.Ctx) {
	var texts []string
	for _, l := range c.Host.Functions().Libraries(nil) {
		texts = append(texts, l.Text)
	}
	c.Out.Bulk(rdb.Options{Compress: c.Host.Config().Bool(config.RDBCompression)}.DumpFunctions(texts))
}

func functionRestore(c *command.Ctx) {
	policy := command.RestoreAppend
	if len(c.Args) > 4 {
		c.WrongSubcommand()
		return
	}
	if len(c.Args) == 4 {
		switch {
		case command.EqualFold(c.Args[3], "append"):
		case command.EqualFold(c.Args[3], "replace"):
			policy = command.RestoreReplace
		case command.EqualFold(c.Args[3], "flush"):
			policy = command.RestoreFlush
		default:
			c.Out.Error("ERR Wrong restore policy given, value should be either FLUSH, APPEND or REPLACE.")
			return
		}
	}
	texts, err := rdb.RestoreFunctions(c.Args[2])
	if err == nil {
		err = c.Host.Functions().RestoreLibraries(c, texts, policy)
	}
	if err != nil {
		c.Out.Error("ERR " + err.Error())
		return
	}
	c.Tx.AddDirty(1)
	c.Out.OK()
}

func functionList(c *command.Ctx) {
	var pattern []byte
	withCode := false
	for i := 2; i < len(c.Args); i++ {
		switch a := c.Args[i]; {
		case !withCode && command.EqualFold(a, "withcode"):
			withCode = true
		case pattern == nil && command.EqualFold(a, "libraryname"):
			if i++; i == len(c.Args) {
				c.Out.Error("ERR library name argument was not given")
				return
			}
			pattern = c.Args[i]
		default:
			c.Out.Errorf("ERR Unknown argument %s", a)
			return
		}
	}
	list := c.Host.Functions().Libraries(pattern)
	c.Out.Array(len(list))
	for _, l := range list {
		replyLibrary(c, l, withCode)
	}
}

func replyLibrary(c *command.Ctx, l command.Library, withCode bool) {
	if withCode {
		c.Out.Map(4)
	} else {
		c.Out.Map(3)
	}
	c.Out.BulkString("library_name")
	c.Out.BulkString(l.Name)
	c.Out.BulkString("engine")
	c.Out.BulkString("LUA")
	c.Out.BulkString("functions")
	c.Out.Array(len(l.Functions))
	for _, f := range l.Functions {
		c.Out.Map(3)
		c.Out.BulkString("name")
		c.Out.BulkString(f.Name)
		c.Out.BulkString("description")
		if f.Description == nil {
			c.Out.Null()
		} else {
			c.Out.BulkString(*f.Description)
		}
		c.Out.BulkString("flags")
		c.Out.Set(len(f.Flags))
		for _, flag := range f.Flags {
			c.Out.Status(flag)
		}
	}
	if withCode {
		c.Out.BulkString("library_code")
		c.Out.BulkString(l.Text)
	}
}

func functionKill(c *command.Ctx) { kill(c, true) }

func functionStats(c *command.Ctx) {
	running := c.Host.RunningScript()
	if running != nil && running.Function == "" {
		c.Out.Error(command.ErrBusyScript)
		return
	}
	c.Out.Map(2)
	c.Out.BulkString("running_script")
	if running == nil {
		c.Out.Null()
	} else {
		c.Out.Map(3)
		c.Out.BulkString("name")
		c.Out.BulkString(running.Function)
		c.Out.BulkString("command")
		c.Out.Array(len(running.Request))
		for _, a := range running.Request {
			c.Out.Bulk(a)
		}
		c.Out.BulkString("duration_ms")
		c.Out.Int((c.Host.Micros() - running.StartedAt) / 1000)
	}
	c.Out.BulkString("engines")
	c.Out.Map(1)
	c.Out.BulkString("LUA")
	f := c.Host.Functions().FunctionFigures()
	c.Out.Map(2)
	c.Out.BulkString("libraries_count")
	c.Out.Int(int64(f.Libraries))
	c.Out.BulkString("functions_count")
	c.Out.Int(int64(f.Functions))
}
