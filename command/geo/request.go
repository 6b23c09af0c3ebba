package geo

// What a search asks for.

import (
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/geo"
)

// request is what a search asks for.
type request struct {
	form
	shape geo.Shape
	order order
	count int64 // the most members; 0: all
	any   bool  // the first ones that are found will do

	withDist, withHash, withCoord bool

	stored    bool // under dest
	storeDist bool // the scores are distances
	dest      []byte

	fromMember, fromPosition, byRadius bool // what has been said, as shape.Box
}

// source is the argument that is the key to be searched.
func (f form) source() int {
	if f&intoKey != 0 {
		return 2
	}
	return 1
}

// old reports whether the place and the radius have fixed arguments.
func (f form) old() bool { return f&(atPosition|atMember) != 0 }

// parse reads the arguments behind the key. z is the set that they are about; where it does not exist, no member is looked
// for. It replies an error and returns false when something is wrong.
func (r *request) parse(c *command.Ctx, z *store.ZSet, exists bool) bool {
	i := r.source() + 1
	if r.old() {
		used := r.fixed(c, z, exists)
		if used == 0 {
			return false
		}
		i += used
	}
	for i < len(c.Args) {
		used := r.option(c, i, z, exists)
		if used == 0 {
			return false
		}
		i += used
	}
	return r.check(c)
}

// fixed reads the place and the radius of the older commands. Like option, it returns how many arguments these are, and 0
// when it has replied an error.
func (r *request) fixed(c *command.Ctx, z *store.ZSet, exists bool) (used int) {
	if r.form&atPosition != 0 {
		var ok bool
		if r.shape.Center, ok = parsePosition(c, 2); !ok || !r.circle(c, 4) {
			return 0
		}
		return 4
	}
	if exists && !(r.member(c, z, 2) && r.circle(c, 3)) {
		return 0
	}
	return 3
}

// option reads the option at argument i.
func (r *request) option(c *command.Ctx, i int, z *store.ZSet, exists bool) (used int) {
	word, left := c.Args[i], len(c.Args)-i-1
	is := func(name string, values int) bool { return left >= values && command.EqualFold(word, name) }
	switch {
	case is("withdist", 0):
		r.withDist = true
	case is("withhash", 0):
		r.withHash = true
	case is("withcoord", 0):
		r.withCoord = true
	case is("any", 0):
		r.any = true
	case is("asc", 0):
		r.order = ascending
	case is("desc", 0):
		r.order = descending
	case is("count", 1):
		return r.limit(c, i+1)
	case r.form&mayStore != 0 && (is("store", 1) || is("storedist", 1)):
		r.stored, r.storeDist, r.dest = true, is("storedist", 1), c.Args[i+1]
		return 2
	case r.form&intoKey != 0 && is("storedist", 0):
		r.storeDist = true
	case !r.old():
		return r.where(c, i, is, z, exists)
	default:
		c.Out.Error(command.ErrSyntax)
		return 0
	}
	return 1
}

// limit reads the number of COUNT.
func (r *request) limit(c *command.Ctx, i int) (used int) {
	n, ok := c.Int(i)
	if !ok {
		return 0
	}
	if n <= 0 {
		c.Out.Error("ERR COUNT must be > 0")
		return 0
	}
	r.count = n
	return 2
}

// where reads an option that says where to search. There may be one centre and one shape; the same word may come again.
func (r *request) where(c *command.Ctx, i int, is func(string, int) bool, z *store.ZSet, exists bool) (used int) {
	ok := false
	switch {
	case is("frommember", 1) && !r.fromPosition:
		r.fromMember, used = true, 2
		ok = !exists || r.member(c, z, i+1)
	case is("fromlonlat", 2) && !r.fromMember:
		r.fromPosition, used = true, 3
		r.shape.Center, ok = parsePosition(c, i+1)
	case is("byradius", 2) && !r.shape.Box:
		r.byRadius, used = true, 3
		ok = r.circle(c, i+1)
	case is("bybox", 3) && !r.byRadius:
		r.shape.Box, used = true, 4
		ok = r.box(c, i+1)
	default:
		c.Out.Error(command.ErrSyntax)
	}
	if !ok {
		return 0
	}
	return used
}

// member takes the position of the member at argument i as the centre.
func (r *request) member(c *command.Ctx, z *store.ZSet, i int) (ok bool) {
	if r.shape.Center, ok = position(z, c.Args[i]); !ok {
		c.Out.Error("ERR could not decode requested zset member")
	}
	return ok
}

// circle reads a radius and its unit at argument i.
func (r *request) circle(c *command.Ctx, i int) (ok bool) {
	if r.shape.Radius, ok = parseLength(c, i, "ERR need numeric radius"); !ok {
		return false
	}
	if r.shape.Radius < 0 {
		c.Out.Error("ERR radius cannot be negative")
		return false
	}
	r.shape.Unit, ok = parseUnit(c, i+1)
	return ok
}

// box reads a width, a height and their unit at argument i.
func (r *request) box(c *command.Ctx, i int) (ok bool) {
	if r.shape.Width, ok = parseLength(c, i, "ERR need numeric width"); !ok {
		return false
	}
	if r.shape.Height, ok = parseLength(c, i+1, "ERR need numeric height"); !ok {
		return false
	}
	if r.shape.Width < 0 || r.shape.Height < 0 {
		c.Out.Error("ERR height or width cannot be negative")
		return false
	}
	r.shape.Unit, ok = parseUnit(c, i+2)
	return ok
}

// check looks at all options together. It replies an error and returns false when something is missing or one too many.
func (r *request) check(c *command.Ctx) bool {
	with := r.withDist || r.withHash || r.withCoord
	switch {
	case r.stored && with && r.old():
		c.Out.Error("ERR STORE option in GEORADIUS is not compatible with WITHDIST, WITHHASH and WITHCOORD options")
	case r.stored && with:
		c.Out.Error("ERR GEOSEARCHSTORE is not compatible with WITHDIST, WITHHASH and WITHCOORD options")
	case !r.old() && !r.fromMember && !r.fromPosition:
		c.Out.Errorf("ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for %s", c.Args[0])
	case !r.old() && !r.byRadius && !r.shape.Box:
		c.Out.Errorf("ERR exactly one of BYRADIUS and BYBOX can be specified for %s", c.Args[0])
	case r.any && r.count == 0:
		c.Out.Error("ERR the ANY argument requires COUNT argument")
	default:
		return true
	}
	return false
}
