package keys_test

// A store with the group's commands and nothing around: time and log are the test's.

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/command/keys"
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/resp"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/quicklist"
)

// start is the time at which a house begins, in ms.
const start = 1_000_000

type host struct {
	command.Host
	cfg *config.Config
}

func (h host) Config() *config.Config { return h.cfg }

// house is a server's inside without the server.
type house struct {
	t        testing.TB
	st       *store.Store
	registry *command.Registry
	out      resp.Writer
	tx       store.Tx
	ctx      command.Ctx
	now      int64
	db       int
	log      []string
	notes    []string
}

// Active implements store.Journal.
func (h *house) Active() bool { return true }

// AppendAcross implements store.Journal. A unit of several commands is noted in brackets.
func (h *house) AppendAcross(db, _, n int, body []byte) int64 {
	var p resp.Parser
	var unit []string
	for len(body) > 0 {
		args, used, err := p.Next(body)
		require.NoError(h.t, err)
		words := make([]string, len(args))
		for i, a := range args {
			words[i] = string(a)
		}
		unit = append(unit, strings.Join(words, " "))
		body = body[used:]
	}
	require.Len(h.t, unit, n)
	line := strings.Join(unit, "; ")
	if n > 1 {
		line = "[" + line + "]"
	}
	h.log = append(h.log, strconv.Itoa(db)+": "+line)
	return 1
}

func newHouse(t testing.TB) *house {
	h := &house{t: t, now: start, registry: command.NewRegistry(keys.Commands)}
	h.st = store.New(store.Options{Journal: h, Notify: func(db int, _ store.Event, event string, key []byte) {
		h.notes = append(h.notes, strconv.Itoa(db)+" "+event+" "+string(key))
	}})
	h.st.SetEvents(^store.Event(0))
	h.out.Proto = 2
	h.ctx = command.Ctx{Out: &h.out, Tx: &h.tx, Client: &command.Client{}, Host: host{cfg: config.New()}}
	return h
}

// unit runs f in a unit that holds everything.
func (h *house) unit(f func(tx *store.Tx)) {
	h.st.Begin(&h.tx, h.db, store.Mode{Locks: store.AllShards}, 0)
	h.tx.SetTime(h.now)
	f(&h.tx)
	h.tx.Settle(nil, false)
	h.tx.End()
}

func (h *house) set(key, val string) {
	h.unit(func(tx *store.Tx) { tx.SetString([]byte(key), []byte(val), false) })
}

func (h *house) push(key string, vals ...string) {
	h.unit(func(tx *store.Tx) {
		l := quicklist.New(-2)
		for _, v := range vals {
			l.PushBack([]byte(v))
		}
		tx.Put([]byte(key), store.List{List: l})
	})
}

// run executes one command as a unit of its own; the reply is in h.out.
func (h *house) run(args [][]byte) {
	spec, _ := h.registry.Find(args)
	require.NotNil(h.t, spec, "%s", args[0])
	require.True(h.t, spec.ArityOK(len(args)), "%s", args)
	h.out.Buf = h.out.Buf[:0]
	h.st.Begin(&h.tx, h.db, spec.Plan(args), 0)
	h.tx.SetTime(h.now)
	h.ctx.Spec, h.ctx.Args = spec, args
	spec.Run(&h.ctx)
	h.tx.Settle(args, true)
	h.tx.End()
}

// do executes a command, its words separated by spaces ("”" is the empty one), and returns the reply, its lines
// separated by spaces.
func (h *house) do(line string) string {
	words := strings.Fields(line)
	args := make([][]byte, len(words))
	for i, w := range words {
		if w != "''" {
			args[i] = []byte(w)
		}
	}
	h.run(args)
	return strings.ReplaceAll(strings.TrimSuffix(string(h.out.Buf), "\r\n"), "\r\n", " ")
}

// logged returns what was logged since it was asked last.
func (h *house) logged() []string {
	l := h.log
	h.log = nil
	return l
}

// noted returns the events since it was asked last.
func (h *house) noted() []string {
	n := h.notes
	h.notes = nil
	return n
}
