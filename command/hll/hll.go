// Package hll holds the commands on HyperLogLogs, which are strings in the representation of store/ds/hll.
package hll

import (
	"slices"
	"sync"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/hll"
)

// Commands of the group.
var Commands = slices.Concat(specs, debugSpecs)

var specs = []command.Spec{
	{Name: "pfadd", Group: command.HyperLogLog, Summary: "Adds elements to a HyperLogLog; a missing one is created.",
		Since: "2.8.9", Complexity: "O(1) for each element", Arity: -2,
		Flags: command.Write | command.DenyOOM | command.Fast, Syntax: "key [element [element ...]]",
		Keys: command.KeyAt(1, command.RW|command.Insert), Run: pfadd},
	{Name: "pfcount", Group: command.HyperLogLog, Summary: "Estimates how many different elements were added to HyperLogLogs.",
		Since: "2.8.9", Complexity: "O(1) with a small constant for one key, O(N) with a large one for N keys", Arity: -2,
		Flags: command.ReadOnly | command.MayReplicate, Syntax: "key [key ...]",
		Keys: []command.KeySpec{{Flags: command.RW | command.Access, Index: 1, Last: -1, Step: 1,
			Notes: "Changed only in what it remembers of the last estimate."}}, Run: pfcount},
	{Name: "pfmerge", Group: command.HyperLogLog, Summary: "Unites HyperLogLogs into one.",
		Since: "2.8.9", Complexity: "O(N) with a large constant for N keys", Arity: -2,
		Flags: command.Write | command.DenyOOM, Syntax: "destkey:key [sourcekey:key [sourcekey ...]]",
		Keys: []command.KeySpec{{Flags: command.RW | command.Access | command.Insert, Index: 1, Step: 1},
			{Flags: command.RO | command.Access, Index: 2, Last: -1, Step: 1}}, Run: pfmerge},
}

const (
	errCorrupt = "INVALIDOBJ Corrupted HLL object detected"
	errFormat  = "WRONGTYPE Key is not a valid HyperLogLog string value."
)

// workspace is memory for one call.
type workspace struct {
	buf [hll.DenseSize]byte // for a sketch; a sparse one may outgrow it
	set hll.Set
}

var workspaces = sync.Pool{New: func() any { return new(workspace) }}

// sketchOf returns the value of an entry, nil of an absent one. It replies an error, and returns false, when that is no
// HyperLogLog.
func sketchOf(c *command.Ctx, e *store.Entry) (s hll.Sketch, ok bool) {
	if e == nil {
		return nil, true
	}
	if !c.Want(e, store.String) {
		return nil, false
	}
	if s = c.StringValue(e); !hll.Check(s) {
		c.Out.Error(errFormat)
		return nil, false
	}
	return s, true
}

// sparseLimit is how long a sparse value may become.
func sparseLimit(c *command.Ctx) int { return int(c.Host.Config().Int(config.HLLSparseMaxBytes)) }

func pfadd(c *command.Ctx) {
	e := c.Tx.Write(c.Args[1])
	s, ok := sketchOf(c, e)
	if !ok {
		return
	}
	if e != nil {
		if s = unshared(c, e); s.Dense() {
			addDense(c, e)
			return
		}
	}
	addSparse(c, s)
}

// unshared is the value of e in the encoding in which Redis leaves it, changed or not.
func unshared(c *command.Ctx, e *store.Entry) hll.Sketch {
	if e.Encoding() == "embstr" {
		c.Tx.Unshare(e)
	}
	return c.StringValue(e)
}

// addDense changes the value where it is.
func addDense(c *command.Ctx, e *store.Entry) {
	s := hll.Sketch(c.Tx.Raw(e, 0))
	changed := false
	for _, element := range c.Args[2:] {
		if index, value := hll.Locate(element); value > s.Register(index) {
			c.Tx.Mutate(e)
			s, changed, _ = s.Raise(index, value, 0)
		}
	}
	if changed {
		c.Tx.Notify(store.EventString, "pfadd", c.Args[1])
	}
	c.Out.Bool(changed)
}

// addSparse works on a copy of the value, which is nil for a missing key: it may change its length with each element.
func addSparse(c *command.Ctx, s hll.Sketch) {
	if len(s) > hll.MaxSparseSize {
		c.Out.Error(errCorrupt)
		return
	}
	w := workspaces.Get().(*workspace)
	defer workspaces.Put(w)
	changes := 0
	if s == nil {
		s = hll.New(w.buf[:0])
		s.Invalidate()
		changes = 1
	} else {
		s = append(w.buf[:0], s...)
	}
	limit := sparseLimit(c)
	for _, element := range c.Args[2:] {
		var changed bool
		var err error
		if s, changed, err = s.Add(element, limit); err != nil {
			c.Out.Error(errCorrupt)
			return
		}
		if changed {
			changes++
		}
	}
	if changes > 0 {
		c.Tx.SetRaw(c.Args[1], s)
		c.Tx.AddDirty(changes - 1)
		c.Tx.Notify(store.EventString, "pfadd", c.Args[1])
	}
	c.Out.Bool(changes > 0)
}

func pfcount(c *command.Ctx) {
	if len(c.Args) > 2 {
		countUnion(c)
		return
	}
	e := c.Tx.Read(c.Args[1])
	s, ok := sketchOf(c, e)
	if !ok {
		return
	}
	if e == nil {
		c.Out.Int(0)
		return
	}
	n, ok := s.Cached()
	if !ok {
		var err error
		if n, err = s.Count(); err != nil {
			c.Out.Error(errCorrupt)
			return
		}
		c.Tx.Mutate(e)
		hll.Sketch(c.Tx.Raw(e, 0)).SetCached(n)
	}
	c.Out.Int(int64(n))
}

// countUnion estimates the union of several keys.
func countUnion(c *command.Ctx) {
	w := workspaces.Get().(*workspace)
	defer workspaces.Put(w)
	w.set = hll.Set{}
	for _, key := range c.Args[1:] {
		if _, ok := w.merge(c, key); !ok {
			return
		}
	}
	c.Out.Int(int64(w.set.Count()))
}

// merge adds the HyperLogLog under key to the set. It replies an error, and returns false, when it cannot be read.
func (w *workspace) merge(c *command.Ctx, key []byte) (s hll.Sketch, ok bool) {
	s, ok = sketchOf(c, c.Tx.Read(key))
	if s == nil {
		return nil, ok
	}
	if w.set.Merge(s) != nil {
		c.Out.Error(errCorrupt)
		return nil, false
	}
	return s, true
}

func pfmerge(c *command.Ctx) {
	w := workspaces.Get().(*workspace)
	defer workspaces.Put(w)
	w.set = hll.Set{}
	dense := false
	for _, key := range c.Args[1:] {
		s, ok := w.merge(c, key)
		if !ok {
			return
		}
		dense = dense || s != nil && s.Dense()
	}
	dest := c.Args[1]
	var s hll.Sketch
	if e := c.Tx.Write(dest); e != nil {
		s = append(w.buf[:0], c.StringValue(e)...)
	} else {
		s = hll.New(w.buf[:0])
	}
	s, err := w.set.Store(s, dense, sparseLimit(c))
	if err != nil {
		c.Out.Error(errCorrupt)
		return
	}
	c.Tx.SetRaw(dest, s)
	c.Tx.Notify(store.EventString, "pfadd", dest)
	c.Out.OK()
}
