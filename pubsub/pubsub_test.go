package pubsub

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/internal/glob"
)

// listener is a client with nothing around it.
type listener struct {
	Client
	size    atomic.Int64
	signals atomic.Int64
}

func newListener() *listener {
	l := &listener{}
	l.Open(&l.size, func(first bool) {
		if first {
			l.signals.Add(1)
		}
	})
	return l
}

// take is all that waits, in RESP3.
func (l *listener) take() string { return string(l.Take(nil, 3, math.MaxInt)) }

func TestMessages(t *testing.T) {
	var r Registry
	l := newListener()
	require.Zero(t, r.Publish(Channel, []byte("c"), []byte("nobody")))
	r.Subscribe(&l.Client, Channel, []byte("c"))
	r.Subscribe(&l.Client, Channel, []byte("c"))
	r.Subscribe(&l.Client, Pattern, []byte("?"))
	r.Subscribe(&l.Client, Shard, []byte("c"))
	require.Equal(t, 2, r.Publish(Channel, []byte("c"), []byte("m")))
	require.Equal(t, 1, r.Publish(Shard, []byte("c"), nil))
	require.EqualValues(t, 1, l.signals.Load())
	want := ">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nm\r\n" + ">4\r\n$8\r\npmessage\r\n$1\r\n?\r\n$1\r\nc\r\n$1\r\nm\r\n" +
		">3\r\n$8\r\nsmessage\r\n$1\r\nc\r\n$0\r\n\r\n"
	require.EqualValues(t, len(want), l.size.Load())
	require.Equal(t, want, l.take())
	require.Equal(t, Figures{1, 1, 1, 1}, r.Figures())
	require.Equal(t, 1, l.Count(Pattern))
	require.Equal(t, 3, l.Total())

	d := r.Prepare(Channel, []byte("c"), []byte("later"))
	require.Equal(t, 2, d.Receivers())
	r.Forget(&l.Client)
	require.Empty(t, l.take())
	d.Send()
	require.Contains(t, l.take(), "later") // it listened when the message was made
	require.Zero(t, r.Publish(Channel, []byte("c"), []byte("m")))
	require.Equal(t, Figures{}, r.Figures())
	require.False(t, r.Listened())
}

// A frame that many queues hold is changed in none of them.
func TestProtocols(t *testing.T) {
	var r Registry
	two, three := newListener(), newListener()
	for _, l := range []*listener{two, three} {
		r.Subscribe(&l.Client, Channel, []byte("c"))
	}
	for range 2 {
		r.Publish(Channel, []byte("c"), []byte("m"))
	}
	resp2 := string(two.Take(nil, 2, math.MaxInt))
	require.Equal(t, strings.ReplaceAll(resp2, "*3", ">3"), three.take())
	require.Equal(t, 2, strings.Count(resp2, "*3"))
}

// What a frame of two is shows when it is taken.
func TestEither(t *testing.T) {
	l := newListener()
	both, one := Either([]byte(">1\r\n+three\r\n"), []byte("*1\r\n+two\r\n")), Either([]byte(">1\r\n+only\r\n"), nil)
	for _, proto := range []struct {
		number int
		want   string
	}{{3, ">1\r\n+three\r\n>1\r\n+only\r\n+all\r\n"}, {2, "*1\r\n+two\r\n+all\r\n"}} {
		for _, frame := range [][]byte{both, one, []byte("+all\r\n")} {
			require.True(t, l.Push(frame))
		}
		require.Equal(t, proto.want, string(l.Take(nil, proto.number, math.MaxInt)))
		require.Zero(t, l.size.Load())
	}
	for range 1000 { // what is nothing does not end the taking
		l.Push(one)
	}
	require.Empty(t, l.Take(nil, 2, 1))
	require.False(t, l.Waiting())
}

func TestTakeInPieces(t *testing.T) {
	l := newListener()
	const n = 500
	for i := range n {
		l.Push(fmt.Appendf(nil, "+%03d\r\n", i))
	}
	got := []byte{}
	for l.Waiting() {
		piece := l.Take([]byte("+\r\n"), 3, 20)
		require.LessOrEqual(t, len(piece), 3+3*6)
		got = append(got, piece[3:]...)
		if rand.N(10) == 0 {
			l.Push([]byte("+new\r\n"))
			l.Push([]byte("+new\r\n"))
			l.Push([]byte("+new\r\n"))
		}
	}
	for i, line := range strings.Split(string(got), "\r\n")[:n] {
		require.Equal(t, fmt.Sprintf("+%03d", i), line)
	}
	require.Zero(t, l.size.Load())
	require.Len(t, l.Take(nil, 3, 0), 0)
	l.Push([]byte("+1\r\n"))
	require.Len(t, l.Take(nil, 3, 0), 4) // one frame at least
	l.Push([]byte("+1\r\n"))
	l.Close()
	require.False(t, l.Push([]byte("+1\r\n")))
	require.Zero(t, l.size.Load())
	require.Empty(t, l.take())
	require.False(t, new(Queue).Push([]byte("+1\r\n"))) // nobody's
}

