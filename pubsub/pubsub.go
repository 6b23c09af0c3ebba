// Package pubsub knows who listens to what: channels, patterns of channels, and shard channels, which are a world of their
// own. It hands each message to those who listen, as bytes ready to be sent, and knows neither sockets nor commands.
//
// The parts: a Registry is all subscriptions of a server; a Client is one that subscribes, with the Queue in which its
// messages wait until its connection takes them. A message is encoded once; all queues hold the same bytes.
//
// Locks: the registry's comes after those of the store and of the log; a queue's comes after the registry's.
package pubsub

import (
	"slices"
	"sync"
	"sync/atomic"

	"github.com/miniredisd/miniredisd/internal/glob"
	"github.com/miniredisd/miniredisd/resp"
)

// Kind is what a subscription is for.
type Kind uint8

// The kinds of subscriptions. Each has names of its own.
const (
	Channel Kind = iota
	Pattern
	Shard
	kinds
)

// Registry is all subscriptions. The zero value has none.
type Registry struct {
	live atomic.Int64 // subscriptions; where nobody listens, a message costs one look at this

	mu      sync.Mutex // guards what follows, and the subscriptions of all clients
	topics  [kinds]map[string]*topic
	ordered []*topic // the patterns, in the order in which messages are tried on them
	clients int      // those that have subscriptions
}

// topic is a name that somebody has subscribed to.
type topic struct {
	kind    Kind
	name    string
	members []*subscription
	at      int // index in Registry.ordered
}

// subscription is one client's place among the members of a topic.
type subscription struct {
	client *Client
	topic  *topic
	at     int // index in topic.members
}

// Client is one that subscribes. Its owner alone calls the Registry for it; the counts may be read by anybody.
type Client struct {
	Queue
	subs   [kinds]map[string]*subscription
	counts [kinds]atomic.Int32
	total  atomic.Int32
}

// Count is the number of the client's subscriptions of one kind.
func (c *Client) Count(kind Kind) int { return int(c.counts[kind].Load()) }

// Total is the number of its subscriptions of all kinds.
func (c *Client) Total() int { return int(c.total.Load()) }

// Subscribe makes c listen, unless it does already.
func (r *Registry) Subscribe(c *Client, kind Kind, name []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if c.subs[kind][string(name)] != nil {
		return
	}
	t := r.topics[kind][string(name)]
	if t == nil {
		t = r.newTopic(kind, string(name))
	}
	s := &subscription{c, t, len(t.members)}
	t.members = append(t.members, s)
	if c.subs[kind] == nil {
		c.subs[kind] = map[string]*subscription{}
	}
	c.subs[kind][t.name] = s
	c.counts[kind].Add(1)
	if c.total.Add(1) == 1 {
		r.clients++
	}
	r.live.Add(1)
}

func (r *Registry) newTopic(kind Kind, name string) *topic {
	t := &topic{kind: kind, name: name}
	if r.topics[kind] == nil {
		r.topics[kind] = map[string]*topic{}
	}
	r.topics[kind][name] = t
	if kind == Pattern {
		t.at = len(r.ordered)
		r.ordered = append(r.ordered, t)
	}
	return t
}

// Unsubscribe makes c listen no more, if it does. When it returns, all messages that it got are in its queue.
func (r *Registry) Unsubscribe(c *Client, kind Kind, name []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if s := c.subs[kind][string(name)]; s != nil {
		r.remove(s)
	}
}

// Forget ends all subscriptions of c.
func (r *Registry) Forget(c *Client) {
	if c.Total() == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for kind := range c.subs {
		for _, s := range c.subs[kind] {
			r.remove(s)
		}
	}
}

// remove ends a subscription. The last member takes its place among the members.
func (r *Registry) remove(s *subscription) {
	c, t := s.client, s.topic
	last := len(t.members) - 1
	t.members[s.at] = t.members[last]
	t.members[s.at].at = s.at
	t.members[last] = nil
	t.members = t.members[:last]
	if last == 0 {
		delete(r.topics[t.kind], t.name)
		if t.kind == Pattern {
			r.ordered = slices.Delete(r.ordered, t.at, t.at+1)
			for i, later := range r.ordered[t.at:] {
				later.at = t.at + i
			}
		}
	}
	delete(c.subs[t.kind], t.name)
	c.counts[t.kind].Add(-1)
	if c.total.Add(-1) == 0 {
		r.clients--
	}
	r.live.Add(-1)
}

// Listened reports whether there is any subscription. It takes no lock.
func (r *Registry) Listened() bool { return r.live.Load() != 0 }

// Publish puts a message on a channel, or a shard channel, into the queues of those who listen, and returns how often.
// All of them get the messages of a channel in the same order.
func (r *Registry) Publish(kind Kind, name, message []byte) (receivers int) {
	if !r.Listened() {
		return 0
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.route(kind, name, message, func(frame []byte, members []*subscription) {
		for _, s := range members {
			s.client.Push(frame)
		}
		receivers += len(members)
	})
	return receivers
}

// route calls to for each topic that gets the message: first the channel, then the patterns. r.mu is held.
func (r *Registry) route(kind Kind, name, message []byte, to func(frame []byte, members []*subscription)) {
	if t := r.topics[kind][string(name)]; t != nil {
		word := "message"
		if kind == Shard {
			word = "smessage"
		}
		to(encode(word, name, message), t.members)
	}
	if kind == Shard {
		return
	}
	for _, t := range r.ordered {
		if pattern := []byte(t.name); glob.Match(pattern, name, false) {
			to(encode("pmessage", pattern, name, message), t.members)
		}
	}
}

// encode makes the bytes of a push, as RESP3 has it; Queue.Take knows what RESP2 makes of it.
func encode(word string, parts ...[]byte) []byte {
	size := 32
	for _, p := range parts {
		size += len(p) + 16
	}
	w := resp.Writer{Buf: make([]byte, 0, size), Proto: 3}
	w.Push(len(parts) + 1)
	w.BulkString(word)
	for _, p := range parts {
		w.Bulk(p)
	}
	return w.Buf
}

// Delivery is a message that is about to be sent: those who listened when it was made will get it.
type Delivery struct {
	parts []part
	total int
}

type part struct {
	frame []byte
	to    []*Client
}

// Prepare makes a delivery of a message: for who must not send it yet.
func (r *Registry) Prepare(kind Kind, name, message []byte) (d Delivery) {
	if !r.Listened() {
		return d
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.route(kind, name, message, func(frame []byte, members []*subscription) {
		to := make([]*Client, len(members))
		for i, s := range members {
			to[i] = s.client
		}
		d.parts = append(d.parts, part{frame, to})
		d.total += len(to)
	})
	return d
}

// Receivers is how often the message will be sent.
func (d Delivery) Receivers() int { return d.total }

// Send puts the message into the queues.
func (d Delivery) Send() {
	for _, p := range d.parts {
		for _, c := range p.to {
			c.Push(p.frame)
		}
	}
}
