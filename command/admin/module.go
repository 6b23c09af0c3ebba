package admin

// MODULE: there are no modules, and none can be loaded.

import "github.com/miniredisd/miniredisd/command"

const moduleFlags = command.Admin | command.NoScript

var moduleSpec = command.Spec{Name: "module", Group: command.ServerGroup, Summary: "Lists modules, of which there are none.",
	Since: "4.0.0", Complexity: "Depends on the subcommand", Arity: -2, Subcommands: []*command.Spec{
		{Name: "list", Summary: "Lists the modules that are loaded: none.", Since: "4.0.0", Complexity: "O(1)", Arity: 2,
			Flags: moduleFlags, Tips: []string{"nondeterministic_output_order"}, Run: func(c *command.Ctx) { c.Out.Array(0) }},
		{Name: "load", Summary: "Fails to load a module.", Since: "4.0.0", Complexity: "O(1)", Arity: -3,
			Flags: moduleFlags | command.NoAsyncLoading | command.Protected, Syntax: "path [arg [arg ...]]", Run: moduleLoad},
		{Name: "loadex", Summary: "Fails to load a module with options.", Since: "7.0.0", Complexity: "O(1)", Arity: -3,
			Flags:  moduleFlags | command.NoAsyncLoading | command.Protected,
			Syntax: "path [CONFIG name value [CONFIG name value ...]] [ARGS args [args ...]]", Run: moduleLoad},
		{Name: "unload", Summary: "Fails to unload a module.", Since: "4.0.0", Complexity: "O(1)", Arity: 3,
			Flags: moduleFlags | command.NoAsyncLoading | command.Protected, Syntax: "name", Run: moduleUnload},
		{Name: "help", Summary: "Describes the subcommands.", Since: "5.0.0", Complexity: "O(1)", Arity: 2,
			Flags: command.Loading | command.Stale, Run: command.Help},
	}}

func moduleLoad(c *command.Ctx) {
	c.Host.Logf('#', "Module %s was not loaded: there is no support for modules", c.Args[2])
	c.Out.Error("ERR Error loading the extension. Please check the server logs.")
}

func moduleUnload(c *command.Ctx) {
	c.Out.Error("ERR Error unloading module: no such module with that name")
}
