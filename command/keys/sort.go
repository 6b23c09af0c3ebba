package keys

// SORT: the elements of a list, a set or a sorted set in another order, by themselves or by what other keys hold.

import (
	"bytes"
	"math"
	"slices"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/quicklist"
)

const (
	sortComplexity = "O(N+M*log(M)) where N is the number of elements and M the number returned; O(N) when nothing is sorted"
	sortOptions    = "[BY by-pattern:pattern#1] [LIMIT offset:integer count:integer] [GET get-pattern:pattern#1 [GET get-pattern ...]] " +
		"[ASC | DESC] [sorting:ALPHA]"
	patternNotes = "Keys that BY and GET name: they follow from the elements."
	storeNotes   = "The key that STORE names, wherever it stands."
)

var sorting = []command.Spec{
	{Name: "sort", Group: command.Generic, Summary: "Sorts a list, a set or a sorted set, and may store the result.", Since: "1.0.0",
		Complexity: sortComplexity, Arity: -2, Flags: command.Write | command.DenyOOM | command.MovableKeys | command.LockAll,
		Categories: command.CatSet | command.CatSortedSet | command.CatList | command.CatDangerous,
		Syntax:     "key " + sortOptions + " [STORE destination:key#2]",
		Keys: []command.KeySpec{{Flags: command.RO | command.Access, Index: 1, Step: 1},
			{Flags: command.RO | command.Access, Notes: patternNotes}, {Flags: command.OW | command.Update, Notes: storeNotes}},
		FindKeys: sortKeys, Run: func(c *command.Ctx) { sortKey(c, true) }},
	{Name: "sort_ro", Group: command.Generic, Summary: "Sorts a list, a set or a sorted set.", Since: "7.0.0",
		Complexity: sortComplexity, Arity: -2, Flags: command.ReadOnly | command.MovableKeys | command.LockAll,
		Categories: command.CatSet | command.CatSortedSet | command.CatList | command.CatDangerous, Syntax: "key " + sortOptions,
		Keys: []command.KeySpec{{Flags: command.RO | command.Access, Index: 1, Step: 1},
			{Flags: command.RO | command.Access, Notes: patternNotes}},
		FindKeys: func([][]byte) ([]command.KeyRef, error) { return sortedKey, nil }, Run: func(c *command.Ctx) { sortKey(c, false) }},
}

var sortedKey = []command.KeyRef{{Pos: 1, Flags: command.RO | command.Access}}

// sortKeys finds the key and what STORE names: the last one counts. What stands behind a STORE may be another one, as by Redis.
func sortKeys(args [][]byte) ([]command.KeyRef, error) {
	refs := slices.Clone(sortedKey)
	for i := 2; i < len(args); i++ {
		switch {
		case command.EqualFold(args[i], "limit"):
			i += 2
		case command.EqualFold(args[i], "get"), command.EqualFold(args[i], "by"):
			i++
		case command.EqualFold(args[i], "store") && i+1 < len(args):
			refs = append(refs[:1], command.KeyRef{Pos: i + 1, Flags: command.OW | command.Update})
		}
	}
	return refs, nil
}

// sortRequest is the options of a SORT.
type sortRequest struct {
	by          []byte   // nil: the elements themselves
	get         [][]byte // patterns; none: the elements themselves
	store       []byte   // nil: the result is replied
	desc, alpha bool
	keep        bool  // the elements stay in the order that they have
	unordered   bool  // they have none that would be the same where the log is read
	from, count int64 // LIMIT; a negative count is all
}

func parseSort(c *command.Ctx, mayStore bool) (r sortRequest, ok bool) {
	r.count = -1
	for i := 2; i < len(c.Args); i++ {
		word, left := c.Args[i], len(c.Args)-i-1
		switch {
		case command.EqualFold(word, "asc"):
			r.desc = false
		case command.EqualFold(word, "desc"):
			r.desc = true
		case command.EqualFold(word, "alpha"):
			r.alpha = true
		case command.EqualFold(word, "limit") && left >= 2:
			if r.from, ok = c.Int(i + 1); !ok {
				return r, false
			}
			if r.count, ok = c.Int(i + 2); !ok {
				return r, false
			}
			i += 2
		case command.EqualFold(word, "store") && left >= 1 && mayStore:
			i++
			r.store = c.Args[i]
		case command.EqualFold(word, "by") && left >= 1:
			i++
			r.by, r.keep = c.Args[i], r.keep || !bytes.ContainsRune(c.Args[i], '*')
		case command.EqualFold(word, "get") && left >= 1:
			i++
			r.get = append(r.get, c.Args[i])
		default:
			c.Out.Error(command.ErrSyntax)
			return r, false
		}
	}
	return r, true
}

func sortKey(c *command.Ctx, mayStore bool) {
	r, ok := parseSort(c, mayStore)
	if !ok {
		return
	}
	e := c.Tx.Read(c.Args[1])
	if e != nil && e.Kind() != store.ListKind && e.Kind() != store.SetKind && e.Kind() != store.ZSetKind {
		c.Out.Error(command.ErrWrongType)
		return
	}
	r.unordered = e != nil && e.Kind() == store.SetKind
	if r.keep && r.unordered && (r.store != nil || c.Client.Script) { // what has an effect must not depend on chance
		r.keep, r.alpha, r.by = false, true, nil
	}
	var items []sortItem
	if e != nil {
		items = r.gather(e)
	}
	if !r.keep {
		if !r.weigh(c, items) {
			c.Out.Error("ERR One or more scores can't be converted into double")
			return
		}
		slices.SortStableFunc(items, r.compare)
	}
	items = r.limit(items)
	if r.store != nil {
		r.storeResult(c, items)
	} else {
		r.reply(c, items)
	}
}

