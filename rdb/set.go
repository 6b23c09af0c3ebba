package rdb

import (
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/intset"
	"github.com/miniredisd/miniredisd/store/ds/listpack"
	"github.com/miniredisd/miniredisd/store/ds/set"
)

func (o Options) appendSet(dst []byte, e *store.Entry) (Type, []byte) {
	var s set.Set
	e.Set(&s)
	switch s.Enc {
	case set.Intset:
		return TypeSetIntset, o.appendString(dst, s.Packed)
	case set.Listpack:
		return TypeSetListpack, o.appendString(dst, s.Packed)
	}
	dst = appendLength(dst, uint64(s.Len()))
	s.Each(func(member []byte) bool {
		dst = o.appendString(dst, member)
		return true
	})
	return TypeSet, dst
}

// setOf gathers a set of n members. A member that comes twice is a fault.
func (r *reader) setOf(n int, lim *Limits, next func() []byte) *store.Value {
	var s *set.Set
	for range n {
		member := next()
		if r.bad {
			break
		}
		if s == nil {
			s = set.New(member, 1, lim.Set)
		}
		if s.Has(member) {
			r.fail()
			break
		}
		s.Insert(member, lim.Set)
	}
	if s == nil {
		return nil
	}
	if r.bad {
		s.Release()
		return nil
	}
	return store.SetValue(s)
}

func readSet(r *reader, lim *Limits) *store.Value { return r.setOf(r.count(1), lim, r.string) }

func readSetIntset(r *reader, lim *Limits) *store.Value {
	is, err := intset.Validate(r.string(), true)
	if err != nil {
		return nil
	}
	i := 0
	return r.setOf(is.Len(), lim, func() []byte {
		i++
		return store.AppendInt(nil, is.At(i-1))
	})
}

func readSetListpack(r *reader, lim *Limits) *store.Value {
	lp, n := r.listpack(1)
	p := listpack.HeaderSize
	return r.setOf(n, lim, func() (member []byte) {
		member, p = element(lp, p)
		return member
	})
}
