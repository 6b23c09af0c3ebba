package pubsub

import (
	"maps"
	"slices"

	"github.com/miniredisd/miniredisd/internal/glob"
)

// Figures are what INFO says about a registry.
type Figures struct {
	Channels, Patterns, ShardChannels int // names that somebody has subscribed to
	Clients                           int // that have subscriptions
}

// Figures counts.
func (r *Registry) Figures() Figures {
	r.mu.Lock()
	defer r.mu.Unlock()
	return Figures{len(r.topics[Channel]), len(r.topics[Pattern]), len(r.topics[Shard]), r.clients}
}

// Names lists the channels or shard channels that have subscribers and match a pattern; nil matches all.
func (r *Registry) Names(kind Kind, pattern []byte) (names []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for name := range r.topics[kind] {
		if pattern == nil || glob.Match(pattern, []byte(name), false) {
			names = append(names, name)
		}
	}
	return names
}

// Subscribers is how many clients have subscribed to a name.
func (r *Registry) Subscribers(kind Kind, name []byte) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	if t := r.topics[kind][string(name)]; t != nil {
		return len(t.members)
	}
	return 0
}

// Subscriptions lists what c has subscribed to, sorted. It is for c's owner.
func (r *Registry) Subscriptions(c *Client, kind Kind) []string {
	return slices.Sorted(maps.Keys(c.subs[kind]))
}
