package admin

// CONFIG: package config knows the options, this is the protocol around them.

import (
	"errors"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/config"
)

const configFlags = command.Admin | command.NoScript | command.Loading | command.Stale

var everyNode = []string{"request_policy:all_nodes", "response_policy:all_succeeded"}

var configSpec = command.Spec{Name: "config", Group: command.ServerGroup, Summary: "Reads and changes the server's options.",
	Since: "2.0.0", Complexity: "Depends on the subcommand", Arity: -2, Subcommands: []*command.Spec{
		{Name: "get", Summary: "Returns the options whose names match patterns, with their values.", Since: "2.0.0",
			Complexity: "O(n*m) with n options and m patterns", Arity: -3, Flags: configFlags,
			Syntax: "parameter [parameter ...]", Run: configGet},
		{Name: "set", Summary: "Sets options: all that are named, or none.", Since: "2.0.0",
			Complexity: "O(n) with n the number of options", Arity: -4, Flags: configFlags | command.Exclusive,
			Syntax: "parameter value [parameter value ...]", Tips: everyNode, Secrets: configSecrets, Run: configSet},
		{Name: "rewrite", Summary: "Writes the options as they are now into the configuration file.", Since: "2.8.0",
			Complexity: "O(1)", Arity: 2, Flags: configFlags, Tips: everyNode, Run: configRewrite},
		{Name: "resetstat", Summary: "Sets the figures of INFO back to zero.", Since: "2.0.0", Complexity: "O(1)",
			Arity: 2, Flags: configFlags, Tips: everyNode, Run: configResetStat},
		{Name: "help", Summary: "Describes the subcommands.", Since: "5.0.0", Complexity: "O(1)", Arity: 2,
			Flags: command.Loading | command.Stale, Run: command.Help},
	}}

func configGet(c *command.Ctx) {
	patterns := make([]string, 0, len(c.Args)-2)
	for _, a := range c.Args[2:] {
		patterns = append(patterns, string(a))
	}
	pairs := c.Host.Config().Get(patterns...)
	c.Out.Map(len(pairs))
	for _, p := range pairs {
		c.Out.BulkString(p.Name)
		c.Out.BulkString(p.Value)
	}
}

// configSecrets finds the values of options that hold passwords.
func configSecrets(args [][]byte) (secrets []int) {
	for i := 2; i+1 < len(args); i += 2 {
		if config.IsSensitive(string(args[i])) {
			secrets = append(secrets, i+1)
		}
	}
	return secrets
}

func configSet(c *command.Ctx) {
	if len(c.Args)%2 != 0 {
		c.Out.Error(command.ErrSyntax)
		return
	}
	pairs := make([]config.Pair, 0, len(c.Args)/2-1)
	for i := 2; i < len(c.Args); i += 2 {
		pairs = append(pairs, config.Pair{Name: string(c.Args[i]), Value: string(c.Args[i+1])})
	}
	// What a transaction has done so far must not be logged once more into a log that this call starts.
	c.Tx.Publish()
	err := c.Host.Config().Set(pairs, config.Caller{Local: c.Client.IsLocal(), Loading: c.Host.Loading()})
	if err == nil {
		c.Out.OK()
		return
	}
	var failed *config.SetError
	if errors.As(err, &failed) && failed.Restore != nil {
		c.Host.Logf('#', "Failed restoring old configuration values after a failed CONFIG SET: %v", failed.Restore)
	}
	c.Out.Error(err.Error())
}

func configRewrite(c *command.Ctx) {
	if err := c.Host.Config().Rewrite(); err != nil {
		c.Host.Logf('#', "CONFIG REWRITE failed: %v", err)
		c.Out.Error(err.Error())
		return
	}
	c.Host.Logf('*', "CONFIG REWRITE executed with success.")
	c.Out.OK()
}

func configResetStat(c *command.Ctx) {
	c.Host.ResetStats()
	c.Out.OK()
}
