// Package linear proves that commands are atomic and happen in an order that all clients agree on, which fits what each of
// them has seen: that histories are linearizable. Clients work on a few keys at once, over sockets, and note when they asked,
// when they had the reply, and what it was; the checker of github.com/anishathalye/porcupine then looks for an order.
//
// Time is a part of it: the server's clock stands still but for one more client, who moves it. So a deadline is met exactly,
// and that time passes is an operation of the history like others.
package linear

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/internal/clock"
	"github.com/miniredisd/miniredisd/internal/drivertest"
	"github.com/miniredisd/miniredisd/server"
	"github.com/miniredisd/miniredisd/tests/wire"
)

var (
	seed     = flag.Uint64("seed", uint64(time.Now().UnixNano()), "of what the clients do")
	duration = flag.Duration("duration", time.Second, "how long they do it, over each driver")
)

const (
	// turns is how many things a client does in a round. A round has a history of its own, short enough to be checked soon.
	turns = 6
	// patience is how long the checker may look for an order.
	patience = time.Minute
)

func TestMain(m *testing.M) { drivertest.Main(m) }

// player is one client with its connection.
type player struct {
	*rand.Rand
	*wire.Conn
	*recorder
	number int
}

// recorder notes the history of a round.
type recorder struct {
	clock *clock.Manual
	keys  int          // how many they work on
	stamp atomic.Int64 // counts what is noted: a clock that never shows the same time twice
	fresh atomic.Int64 // the last value that was written: all are different
	mu    sync.Mutex
	noted []porcupine.Operation
	err   error
}

func (r *recorder) note(o operation, do func() (string, error)) (reply string) {
	called := r.stamp.Add(1)
	reply, err := do()
	returned := r.stamp.Add(1)
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil {
		r.err = fmt.Errorf("%v: %w", o, err)
	}
	r.noted = append(r.noted, porcupine.Operation{ClientId: o.client, Input: o, Call: called, Output: reply, Return: returned})
	return reply
}

func TestLinearizable(t *testing.T) {
	t.Logf("-seed %d", *seed)
	now := clock.NewManual(time.Unix(1_700_000_000, 0))
	cfg := config.New()
	require.NoError(t, cfg.Load(slices.Concat([]string{"--port", "0", "--bind", "127.0.0.1", "--dir", t.TempDir()}, drivertest.Options()), nil))
	s, err := server.New(server.Options{Config: cfg, Clock: now})
	require.NoError(t, err)
	require.NoError(t, s.Start())
	defer s.Close()
	var players []*player
	for i := range clients {
		c, err := wire.Dial(net.JoinHostPort("127.0.0.1", strconv.Itoa(s.Port())))
		require.NoError(t, err)
		defer c.Close()
		players = append(players, &player{Conn: c, number: i})
	}
	rounds, operations, aborts := 0, 0, 0
	for end := time.Now().Add(*duration); time.Now().Before(end); rounds++ {
		began := clock.Millis(now)
		history := round(t, rounds, players, now)
		check(t, rounds, began, history)
		operations += len(history)
		for _, o := range history {
			if o.Output == aborted {
				aborts++
			}
		}
	}
	require.Positive(t, aborts, "no transaction was in another's way")
	t.Logf("%d rounds, %d operations, %d transactions aborted", rounds, operations, aborts)
}

// round lets all clients work at once, from an empty server on, and returns what they saw.
func round(t *testing.T, n int, players []*player, now *clock.Manual) []porcupine.Operation {
	t.Helper()
	rec := &recorder{clock: now, keys: 2 + n%(keys-1)}
	_, err := players[0].Must("FLUSHALL")
	require.NoError(t, err)
	var all sync.WaitGroup
	begin := make(chan struct{})
	for i, p := range players {
		p.Rand, p.recorder = rand.New(rand.NewPCG(*seed, uint64(n*len(players)+i))), rec
		all.Go(func() {
			<-begin
			for range turns {
				p.turn()
			}
		})
	}
	over := make(chan struct{})
	var passing sync.WaitGroup
	passing.Go(func() { rec.letTimePass(rand.New(rand.NewPCG(*seed, uint64(n))), over) })
	close(begin)
	all.Wait()
	close(over)
	passing.Wait()
	for i := range keys { // what is left is a part of what they saw
		players[0].call("GET", name(i))
		players[0].call("PTTL", name(i))
	}
	require.NoError(t, rec.err)
	keepWatches(rec.noted)
	return rec.noted
}

// keepWatches notes with each WATCH whether the client's next transaction was executed.
func keepWatches(history []porcupine.Operation) {
	watching := map[int]int{} // the client's last WATCH
	for i, o := range history {
		switch in := o.Input.(operation); {
		case in.watch != nil:
			watching[o.ClientId] = i
		case in.exec != nil:
			if at, ok := watching[o.ClientId]; ok {
				kept := history[at].Input.(operation)
				kept.kept = o.Output != aborted
				history[at].Input = kept
				delete(watching, o.ClientId)
			}
		}
	}
}

// letTimePass moves the clock a little, between pauses as long as a client's turn, until the round is over. It is by the unit
// of deadlines each time, since a clock that is moved further stops on its way wherever something is due.
func (r *recorder) letTimePass(dice *rand.Rand, over chan struct{}) {
	for {
		for range 1 + dice.IntN(4) {
			r.note(operation{client: clients, tick: true}, func() (string, error) {
				r.clock.Advance(time.Millisecond)
				return "", nil
			})
		}
		select {
		case <-over:
			return
		case <-time.After(time.Duration(dice.IntN(400)) * time.Microsecond):
		}
	}
}

