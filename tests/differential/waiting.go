package differential

// Calls that wait for other clients. No sequence has them, since two servers cannot be compared while they wait; but a test of
// many clients wants them.

import (
	"math/rand/v2"
	"strings"

	"github.com/miniredisd/miniredisd/command"
)

// waits is what is special about them: they wait for ever or for a few milliseconds.
var waits = &special{values: map[string][]string{"timeout": {"0", "0", "0.001", "0.005", "0.01", "-1"},
	"milliseconds": {"0", "0", "1", "5", "10", "-1"}, "ID": {"$", "$", ">", ">", ">", "+", "0", "x"}}}

// learnWaiting notes a command down if it may wait.
func (c *Catalog) learnWaiting(spec *command.Spec) error {
	if !spec.Flags.Has(command.Blocking) {
		return nil
	}
	args, err := command.ParseSyntax(spec.Syntax)
	c.waiting = append(c.waiting, &entry{spec: spec, words: strings.Split(spec.FullName(), "|"), args: args, special: waits, arity: spec.Arity})
	return err
}

// Waiting draws a call of a command that may wait.
func (c *Catalog) Waiting(r *rand.Rand) Request {
	e := c.waiting[r.IntN(len(c.waiting))]
	g := &generator{Rand: r, catalog: c, focus: e.spec.Group}
	return g.request(e)
}