// Random operations, beside sets of names.
func TestModel(t *testing.T) {
	type subscribed map[string]bool
	var r Registry
	listeners := make([]*listener, 5)
	model := make([][kinds]subscribed, len(listeners))
	for i := range listeners {
		listeners[i] = newListener()
		model[i] = [kinds]subscribed{{}, {}, {}}
	}
	names := []string{"a", "b", "ab", "a*", "*b", "?", "*"}
	for range 20_000 {
		i, kind, name := rand.N(len(listeners)), Kind(rand.N(kinds)), names[rand.N(len(names))]
		l := listeners[i]
		switch rand.N(20) {
		case 0:
			r.Forget(&l.Client)
			model[i] = [kinds]subscribed{{}, {}, {}}
		case 1, 2, 3, 4, 5, 6:
			r.Subscribe(&l.Client, kind, []byte(name))
			model[i][kind][name] = true
		case 7, 8, 9, 10, 11, 12:
			r.Unsubscribe(&l.Client, kind, []byte(name))
			delete(model[i][kind], name)
		case 13:
			require.ElementsMatch(t, slices.Collect(maps.Keys(model[i][kind])), r.Subscriptions(&l.Client, kind))
			require.Equal(t, len(model[i][kind]), l.Count(kind))
		default:
			if kind == Pattern {
				kind = Channel
			}
			want, members, expected := 0, 0, make([]int, len(listeners))
			for j := range listeners {
				n := 0
				if model[j][kind][name] {
					n++
					members++
				}
				for p := range model[j][Pattern] {
					if kind == Channel && glob.Match([]byte(p), []byte(name), false) {
						n++
					}
				}
				want += n
				expected[j] = n
			}
			require.Equal(t, members, r.Subscribers(kind, []byte(name)))
			require.Equal(t, want, r.Publish(kind, []byte(name), []byte("m")))
			for j, other := range listeners {
				require.Equal(t, expected[j], strings.Count(other.take(), "message\r\n"))
			}
		}
		r.check(t)
	}
}

// check looks whether the registry's parts agree.
func (r *Registry) check(t *testing.T) {
	live := 0
	clients := map[*Client]bool{}
	for kind, topics := range r.topics {
		for name, topic := range topics {
			require.NotEmpty(t, topic.members)
			for i, s := range topic.members {
				require.True(t, s.at == i && s.topic == topic && s.client.subs[kind][name] == s)
				clients[s.client] = true
				live++
			}
		}
	}
	require.Len(t, r.ordered, len(r.topics[Pattern]))
	for i, topic := range r.ordered {
		require.True(t, topic.at == i && r.topics[Pattern][topic.name] == topic)
	}
	require.EqualValues(t, live, r.live.Load())
	require.Equal(t, len(clients), r.clients)
}

// All receivers get the messages of a channel in the same order, whoever sends them.
func TestOneOrderForAll(t *testing.T) {
	var r Registry
	var listeners [4]*listener
	for i := range listeners {
		listeners[i] = newListener()
		r.Subscribe(&listeners[i].Client, Channel, []byte("c"))
	}
	var senders sync.WaitGroup
	for s := range 4 {
		senders.Go(func() {
			for i := range 500 {
				r.Publish(Channel, []byte("c"), fmt.Appendf(nil, "%d-%d", s, i))
			}
		})
	}
	var idle sync.WaitGroup
	idle.Go(func() { // somebody comes and goes
		for range 500 {
			l := newListener()
			r.Subscribe(&l.Client, Channel, []byte("c"))
			r.Unsubscribe(&l.Client, Channel, []byte("c"))
			l.Close()
		}
	})
	senders.Wait()
	idle.Wait()
	first := listeners[0].take()
	require.Equal(t, 2000, strings.Count(first, "message"))
	for _, l := range listeners[1:] {
		require.Equal(t, first, l.take())
	}
}