// sortItem is an element with what it is sorted by.
type sortItem struct {
	element []byte
	score   float64
	by      []byte // with ALPHA and BY; nil: there is no such key
}

// gather copies the elements, in their order; when they stay in it, only as many as LIMIT needs.
func (r *sortRequest) gather(e *store.Entry) []sortItem {
	var text []byte
	var ends []int
	most := int64(math.MaxInt64)
	if r.keep && !r.desc && r.count >= 0 && r.from < math.MaxInt32 && r.count < math.MaxInt32 {
		most = max(r.from, 0) + r.count
	}
	e.Elements(func(parts ...[]byte) bool {
		if int64(len(ends)) >= most {
			return false
		}
		text = append(text, parts[0]...)
		ends = append(ends, len(text))
		return true
	})
	items, begin := make([]sortItem, len(ends)), 0
	for i, end := range ends {
		items[i].element = text[begin:end:end]
		begin = end
	}
	if r.keep && r.desc && e.Kind() != store.SetKind {
		slices.Reverse(items)
	}
	return items
}

// weigh finds out what each element is sorted by. It reports false when something is no number that should be one.
func (r *sortRequest) weigh(c *command.Ctx, items []sortItem) bool {
	for i := range items {
		it, by, ok := &items[i], items[i].element, true
		if r.by != nil {
			if by, ok = substitute(c, r.by, it.element); !ok {
				continue
			}
		}
		if r.alpha {
			it.by = by
			continue
		}
		if it.score, ok = command.ParseWeight(by); !ok {
			return false
		}
	}
	return true
}

// compare orders two elements. Those with equal scores are ordered by their bytes, and so are all equals of a set: the log has
// the request, which must store the same list again.
func (r *sortRequest) compare(a, b sortItem) int {
	order := 0
	switch {
	case !r.alpha && a.score != b.score:
		order = 1
		if a.score < b.score {
			order = -1
		}
	case !r.alpha:
		order = bytes.Compare(a.element, b.element)
	case a.by == nil || b.by == nil:
		switch {
		case b.by != nil:
			order = -1
		case a.by != nil:
			order = 1
		}
	default:
		order = bytes.Compare(a.by, b.by)
	}
	if order == 0 && r.unordered {
		order = bytes.Compare(a.element, b.element)
	}
	if r.desc {
		return -order
	}
	return order
}

// limit is what LIMIT leaves of all elements.
func (r *sortRequest) limit(items []sortItem) []sortItem {
	n := int64(len(items))
	from := min(max(r.from, 0), n)
	if r.count < 0 {
		return items[from:]
	}
	return items[from : from+min(r.count, n-from)]
}

func (r *sortRequest) reply(c *command.Ctx, items []sortItem) {
	if len(r.get) == 0 {
		c.Out.Array(len(items))
		for _, it := range items {
			c.Out.Bulk(it.element)
		}
		return
	}
	c.Out.Array(len(items) * len(r.get))
	for _, it := range items {
		for _, pattern := range r.get {
			if val, ok := substitute(c, pattern, it.element); ok {
				c.Out.Bulk(val)
			} else {
				c.Out.Null()
			}
		}
	}
}

func (r *sortRequest) storeResult(c *command.Ctx, items []sortItem) {
	cfg := c.Host.Config()
	l := quicklist.New(int(cfg.Int(config.ListMaxListpackSize)))
	l.SetCompressDepth(int(cfg.Int(config.ListCompressDepth)))
	for _, it := range items {
		if len(r.get) == 0 {
			l.PushBack(it.element)
		}
		for _, pattern := range r.get {
			val, _ := substitute(c, pattern, it.element)
			l.PushBack(val)
		}
	}
	n := l.Len()
	switch {
	case n > 0:
		c.Tx.Put(r.store, store.List{List: l})
		c.Tx.AddDirty(n - 1)
		c.Tx.Notify(store.EventList, "sortstore", r.store)
	case c.Tx.Delete(r.store):
		c.Tx.Notify(store.EventGeneric, "del", r.store)
	}
	c.Out.Int(int64(n))
}

// substitute returns the value that a pattern names for an element, copied: of the string whose key is the pattern with the
// element in place of the first *, or of the field of such a hash ("user:*->name"), or, of the pattern #, the element. ok is
// false when there is none.
func substitute(c *command.Ctx, pattern, element []byte) (val []byte, ok bool) {
	if string(pattern) == "#" {
		return element, true
	}
	before, after, found := bytes.Cut(pattern, []byte("*"))
	if !found {
		return nil, false
	}
	key, field, isHash := bytes.Cut(after, []byte("->"))
	if !isHash || len(field) == 0 {
		key, isHash = after, false
	}
	e := c.Tx.Read(slices.Concat(before, element, key))
	if e == nil {
		return nil, false
	}
	if !isHash {
		if e.Kind() != store.String {
			return nil, false
		}
		return bytes.Clone(c.StringValue(e)), true
	}
	if e.Kind() != store.HashKind {
		return nil, false
	}
	h := c.Tx.Hash(e)
	var scratch [32]byte
	if val, ok = h.Get(field, scratch[:]); ok {
		val = append([]byte{}, val...)
	}
	h.Reap()
	return val, ok
}
