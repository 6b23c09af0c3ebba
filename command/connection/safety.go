package connection

// WAIT and WAITAOF: a client waits until what it has written is safe, on replicas or on disk. There are no replicas yet, so
// whoever asks for some waits in vain.

import (
	"math"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/resp"
)

// replicas is how many replicas have what a client has written.
const replicas = 0

var safetySpecs = []command.Spec{
	{Name: "wait", Group: command.Generic, Since: "3.0.0", Complexity: "O(1)", Arity: 3,
		Summary: "Waits until replicas have what the connection has written.",
		Flags:   command.Blocking, Categories: command.CatConnection, Syntax: "numreplicas:integer timeout:integer", Run: wait,
		Tips: []string{"request_policy:all_shards", "response_policy:agg_min"}},
	{Name: "waitaof", Group: command.Generic, Since: "7.2.0", Complexity: "O(1)", Arity: 4,
		Summary: "Waits until what the connection has written is on disk, here and on replicas.",
		Flags:   command.Blocking, Categories: command.CatConnection, Syntax: "numlocal:integer numreplicas:integer timeout:integer",
		Run: waitAOF, Tips: []string{"request_policy:all_shards", "response_policy:agg_min"}},
}

func wait(c *command.Ctx) {
	number, ok := c.Int(1)
	if !ok {
		return
	}
	until, ok := waitUntil(c, 2)
	if !ok {
		return
	}
	reply := func(out *resp.Writer) { out.Int(replicas) }
	if number <= replicas || !c.Wait(command.Wait{Until: until, Reply: reply}) {
		reply(c.Out)
	}
}

func waitAOF(c *command.Ctx) {
	local, ok := atMost(c, 1, 1, "ERR value is out of range, value must between 0 and 1")
	if !ok {
		return
	}
	number, ok := atMost(c, 2, math.MaxInt64, "ERR value is out of range, must be positive")
	if !ok {
		return
	}
	until, ok := waitUntil(c, 3)
	if !ok {
		return
	}
	if local > 0 && !c.Host.Config().Bool(config.AppendOnly) {
		c.Out.Error(command.ErrLogOff)
		return
	}
	written, host := c.Tx.Logged, c.Host
	reply := func(out *resp.Writer) {
		out.Array(2)
		out.Bool(host.OnDisk(written))
		out.Int(replicas)
	}
	want := command.Wait{Until: until, Reply: reply}
	switch {
	case local > 0 && number <= replicas:
		want.OnDisk = written
	case local > 0:
		want.OnDisk = math.MaxInt64 // never; but when the log is turned off, that ends the wait
	}
	if number <= replicas && (local == 0 || host.OnDisk(written)) || !c.Wait(want) {
		reply(c.Out)
	}
}

// atMost reads argument i, a number from 0 to limit; outside is the error of another.
func atMost(c *command.Ctx, i int, limit int64, outside string) (n int64, ok bool) {
	if n, ok = c.Int(i); ok && (n < 0 || n > limit) {
		c.Out.Error(outside)
		return 0, false
	}
	return n, ok
}

// waitUntil reads argument i, which is how long to wait, in milliseconds, and returns until when: 0 for ever.
func waitUntil(c *command.Ctx, i int) (until int64, ok bool) {
	until, problem := c.Deadline(c.Args[i])
	if problem != "" {
		c.Out.Error(problem)
		return 0, false
	}
	if until == c.Now() {
		return 0, true
	}
	return until, true
}
