package differential

// How calls are drawn from syntax trees, and how they are spoiled.

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/miniredisd/miniredisd/command"
)

// generator draws one sequence.
type generator struct {
	*rand.Rand
	catalog *Catalog
	focus   command.Group // the group most commands of the sequence are of
	entry   *entry        // the command that is being drawn
	as      int           // if not 0, how often the next multiple argument is drawn
	added   int           // the last ID of XADD
	repeats int           // how often the last multiple argument was drawn
}

// chance is true once in n times.
func (g *generator) chance(n int) bool { return g.IntN(n) == 0 }

func (g *generator) pick(list []string) string { return list[g.IntN(len(list))] }

// maxQueued is how many commands a transaction has that is begun and ended.
const maxQueued = 6

// calls draws what comes next: mostly one call, at times a whole transaction.
func (g *generator) calls() []Request {
	if len(g.catalog.byGroup[command.Transactions]) == 0 || !g.chance(40) {
		return []Request{g.request(g.choose())}
	}
	calls := []Request{{"MULTI"}}
	for range g.IntN(maxQueued) {
		calls = append(calls, g.request(g.choose()))
	}
	return append(calls, Request{g.pick([]string{"EXEC", "EXEC", "EXEC", "DISCARD"})})
}

// opening makes what the commands in focus need to be of any use.
func (g *generator) opening() []Request {
	if g.focus != command.Stream || g.catalog.byName["xgroup|create"] == nil || g.chance(4) {
		return nil
	}
	var calls []Request
	for i := range 2 * keysOfType {
		calls = append(calls, Request{"XGROUP", "CREATE", "x" + strconv.Itoa(1+i/2), "g" + strconv.Itoa(1+i%2), g.pick([]string{"0", "$"}), "MKSTREAM"})
	}
	return calls
}

// choose draws a command: of the group in focus, of those for any key, of any group.
func (g *generator) choose() *entry {
	list := g.catalog.all
	switch n := g.IntN(20); {
	case n < 12:
		list = g.catalog.byGroup[g.focus]
	case n < 15 && len(g.catalog.byGroup[command.Generic]) > 0:
		list = g.catalog.byGroup[command.Generic]
	}
	for {
		e := list[g.IntN(len(list))]
		if !e.special.rare || len(list) == 1 || g.chance(20) {
			return e
		}
	}
}

// request draws a call.
func (g *generator) request(e *entry) Request {
	outer := g.entry
	g.entry = e
	defer func() { g.entry = outer }()
	var r Request
	switch {
	case e.special.form != nil:
		r = e.special.form(g, e)
	default:
		r = g.args(g.name(e), g.shuffled(e.args))
	}
	if g.chance(12) {
		r = g.spoil(r, len(e.words))
	}
	return g.catalog.harmless(e, r)
}

// name is the command's name, in any case.
func (g *generator) name(e *entry) Request {
	r := make(Request, len(e.words), 8)
	for i, w := range e.words {
		if r[i] = strings.ToUpper(w); g.chance(20) {
			r[i] = w
		}
	}
	return r
}

// shuffled puts the options at the end into another order, now and then.
func (g *generator) shuffled(args []command.Arg) []command.Arg {
	from := len(args)
	for from > 0 && args[from-1].Optional {
		from--
	}
	if len(args)-from < 2 || !g.chance(3) {
		return args
	}
	args = slices.Clone(args)
	g.Shuffle(len(args)-from, func(i, j int) { args[from+i], args[from+j] = args[from+j], args[from+i] })
	return args
}

// counts are the names of arguments that say how many of the next one follow.
var counts = map[string]bool{"numkeys": true, "numfields": true, "numids": true}

func (g *generator) args(r Request, list []command.Arg) Request {
	for i := range list {
		at := len(r)
		if i > 0 && list[i].Name == "ID" && list[i].Multiple && list[i-1].Type == command.ArgKey && list[i-1].Multiple && !g.chance(15) {
			g.as = g.repeats // as many as keys
		}
		r = g.arg(r, &list[i])
		if i > 0 && counts[list[i-1].Name] && !g.chance(15) {
			r[at-1] = strconv.Itoa(g.repeats)
		}
	}
	return r
}

func (g *generator) arg(r Request, a *command.Arg) Request {
	times := 1
	if a.Optional {
		switch n := g.IntN(100); {
		case n < 60:
			times = 0
		case n < 97 || a.Multiple:
		default:
			times = 2 // once too often
		}
	}
	switch {
	case g.as > 0:
		times, g.as = g.as, 0
	case a.Multiple && times > 0:
		for times < 30 && g.chance(2) {
			times++
		}
	}
	for i := range times {
		if a.Token != "" && a.Type != command.ArgPureToken && (i == 0 || a.MultipleToken || !a.Multiple) {
			r = append(r, g.token(a.Token))
		}
		r = g.single(r, a)
	}
	if a.Multiple {
		g.repeats = times
	}
	return r
}

func (g *generator) token(t string) string {
	if g.chance(10) {
		return strings.ToLower(t)
	}
	return t
}

// single draws an argument without its token.
func (g *generator) single(r Request, a *command.Arg) Request {
	switch a.Type {
	case command.ArgPureToken:
		if a.Token == "*" && !g.chance(5) {
			return append(r, g.newID())
		}
		return append(r, g.token(a.Token))
	case command.ArgBlock:
		return g.args(r, a.Args)
	case command.ArgOneOf:
		r = g.arg(r, &a.Args[g.IntN(len(a.Args))])
		if g.chance(25) { // two that exclude each other
			r = g.arg(r, &a.Args[g.IntN(len(a.Args))])
		}
		return r
	}
	return append(r, g.value(a))
}

// spoil makes a call what it should not be. The words of the name stay.
func (g *generator) spoil(r Request, words int) Request {
	if len(r) == words {
		return append(r, g.anything())
	}
	at := words + g.IntN(len(r)-words)
	switch g.IntN(7) {
	case 0:
		return r[:at] // too few
	case 1:
		return slices.Delete(r, at, at+1)
	case 2:
		return append(r, g.anything()) // too many
	case 3:
		return slices.Insert(r, at, r[at]) // twice
	case 4:
		other := words + g.IntN(len(r)-words)
		r[at], r[other] = r[other], r[at]
	case 5:
		r[at] = g.anyKey()
	default:
		r[at] = g.anything()
	}
	return r
}
