package stream

import (
	"cmp"
	"iter"
	"math"
	"slices"
	"unsafe"
)

// Unknown is a count of entries read that nobody can tell.
const Unknown = -1

// Group is a consumer group: consumers who share the entries of a stream, each entry going to one of them. What was
// delivered is pending until it is acknowledged.
type Group struct {
	name   string
	LastID ID    // the last entry that was delivered as new
	Read   int64 // how many entries, of all that were ever added, come up to LastID; or Unknown

	pending   ordered[ID, Pending]
	consumers ordered[name, *Consumer]
	names     int   // bytes of the consumers' names
	oldest    int64 // no pending entry was delivered before
}

// Pending says of an entry who has it.
type Pending struct {
	Consumer *Consumer
	Time     int64 // of the last delivery, in ms
	Count    int64 // of deliveries
}

// Consumer is one of a group.
type Consumer struct {
	name    string
	Seen    int64 // when it last asked, in ms
	Active  int64 // when it last got anything, in ms; -1: never
	pending ordered[ID, struct{}]
}

// Name is the group's name.
func (g *Group) Name() string { return g.name }

// Name is the consumer's name.
func (c *Consumer) Name() string { return c.name }

// Pending is the number of entries that the consumer has.
func (c *Consumer) Pending() int { return c.pending.n }

// Group returns a group by its name, nil when there is none.
func (s *Stream) Group(group []byte) *Group { return lookup(&s.groups, group) }

// lookup looks a name up without making a string of it.
func lookup[V any](o *ordered[name, *V], n []byte) *V {
	if p := o.get(name(unsafe.String(unsafe.SliceData(n), len(n)))); p != nil {
		return p.val
	}
	return nil
}

// Groups is the number of groups.
func (s *Stream) Groups() int { return s.groups.n }

// EachGroup visits the groups by name.
func (s *Stream) EachGroup() iter.Seq[*Group] { return values(&s.groups) }

func values[V any](o *ordered[name, *V]) iter.Seq[*V] {
	return func(yield func(*V) bool) {
		for _, v := range o.from(nil) {
			if !yield(*v) {
				return
			}
		}
	}
}

// CreateGroup adds a group that has read up to last. It returns nil when there is one of that name.
func (s *Stream) CreateGroup(group []byte, last ID, read int64) *Group {
	if s.Group(group) != nil {
		return nil
	}
	n := string(group)
	p, _ := s.groups.put(name(n))
	p.val = &Group{name: n, LastID: last, Read: read, oldest: math.MaxInt64}
	return p.val
}

// DeleteGroup removes a group with its consumers and reports whether it was there.
func (s *Stream) DeleteGroup(group []byte) bool { return s.groups.delete(name(group)) }

// Consumer returns a consumer by its name, nil when there is none.
func (g *Group) Consumer(consumer []byte) *Consumer { return lookup(&g.consumers, consumer) }

// Consumers is the number of consumers.
func (g *Group) Consumers() int { return g.consumers.n }

// EachConsumer visits the consumers by name.
func (g *Group) EachConsumer() iter.Seq[*Consumer] { return values(&g.consumers) }

// CreateConsumer adds a consumer, seen now. It returns nil when there is one of that name.
func (g *Group) CreateConsumer(consumer []byte, now int64) *Consumer {
	if g.Consumer(consumer) != nil {
		return nil
	}
	n := string(consumer)
	p, _ := g.consumers.put(name(n))
	g.names += len(n)
	p.val = &Consumer{name: n, Seen: now, Active: -1}
	return p.val
}

// DeleteConsumer removes a consumer; what it had is not pending any more. It returns how many entries that were.
func (g *Group) DeleteConsumer(c *Consumer) int {
	for id := range c.pending.from(nil) {
		g.pending.delete(id)
	}
	g.consumers.delete(name(c.name))
	g.names -= len(c.name)
	return c.pending.n
}

// Pending is the number of pending entries.
func (g *Group) Pending() int { return g.pending.n }

// PendingEntry returns what is known of a pending entry, nil when it is not pending. It is good until others come or go,
// and changed by Assign only.
func (g *Group) PendingEntry(id ID) *Pending {
	if p := g.pending.get(id); p != nil {
		return &p.val
	}
	return nil
}

