package geo

import (
	"sync"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/geo"
	"github.com/miniredisd/miniredisd/store/ds/zset"
)

const (
	searchComplexity = "O(N+log(M)) with N the number of members in the cells around the shape, and M of those in the set"
	whereSyntax      = "from:<FROMMEMBER member | FROMLONLAT longitude:double latitude:double> by:<circle:(BYRADIUS radius:double " +
		unitSyntax + ") | box:(BYBOX width:double height:double " + unitSyntax + ")> [ASC | DESC] [COUNT count:integer [ANY]]"
	oldSyntax      = "radius:double " + unitSyntax + " [WITHCOORD] [WITHDIST] [WITHHASH] [COUNT count:integer [ANY]] [ASC | DESC]"
	storeSyntax    = " [store:(STORE storekey:key | STOREDIST storedistkey:key)]"
	positionSyntax = "key longitude:double latitude:double "
	memberSyntax   = "key member "
)

// form is what distinguishes the commands that search.
type form uint8

const (
	atPosition form = 1 << iota // GEORADIUS key longitude latitude radius unit …
	atMember                    // GEORADIUSBYMEMBER key member radius unit …
	mayStore                    // with STORE and STOREDIST
	intoKey                     // GEOSEARCHSTORE destination key …
)

var searchSpecs = []command.Spec{
	{Name: "geosearch", Group: command.Geo, Summary: "Finds the members in a circle or a box around a place.", Since: "6.2.0",
		Complexity: searchComplexity, Arity: -7, Flags: command.ReadOnly, Keys: command.KeyAt(1, command.RO|command.Access),
		Syntax: "key " + whereSyntax + " [WITHCOORD] [WITHDIST] [WITHHASH]", Run: func(c *command.Ctx) { find(c, 0) }},
	{Name: "geosearchstore", Group: command.Geo, Summary: "Stores the members in a circle or a box around a place under a key.", Since: "6.2.0",
		Complexity: searchComplexity, Arity: -8, Flags: command.Write | command.DenyOOM,
		Keys:   []command.KeySpec{{Flags: command.OW | command.Update, Index: 1, Step: 1}, {Flags: command.RO | command.Access, Index: 2, Step: 1}},
		Syntax: "destination:key source:key " + whereSyntax + " [STOREDIST]", Run: func(c *command.Ctx) { find(c, intoKey) }},
}

var oldSearchSpecs = []command.Spec{
	{Name: "georadius", Group: command.Geo, Summary: "Finds the members in a circle around a position, and may store them.", Since: "3.2.0",
		Deprecated: "6.2.0", ReplacedBy: "`GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` argument",
		Complexity: searchComplexity, Arity: -6, Flags: command.Write | command.DenyOOM, Keys: storing(6), FindKeys: storingKeys,
		Syntax: positionSyntax + oldSyntax + storeSyntax, Run: func(c *command.Ctx) { find(c, atPosition|mayStore) }},
	{Name: "georadius_ro", Group: command.Geo, Summary: "Finds the members in a circle around a position.", Since: "3.2.10",
		Deprecated: "6.2.0", ReplacedBy: "`GEOSEARCH` with the `BYRADIUS` argument",
		Complexity: searchComplexity, Arity: -6, Flags: command.ReadOnly, Keys: command.KeyAt(1, command.RO|command.Access),
		Syntax: positionSyntax + oldSyntax, Run: func(c *command.Ctx) { find(c, atPosition) }},
	{Name: "georadiusbymember", Group: command.Geo, Summary: "Finds the members in a circle around one of them, and may store them.", Since: "3.2.0",
		Deprecated: "6.2.0", ReplacedBy: "`GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` and `FROMMEMBER` arguments",
		Complexity: searchComplexity, Arity: -5, Flags: command.Write | command.DenyOOM, Keys: storing(5), FindKeys: storingKeys,
		Syntax: memberSyntax + oldSyntax + storeSyntax, Run: func(c *command.Ctx) { find(c, atMember|mayStore) }},
	{Name: "georadiusbymember_ro", Group: command.Geo, Summary: "Finds the members in a circle around one of them.", Since: "3.2.10",
		Deprecated: "6.2.0", ReplacedBy: "`GEOSEARCH` with the `BYRADIUS` and `FROMMEMBER` arguments",
		Complexity: searchComplexity, Arity: -5, Flags: command.ReadOnly, Keys: command.KeyAt(1, command.RO|command.Access),
		Syntax: memberSyntax + oldSyntax, Run: func(c *command.Ctx) { find(c, atMember) }},
}

// storing declares the key and what STORE and STOREDIST name, from argument i on.
func storing(i int) []command.KeySpec {
	return []command.KeySpec{{Flags: command.RO | command.Access, Index: 1, Step: 1},
		{Flags: command.OW | command.Update, Keyword: "STORE", StartFrom: i, Step: 1},
		{Flags: command.OW | command.Update, Keyword: "STOREDIST", StartFrom: i, Step: 1}}
}

