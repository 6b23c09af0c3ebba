// Package strings holds the commands on string values.
package strings

import "github.com/miniredisd/miniredisd/command"

// Commands of the group.
var Commands = []command.Spec{
	{Name: "get", Group: command.String, Summary: "Returns the string value of a key.", Since: "1.0.0",
		Complexity: "O(1)", Arity: 2, Flags: command.ReadOnly | command.Fast, Syntax: "key",
		Keys: command.KeyAt(1, command.RO|command.Access), Run: get},
	{Name: "set", Group: command.String, Summary: "x", Since: "1.0.0",
		Complexity: "O(1)", Arity: -3, Flags: command.Write | command.DenyOOM, Syntax: "key",
		Keys: command.KeyAt(1, command.RW|command.Access), Run: set},
}

func get(c *command.Ctx) {
	e := c.Tx.Read(c.Args[1])
	if e == nil {
		c.Out.Null()
		return
	}
	if !c.Want(e, 0) {
		return
	}
	c.Out.Bulk(c.StringValue(e))
}
func set(c *command.Ctx) {
	c.Tx.SetString(c.Args[1], c.Args[2], false)
	c.Out.OK()
}
