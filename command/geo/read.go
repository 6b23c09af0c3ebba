package geo

import (
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store/ds/geo"
)

const eachComplexity = "O(log(N)) for each member asked for, with N the number of members in the set"

var readSpecs = []command.Spec{
	{Name: "geodist", Group: command.Geo, Summary: "Returns the distance between two members.", Since: "3.2.0",
		Complexity: "O(log(N)) with N the number of members in the set", Arity: -4, Flags: command.ReadOnly,
		Keys: command.KeyAt(1, command.RO|command.Access), Syntax: "key member1 member2 [M | KM | FT | MI]", Run: geodist},
	{Name: "geohash", Group: command.Geo, Summary: "Returns the positions of members as geohash texts, which other programs read.",
		Since: "3.2.0", Complexity: eachComplexity, Arity: -2, Flags: command.ReadOnly,
		Keys: command.KeyAt(1, command.RO|command.Access), Syntax: "key [member [member ...]]", Run: geohash},
	{Name: "geopos", Group: command.Geo, Summary: "Returns the positions of members.", Since: "3.2.0", Complexity: eachComplexity,
		Arity: -2, Flags: command.ReadOnly, Keys: command.KeyAt(1, command.RO|command.Access),
		Syntax: "key [member [member ...]]", Run: geopos},
}

func geodist(c *command.Ctx) {
	unit := 1.0
	switch {
	case len(c.Args) > 5:
		c.Out.Error(command.ErrSyntax)
		return
	case len(c.Args) == 5:
		var ok bool
		if unit, ok = parseUnit(c, 4); !ok {
			return
		}
	}
	z, _, ok := lookup(c, c.Args[1])
	if !ok {
		return
	}
	a, ok := position(&z, c.Args[2])
	if !ok {
		c.Out.Null()
		return
	}
	b, ok := position(&z, c.Args[3])
	if !ok {
		c.Out.Null()
		return
	}
	replyDistance(c, geo.Distance(a, b)/unit)
}

func geohash(c *command.Ctx) {
	z, _, ok := lookup(c, c.Args[1])
	if !ok {
		return
	}
	c.Out.Array(len(c.Args) - 2)
	for _, member := range c.Args[2:] {
		p, ok := position(&z, member)
		if !ok {
			c.Out.Null()
			continue
		}
		text := p.Text()
		c.Out.Bulk(text[:])
	}
}

func geopos(c *command.Ctx) {
	z, _, ok := lookup(c, c.Args[1])
	if !ok {
		return
	}
	c.Out.Array(len(c.Args) - 2)
	for _, member := range c.Args[2:] {
		if p, ok := position(&z, member); ok {
			replyPosition(c, p)
		} else {
			c.Out.NullArray()
		}
	}
}