// check looks for an order. When there is none, it shows how far it gets, in words and on a page.
func check(t *testing.T, round int, began int64, history []porcupine.Operation) {
	t.Helper()
	model := model(began)
	result := porcupine.CheckOperationsTimeout(model, history, patience)
	if result == porcupine.Ok {
		return
	}
	_, info := porcupine.CheckOperationsVerbose(model, history, patience)
	page, err := os.CreateTemp("", "linear-*.html")
	require.NoError(t, err)
	defer page.Close()
	require.NoError(t, porcupine.Visualize(model, info, page))
	orders := info.PartialLinearizationsOperations()[0]
	longest := slices.MaxFunc(orders, func(a, b []porcupine.Operation) int { return len(a) - len(b) })
	s := state{now: began}
	for _, o := range longest {
		s.step(o.Input.(operation))
		t.Logf("%s [%v]", describe(o), s)
	}
	t.Log("what cannot come next:")
	slices.SortFunc(history, func(a, b porcupine.Operation) int { return int(a.Call - b.Call) })
	for _, o := range history {
		if !slices.ContainsFunc(longest, func(other porcupine.Operation) bool { return other.Call == o.Call }) {
			t.Log(describe(o))
		}
	}
	t.Fatalf("-seed %d, round %d: no order explains this history (%s). It is drawn in %s", *seed, round, result, page.Name())
}

func describe(o porcupine.Operation) string {
	return fmt.Sprintf("client %d, %3d to %3d: %v → %v", o.ClientId, o.Call, o.Return, o.Input, o.Output)
}

func name(i int) string { return "k" + strconv.Itoa(i) }

// turn is one thing that a client does: a command, a transaction, or a transaction on condition that nothing has changed.
func (p *player) turn() {
	switch p.IntN(5) {
	case 0:
		p.transaction()
	case 1:
		watched := p.some(1 + p.IntN(2))
		p.do(operation{watch: watched})
		p.call("GET", watched[0])
		p.transaction()
	default:
		p.call(p.draw()...)
	}
	if p.IntN(4) == 0 {
		runtime.Gosched()
	}
}

// some draws keys, no two alike.
func (p *player) some(n int) (names []string) {
	for _, i := range p.Perm(p.keys)[:n] {
		names = append(names, name(i))
	}
	return names
}

// draw draws a command.
func (p *player) draw() []string {
	names := p.some(2)
	key, other := names[0], names[1]
	fresh := strconv.FormatInt(p.fresh.Add(1)*1000, 10)
	soon, late := p.moment(p.IntN(12)-1), p.moment(100_000) // often while others still work, at times over already
	list := [][]string{
		{"GET", key}, {"GET", key}, {"SET", key, fresh}, {"SET", key, fresh, "NX"}, {"SET", key, fresh, "KEEPTTL"},
		{"SET", key, fresh, "PXAT", soon}, {"INCR", key}, {"INCR", key}, {"INCR", key}, {"APPEND", key, "7"}, {"APPEND", key, "x"},
		{"DEL", key}, {"DEL", key, other}, {"GETDEL", key}, {"PEXPIREAT", key, soon}, {"PEXPIREAT", key, late}, {"PTTL", key}, {"PERSIST", key},
		{"MGET", key, other}, {"MGET", "k0", "k1", "k2", "k3"}, {"MSET", key, fresh, other, fresh}, {"RENAME", key, other},
	}
	return list[p.IntN(len(list))]
}

// moment is a time, in ms from now on.
func (p *player) moment(ms int) string { return strconv.FormatInt(clock.Millis(p.clock)+int64(ms), 10) }

func (p *player) transaction() {
	var calls [][]string
	for range 1 + p.IntN(4) {
		calls = append(calls, p.draw())
	}
	if key := name(p.IntN(keys)); p.IntN(3) == 0 {
		// A deadline from now on is asked for at once. The checker would have to try all times at which it may have been set.
		ms := strconv.Itoa(1 + p.IntN(12))
		set := [][]string{{"PEXPIRE", key, ms}, {"SET", key, "1", "PX", ms}}
		calls = append(calls, set[p.IntN(len(set))], []string{"PEXPIRETIME", key})
	}
	p.do(operation{exec: calls})
}

func (p *player) call(args ...string) { p.do(operation{call: args}) }

// do asks the server, and notes what it said.
func (p *player) do(o operation) {
	o.client = p.number
	p.note(o, func() (string, error) {
		switch {
		case o.watch != nil:
			return p.ask(append([]string{"WATCH"}, o.watch...))
		case o.exec != nil:
			p.Send("MULTI")
			for _, call := range o.exec {
				p.Send(call...)
			}
			return p.exec(len(o.exec))
		}
		return p.ask(o.call)
	})
}

func (p *player) ask(args []string) (string, error) {
	v, err := p.Do(args...)
	return show(v), err
}

// exec ends a transaction, of which nothing was sent yet, and reads the replies from the one to MULTI on.
func (p *player) exec(queued int) (string, error) {
	v, err := p.Do("EXEC")
	for range queued + 1 {
		if err == nil && v.Text != "OK" && v.Text != "QUEUED" {
			err = fmt.Errorf("got %s in a transaction", show(v))
		}
		if err == nil {
			v, err = p.Receive()
		}
	}
	if v.Kind == wire.NullArray {
		return aborted, err
	}
	return show(v), err
}

// show is a reply as the model has it.
func show(v wire.Value) string {
	switch {
	case v.Kind == wire.NullBulk:
		return null
	case v.IsAggregate():
		var texts []string
		for _, e := range v.Elems {
			texts = append(texts, show(e))
		}
		return "[" + strings.Join(texts, " ") + "]"
	}
	return v.Text
}
