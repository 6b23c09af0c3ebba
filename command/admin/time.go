package admin

import "github.com/miniredisd/miniredisd/command"

var timeSpecs = []command.Spec{
	{Name: "time", Group: command.ServerGroup, Summary: "Tells the server's time.", Since: "2.6.0", Complexity: "O(1)",
		Arity: 1, Flags: command.Loading | command.Stale | command.Fast, Tips: []string{"nondeterministic_output"}, Run: timeNow},
	{Name: "lastsave", Group: command.ServerGroup, Summary: "Tells the time of the last successful save to disk.",
		Since: "1.0.0", Complexity: "O(1)", Arity: 1, Flags: command.Loading | command.Stale | command.Fast,
		Categories: command.CatAdmin | command.CatDangerous, Tips: []string{"nondeterministic_output"}, Run: lastSave},
}

// timeNow asks the clock and not the unit, whose time has milliseconds only. To a script, the time stands still.
func timeNow(c *command.Ctx) {
	us := c.Host.Micros()
	if s := c.Host.RunningScript(); c.Client.Script && s != nil {
		us = s.StartedAt
	}
	c.Out.Array(2)
	c.Out.BulkInt(us / 1e6)
	c.Out.BulkInt(us % 1e6)
}

func lastSave(c *command.Ctx) { c.Out.Int(c.Host.LastSave()) }
