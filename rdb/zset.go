package rdb

import (
	"bytes"
	"math"
	"strconv"

	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/listpack"
	"github.com/miniredisd/miniredisd/store/ds/zset"
)

// appendZSet appends a sorted set: packed, or members with their scores, the highest first: so a list that is built from its
// head, as a server of C has it, is built fastest.
func (o Options) appendZSet(dst []byte, e *store.Entry) (Type, []byte) {
	if lp, enc := e.Packed(); enc != store.EncObject {
		return TypeZSetListpack, o.appendString(dst, lp)
	}
	z := e.ZSet()
	dst = appendLength(dst, uint64(z.Len()))
	it := z.Iter(0, z.Len(), true)
	for member, ok := it.Next(); ok; member, ok = it.Next() {
		dst = appendDouble(o.appendString(dst, member), it.Score())
	}
	return TypeZSet2, dst
}

// zsetOf gathers a sorted set of n members. A member that comes twice, or with a score that is no number, is a fault.
func (r *reader) zsetOf(n int, lim *Limits, next func() (member []byte, score float64)) *store.Value {
	if n == 0 || r.bad {
		return nil
	}
	b := zset.NewBuilder(n)
	for range n {
		member, score := next()
		spot, _, found := b.Find(member)
		if r.bad || found || math.IsNaN(score) {
			b.Build().Release()
			return nil
		}
		b.Add(spot, member, score)
	}
	return store.ZSetValue(b, lim.ZSet)
}

func readZSet(r *reader, lim *Limits) *store.Value {
	return r.zsetOf(r.count(2), lim, func() ([]byte, float64) { return r.string(), r.textDouble() })
}

func readZSet2(r *reader, lim *Limits) *store.Value {
	return r.zsetOf(r.count(9), lim, func() ([]byte, float64) { return r.string(), r.double() })
}

func readZSetListpack(r *reader, lim *Limits) *store.Value {
	lp, n := r.listpack(2)
	p := listpack.HeaderSize
	return r.zsetOf(n, lim, func() (member []byte, score float64) {
		var text []byte
		member, p = element(lp, p)
		text, p = element(lp, p)
		return member, r.score(text)
	})
}

func readZSetZiplist(r *reader, lim *Limits) *store.Value {
	list, ok := r.elements(ziplist, 2)
	if !ok {
		return nil
	}
	i := 0
	return r.zsetOf(len(list)/2, lim, func() ([]byte, float64) {
		i += 2
		return list[i-2], r.score(list[i-1])
	})
}

// score is the text of a score.
func (r *reader) score(text []byte) float64 {
	f, err := strconv.ParseFloat(string(bytes.TrimSpace(text)), 64)
	if err != nil {
		r.fail()
	}
	return f
}
