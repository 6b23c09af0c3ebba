package delivery

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/tests/wire"
)

var each = flag.Int("each", 25, "how many elements a producer puts into each queue")

const (
	producers = 100
	consumers = 100
)

// The queues and those who take from them. An element is delivered, whatever becomes of the client,
//
//   - by XREADGROUP when it is pending for the consumer,
//   - by BLMOVE when it is in the list of the consumer,
//   - by BLPOP and BLMPOP when it has left the list: a client that is killed, or goes, with the reply on the way takes the
//     element with it, with Redis as well. So the server's count of those who were served must be that of the elements, and
//     every element that nobody has received is one that somebody has taken with them.
//
// Who dies has one request under way. So nobody may miss more elements that are theirs than they have died times.
var takes = [][]string{{"BLPOP", "none", "pop", "0"}, {"BLMPOP", "0", "2", "pop", "none", "LEFT"}, {"BLMOVE", "move", "", "LEFT", "RIGHT", "0"},
	{"XREADGROUP", "GROUP", "g", "", "COUNT", "1", "BLOCK", "0", "STREAMS", "group", ">"}}

// handover is a run of the test.
type handover struct {
	t         *testing.T
	addr      string
	stop      atomic.Bool
	unblocked atomic.Int64 // waits in BLPOP and BLMPOP
	consumers [consumers]consumer
}

// consumer takes from a queue, over one connection after the other.
type consumer struct {
	mu       sync.Mutex // guards conn
	conn     *peer
	deaths   int
	received []string
}

// kind is which of takes a consumer does.
func kind(i int) int { return i % len(takes) }

// pops reports whether the consumer leaves no trace of what it took.
func pops(i int) bool { return kind(i) < 2 }

func consumerName(i int) string { return "consumer" + strconv.Itoa(i) }

// TestExactlyOnce lets producers push, consumers wait, and somebody kill, cut off and unblock those who wait.
func TestExactlyOnce(t *testing.T) {
	h := &handover{t: t, addr: start(t)}
	p := dial(t, h.addr)
	p.do("XGROUP", "CREATE", "group", "g", "0", "MKSTREAM")
	var working, pushing sync.WaitGroup
	for i := range consumers {
		working.Go(func() { h.consume(i) })
	}
	killer := dial(t, h.addr)
	working.Go(func() { h.disturb(killer) })
	for i := range producers {
		c := dial(t, h.addr)
		pushing.Go(func() { produce(c, i) })
	}
	pushing.Wait()
	p.await(func() bool {
		return p.number("LLEN", "pop")+p.number("LLEN", "move") == 0 && p.do("XPENDING", "group", "g").Elems[0].Int64() == int64(total())
	})
	h.stop.Store(true)
	for i := range h.consumers {
		h.consumers[i].cut()
	}
	working.Wait()
	h.check(p)
}

func total() int { return producers * *each }

// produce puts elements in each queue; those of one producer are numbered one after the other.
func produce(c *peer, number int) {
	for i := range *each {
		e := "e" + strconv.Itoa(number**each+i)
		for _, r := range [][]string{{"RPUSH", "pop", e}, {"RPUSH", "move", e}, {"XADD", "group", "*", "e", e}} {
			c.Send(r...)
		}
		c.Flush()
		for range 3 {
			if v, err := c.Receive(); err != nil || v.Kind == wire.Error {
				c.t.Errorf("a producer got %v, %v", v, err)
			}
		}
	}
}

// consume takes until the end, again and again from a new connection.
func (h *handover) consume(i int) {
	c := &h.consumers[i]
	args := append([]string(nil), takes[kind(i)]...)
	for j, arg := range args {
		if arg == "" {
			args[j] = consumerName(i)
		}
	}
	for !h.stop.Load() {
		conn, err := wire.Dial(h.addr)
		if err != nil {
			h.t.Errorf("a consumer: %v", err)
			return
		}
		conn.Timeout = patience
		p := &peer{Conn: conn, t: h.t}
		if v, err := p.Do("CLIENT", "ID"); err == nil {
			p.id = v.Text
		}
		c.set(p)
		if h.stop.Load() { // and nobody may have seen this one
			c.cut()
		}
		for err == nil {
			var v wire.Value
			if v, err = p.Do(args...); err == nil {
				if e, ok := element(v); ok {
					c.received = append(c.received, e)
				} else if v.Kind != wire.NullArray && v.Kind != wire.NullBulk && !strings.HasPrefix(v.Text, "UNBLOCKED") {
					h.t.Errorf("a consumer got %v", v)
				}
			}
		}
		c.deaths++
		conn.Close()
	}
}

