package command

import "math"

// FlushPushes writes the messages that wait for the client before the reply of the command at hand: for commands after which
// the client must not get them any more. Inside a transaction there are none but the transaction's own, which come after it.
func (c *Ctx) FlushPushes() {
	if !c.Client.Multi.Active && c.Client.Reply == ReplyOn {
		c.Out.Buf = c.Client.Subs.Take(c.Out.Buf, c.Out.Proto, math.MaxInt)
	}
}