// storingKeys finds them, also where there are several: the last one counts, but all need permission.
func storingKeys(args [][]byte) ([]command.KeyRef, error) {
	refs := []command.KeyRef{{Pos: 1, Flags: command.RO | command.Access}}
	for i := 5; i+1 < len(args); i++ {
		if command.EqualFold(args[i], "store") || command.EqualFold(args[i], "storedist") {
			i++
			refs = append(refs, command.KeyRef{Pos: i, Flags: command.OW | command.Update})
		}
	}
	return refs, nil
}

// place is a member that was found.
type place struct {
	score, distance float64 // the distance in metres
	from, to        int     // its name among the result's
}

// result is all members that were found, with a copy of their names one behind the other.
type result struct {
	places []place
	names  []byte
}

func (res *result) name(p *place) []byte { return res.names[p.from:p.to] }

// results are of searches that have ended.
var results = sync.Pool{New: func() any { return new(result) }}

// maxKept is the memory that a result may have and be used again, in bytes of names, and in places by a part of that.
const maxKept = 1 << 20

func (res *result) free() {
	if cap(res.names) <= maxKept && cap(res.places) <= maxKept/32 {
		res.places, res.names = res.places[:0], res.names[:0]
		results.Put(res)
	}
}

// find is all the commands that search.
func find(c *command.Ctx, f form) {
	z, exists, ok := lookup(c, c.Args[f.source()])
	if !ok {
		return
	}
	r := request{form: f}
	if f&intoKey != 0 {
		r.stored, r.dest = true, c.Args[1]
	}
	if !r.parse(c, &z, exists) {
		return
	}
	res := results.Get().(*result)
	if exists {
		res.collect(&z, &r)
		r.sort(res)
	}
	if r.stored {
		r.store(c, res)
	} else {
		r.reply(c, res)
	}
	res.free()
}

// collect finds the members in the shape, or as many as ANY asks for.
func (res *result) collect(z *store.ZSet, r *request) {
	ranges, n := r.shape.Cover()
	for _, scores := range ranges[:n] {
		from, to := z.ScoreRange(zset.ScoreRange{Min: scores.From, Max: scores.To, MaxOpen: true})
		it := z.Iter(from, to, false)
		for member, ok := it.Next(); ok; member, ok = it.Next() {
			score := it.Score()
			distance, ok := r.shape.Distance(geo.At(score))
			if !ok {
				continue
			}
			at := len(res.names)
			res.names = append(res.names, member...)
			res.places = append(res.places, place{score, distance, at, len(res.names)})
			if r.any && int64(len(res.places)) >= r.count {
				return
			}
		}
	}
}

// sort sorts the result and cuts it down to as many as are wanted: the nearest ones, unless it is said otherwise.
func (r *request) sort(res *result) {
	o := r.order
	if o == unsorted && r.count != 0 && !r.any {
		o = ascending
	}
	keep := len(res.places)
	if r.count != 0 {
		keep = int(min(int64(keep), r.count))
	}
	if o != unsorted {
		o.sort(res.places, keep)
	}
	res.places = res.places[:keep]
}

// store stores the result under the destination. An empty one deletes the key.
func (r *request) store(c *command.Ctx, res *result) {
	n := len(res.places)
	c.Out.Int(int64(n))
	if n == 0 {
		if c.Tx.Delete(r.dest) {
			c.Tx.Notify(store.EventGeneric, "del", r.dest)
		}
		return
	}
	b := zset.NewBuilder(n)
	for i := range res.places {
		p := &res.places[i]
		score := p.score
		if r.storeDist {
			score = p.distance / r.shape.Unit
		}
		b.Put(res.name(p), score)
	}
	c.Tx.PutZSet(r.dest, b, limits(c))
	event := "geosearchstore"
	if r.old() {
		event = "georadiusstore"
	}
	c.Tx.Notify(store.EventZSet, event, r.dest)
}

// reply replies the members by themselves, or each one in an array with what else is asked for.
func (r *request) reply(c *command.Ctx, res *result) {
	parts := 1
	for _, with := range [...]bool{r.withDist, r.withHash, r.withCoord} {
		if with {
			parts++
		}
	}
	c.Out.Array(len(res.places))
	for i := range res.places {
		p := &res.places[i]
		if parts > 1 {
			c.Out.Array(parts)
		}
		c.Out.Bulk(res.name(p))
		if r.withDist {
			replyDistance(c, p.distance/r.shape.Unit)
		}
		if r.withHash {
			c.Out.Int(int64(p.score))
		}
		if r.withCoord {
			replyPosition(c, geo.At(p.score))
		}
	}
}