func (c *consumer) set(p *peer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.conn = p
}

// cut closes the consumer's connection, as if its program had gone.
func (c *consumer) cut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.conn != nil {
		c.conn.Close()
	}
}

func (c *consumer) id() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.conn == nil {
		return ""
	}
	return c.conn.id
}

// disturb ends connections and waits.
func (h *handover) disturb(killer *peer) {
	for !h.stop.Load() {
		i := rand.IntN(consumers)
		id := h.consumers[i].id()
		if id == "" {
			continue
		}
		switch rand.IntN(3) {
		case 0:
			killer.Do("CLIENT", "KILL", "ID", id)
		case 1:
			h.consumers[i].cut()
		default:
			v, err := killer.Do("CLIENT", "UNBLOCK", id, []string{"ERROR", "TIMEOUT"}[rand.IntN(2)])
			if err == nil && pops(i) {
				h.unblocked.Add(v.Int64())
			}
		}
		time.Sleep(time.Duration(rand.IntN(500)) * time.Microsecond) // they need time to wait again
	}
}

// check looks where everything is.
func (h *handover) check(p *peer) {
	t := h.t
	names := map[string]string{} // of the stream's entries
	for _, entry := range p.do("XRANGE", "group", "-", "+").Elems {
		names[entry.Elems[0].Text] = entry.Elems[1].Elems[1].Text
	}
	delivered := [3]map[string]int{{}, {}, {}}
	deaths, popped := 0, 0
	for i := range h.consumers {
		c := &h.consumers[i]
		queue, theirs := 0, c.received
		switch {
		case pops(i):
			deaths += c.deaths
			popped += len(c.received)
		case takes[kind(i)][0] == "BLMOVE":
			queue, theirs = 1, p.do("LRANGE", consumerName(i), "0", "-1").Strings()
		default:
			queue, theirs = 2, nil
			for _, pending := range p.do("XPENDING", "group", "g", "-", "+", strconv.Itoa(total()), consumerName(i)).Elems {
				theirs = append(theirs, names[pending.Elems[0].Text])
			}
		}
		for _, e := range theirs {
			delivered[queue][e]++
		}
		missing, inOrder := subsequence(c.received, theirs)
		require.True(t, inOrder, "%s received %v of %v", consumerName(i), c.received, theirs)
		require.LessOrEqual(t, missing, c.deaths, "%s misses too much", consumerName(i))
		requireOrder(t, theirs, consumerName(i))
	}
	for e := range total() {
		name := "e" + strconv.Itoa(e)
		require.LessOrEqual(t, delivered[0][name], 1, "%s was popped twice", name)
		require.Equal(t, 1, delivered[1][name], "%s was moved", name)
		require.Equal(t, 1, delivered[2][name], "%s was read", name)
	}
	served := p.calls("blpop") + p.calls("blmpop") - int(h.unblocked.Load())
	require.Equal(t, total(), served, "whoever was served has taken one element")
	require.LessOrEqual(t, served-popped, deaths, "elements are gone that nobody has taken")
	t.Logf("%d died, %d elements of %d with them", deaths, served-popped, total())
}

// subsequence reports whether got is a part of all, in the same order, and how much of all it misses.
func subsequence(got, all []string) (missing int, ok bool) {
	at := 0
	for _, e := range all {
		if at < len(got) && got[at] == e {
			at++
		}
	}
	return len(all) - len(got), at == len(got)
}

// requireOrder checks that the elements of each producer are in order.
func requireOrder(t *testing.T, elements []string, who string) {
	t.Helper()
	last := map[int]int{}
	for _, e := range elements {
		n, err := strconv.Atoi(e[1:])
		require.NoError(t, err)
		before, ok := last[n / *each]
		require.True(t, !ok || before < n, fmt.Sprintf("%s has %d before %d", who, before, n))
		last[n / *each] = n
	}
}
