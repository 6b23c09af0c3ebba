package admin

// LOLWUT: a small piece of art that is another one each time, and the version, for which clients look.

import (
	"math"
	"strings"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
)

var lolwutSpec = command.Spec{Name: "lolwut", Group: command.ServerGroup, Summary: "Shows computer art and the version.",
	Since: "5.0.0", Complexity: "O(n) with n the size of the picture", Arity: -1, Flags: command.ReadOnly | command.Fast,
	Syntax: "[VERSION version:integer]", Run: lolwut}

const (
	lolwutColumns, lolwutRows       = 66, 24
	lolwutMaxColumns, lolwutMaxRows = 1000, 1000
)

// lolwut is LOLWUT [VERSION version] [columns [rows]].
func lolwut(c *command.Ctx) {
	args := c.Args[1:]
	if len(args) >= 2 && command.EqualFold(args[0], "version") {
		if _, ok := c.Int(2); !ok {
			return
		}
		args = args[2:]
	}
	size := [2]int64{lolwutColumns, lolwutRows}
	for i := range args[:min(len(args), 2)] {
		n, ok := store.ParseInt(args[i])
		if !ok {
			c.Out.Error(command.ErrNotInt)
			return
		}
		size[i] = n
	}
	columns, rows := min(max(size[0], 1), lolwutMaxColumns), min(max(size[1], 1), lolwutMaxRows)
	picture := weave(int(columns), int(rows), c.Tx.Rand)
	c.Out.Verbatim("txt", picture+"\nRedis ver. "+c.Host.RedisVersion()+"\n")
}

// threads are the signs of the weave, from thin to thick.
var threads = []string{" ", "░", "▒", "▓", "█"}

// weave lays three waves of random length, direction and phase over one another; where they agree, the cloth is thick.
func weave(columns, rows int, random func(uint64) uint64) string {
	unit := func() float64 { return float64(random(1<<20)) / (1 << 20) }
	var dx, dy, phase [3]float64
	for i := range dx {
		angle, length := 2*math.Pi*unit(), 4+20*unit()
		dx[i], dy[i], phase[i] = 2*math.Pi*math.Cos(angle)/length, 4*math.Pi*math.Sin(angle)/length, 2*math.Pi*unit()
	}
	var b strings.Builder
	for y := range rows {
		for x := range columns {
			height := 0.0
			for i := range dx {
				height += math.Sin(dx[i]*float64(x) + dy[i]*float64(y) + phase[i])
			}
			b.WriteString(threads[min(int((height+3)/6*float64(len(threads))), len(threads)-1)])
		}
		b.WriteByte('\n')
	}
	return b.String()
}
