// Package geo holds the commands on positions.
//
// A set of positions is a sorted set: the scores are the positions, as numbers that package store/ds/geo makes, so that all
// that are near a place lie in a few ranges of scores. A search takes the members in these ranges that are near enough, then
// sorts them, and replies or stores them.
package geo

import (
	"slices"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/geo"
)

// Commands of the group.
var Commands = slices.Concat(addSpecs, readSpecs, searchSpecs, oldSearchSpecs)

const (
	unitSyntax = "<M | KM | FT | MI>"

	errUnit   = "ERR unsupported unit provided. please use M, KM, FT, MI"
	errMember = "ERR could not decode requested zset member"
)

// limits are the options that apply now to a set that is about to change.
func limits(c *command.Ctx) store.ZSetLimits { return command.ZSetLimits(c.Host.Config()) }

// lookup returns the positions under key, none when there is no such key. It replies an error, and returns false, when the
// key holds another kind of value.
func lookup(c *command.Ctx, key []byte) (z store.ZSet, exists, ok bool) {
	e := c.Tx.Read(key)
	if !c.Want(e, store.ZSetKind) {
		return z, false, false
	}
	return e.ZSet(), e != nil, true
}

// position is the one of a member.
func position(z *store.ZSet, member []byte) (p geo.Point, ok bool) {
	score, ok := z.Score(member)
	if !ok {
		return p, false
	}
	return geo.At(score), true
}

// parsePosition reads a longitude at argument i and a latitude behind it. It replies an error, and returns false, when there
// is no such position.
func parsePosition(c *command.Ctx, i int) (p geo.Point, ok bool) {
	if p.Longitude, ok = c.Double(i); !ok {
		return p, false
	}
	if p.Latitude, ok = c.Double(i + 1); !ok {
		return p, false
	}
	if !p.Valid() {
		c.Out.Errorf("ERR invalid longitude,latitude pair %s,%s", fixed(p.Longitude), fixed(p.Latitude))
		return p, false
	}
	return p, true
}

// parseUnit reads the name of a unit at argument i as metres, and replies an error when it is none.
func parseUnit(c *command.Ctx, i int) (metres float64, ok bool) {
	switch name := c.Args[i]; {
	case command.EqualFold(name, "m"):
		return 1, true
	case command.EqualFold(name, "km"):
		return 1000, true
	case command.EqualFold(name, "ft"):
		return 0.3048, true
	case command.EqualFold(name, "mi"):
		return 1609.34, true
	}
	c.Out.Error(errUnit)
	return 0, false
}

// parseLength reads a number at argument i.
func parseLength(c *command.Ctx, i int, complaint string) (n float64, ok bool) {
	n, ok = command.ParseDouble(c.Args[i])
	if !ok {
		c.Out.Error(complaint)
	}
	return n, ok
}
