package hashes

// Commands that remove fields.

import (
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
)

var deleteSpecs = []command.Spec{
	{Name: "hdel", Group: command.Hash, Summary: "Removes fields of a hash, and the hash with the last of them.", Since: "2.0.0",
		Complexity: perField, Arity: -3, Flags: command.Write | command.Fast, Syntax: "key field [field ...]",
		Keys: command.KeyAt(1, command.RW|command.Delete), Run: hdel},
	{Name: "hgetdel", Group: command.Hash, Summary: "Returns the values of fields of a hash and removes them, and the hash with the last of them.",
		Since: "8.0.0", Complexity: perField, Arity: -5, Flags: command.Write | command.Fast,
		Syntax: "key FIELDS <numfields:integer field [field ...]>",
		Keys:   command.KeyAt(1, command.RW|command.Access|command.Delete), Run: hgetdel},
}

func hdel(c *command.Ctx) {
	h, found, ok := lookupWrite(c)
	if !ok {
		return
	}
	deleted := int64(0)
	if found {
		for _, field := range c.Args[2:] {
			if h.Delete(field) {
				deleted++
			}
		}
	}
	if deleted > 0 {
		c.Tx.Notify(store.EventHash, "hdel", c.Args[1])
		h.Close()
	}
	c.Out.Int(deleted)
}

var hdelName = []byte("HDEL")

func hgetdel(c *command.Ctx) {
	h, found, ok := lookupWrite(c)
	if !ok {
		return
	}
	fields, ok := namedFields(c, 2, noNumber)
	if !ok {
		return
	}
	c.Out.Array(len(fields))
	effect, gone := [][]byte{hdelName, c.Args[1]}, 0
	for _, field := range fields {
		if replyField(c, &h, found, field) {
			h.Delete(field)
			effect = append(effect, field)
			gone++
		}
	}
	if !found {
		return
	}
	h.ReportDead()
	if gone > 0 {
		c.Tx.Effect(effect...)
		c.Tx.Notify(store.EventHash, "hdel", c.Args[1])
	}
	h.Close()
}