// PendingRange returns the lowest and the highest id of pending entries; ok is false when there are none.
func (g *Group) PendingRange() (low, high ID, ok bool) {
	if g.pending.n == 0 {
		return ID{}, ID{}, false
	}
	return g.pending.at(g.pending.begin()).key, g.pending.last().key, true
}

// EachPending visits the pending entries from an id on. None may be added or removed meanwhile.
func (g *Group) EachPending(from ID) iter.Seq2[ID, *Pending] { return g.pending.from(&from) }

// EachPending visits the ids of the consumer's entries from one on. None may be added or removed meanwhile.
func (c *Consumer) EachPending(from ID) iter.Seq[ID] {
	return func(yield func(ID) bool) {
		for id := range c.pending.from(&from) {
			if !yield(id) {
				return
			}
		}
	}
}

// Assign gives an entry to a consumer: from another one, or as one that was not pending.
func (g *Group) Assign(id ID, c *Consumer, time, count int64) {
	e, had := g.pending.put(id)
	if e.val.Consumer != c {
		if had {
			e.val.Consumer.pending.delete(id)
		}
		c.pending.put(id)
	}
	e.val = Pending{Consumer: c, Time: time, Count: count}
	g.oldest = min(g.oldest, time)
}

// Ack makes an entry one that is not pending, and reports whether it was.
func (g *Group) Ack(id ID) bool {
	p := g.PendingEntry(id)
	if p == nil {
		return false
	}
	p.Consumer.pending.delete(id)
	g.pending.delete(id)
	return true
}

// Idle returns up to count (0: all) pending entries that were last delivered at the time until or before, the oldest
// first, and leaves out those that the stream s has not any more. next is a time, later than until, before which none of the
// others was delivered, math.MaxInt64 when there are none.
func (g *Group) Idle(s *Stream, until int64, count int) (found []ID, next int64) {
	if g.oldest > until {
		return nil, g.oldest
	}
	type delivery struct {
		time int64
		id   ID
	}
	var idle []delivery
	g.oldest, next = math.MaxInt64, math.MaxInt64
	for id, p := range g.pending.from(nil) {
		g.oldest = min(g.oldest, p.Time)
		switch {
		case p.Time > until:
			next = min(next, p.Time)
		case s.Contains(id):
			idle = append(idle, delivery{p.Time, id})
		}
	}
	slices.SortFunc(idle, func(a, b delivery) int {
		return cmp.Or(cmp.Compare(a.time, b.time), a.id.Compare(b.id))
	})
	if count > 0 && len(idle) > count {
		idle = idle[:count]
	}
	for _, d := range idle {
		found = append(found, d.id)
	}
	return found, next
}

// Referenced reports whether a group has the entry pending or has yet to read it.
func (s *Stream) Referenced(id ID) bool {
	for g := range s.EachGroup() {
		if g.LastID.Compare(id) < 0 || g.PendingEntry(id) != nil {
			return true
		}
	}
	return false
}

// Forget acknowledges an entry in all groups, and reports whether it was pending in one.
func (s *Stream) Forget(id ID) (was bool) {
	for g := range s.EachGroup() {
		was = g.Ack(id) || was
	}
	return was
}

func (g *Group) clone() *Group {
	c := *g
	twins := make(map[*Consumer]*Consumer, g.consumers.n)
	c.consumers = g.consumers.clone(func(old *Consumer) *Consumer {
		twin := *old
		twin.pending = old.pending.clone(func(v struct{}) struct{} { return v })
		twins[old] = &twin
		return &twin
	})
	c.pending = g.pending.clone(func(p Pending) Pending {
		p.Consumer = twins[p.Consumer]
		return p
	})
	return &c
}

// bytes is about what the group occupies, whatever the number of consumers at the same cost: what is pending stands once in the group
// and once in a consumer.
func (g *Group) bytes() int {
	const consumer, pending = int(unsafe.Sizeof(Consumer{})), int(unsafe.Sizeof(pair[ID, struct{}]{}))
	return int(unsafe.Sizeof(*g)) + len(g.name) + g.pending.bytes() + g.pending.n*pending +
		g.consumers.bytes() + g.consumers.n*consumer + g.names
}
