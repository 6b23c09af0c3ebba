package lists_test

// What the tests of the package run commands in: a store, a reply buffer and a log, and no server around them.

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/command/lists"
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/resp"
	"github.com/miniredisd/miniredisd/store"
)

// host is the little that the group asks of the server.
type host struct {
	command.Host
	cfg *config.Config
}

func (h host) Config() *config.Config { return h.cfg }

// unit executes commands one by one.
type unit struct {
	t        testing.TB
	registry *command.Registry
	cfg      *config.Config
	st       *store.Store
	tx       store.Tx
	out      resp.Writer
	ctx      command.Ctx
	log      []byte   // effects as RESP
	events   []string // "event key"
}

func newUnit(t testing.TB) *unit {
	u := &unit{t: t, registry: command.NewRegistry(lists.Commands), cfg: config.New()}
	u.st = store.New(store.Options{Journal: u, Notify: func(_ int, _ store.Event, event string, key []byte) {
		u.events = append(u.events, event+" "+string(key))
	}})
	u.ctx = command.Ctx{Out: &u.out, Tx: &u.tx, Client: &command.Client{}, Host: host{cfg: u.cfg}}
	return u
}

// Active implements store.Journal.
func (u *unit) Active() bool { return true }

// AppendAcross implements store.Journal.
func (u *unit) AppendAcross(_, _, _ int, body []byte) int64 {
	u.log = append(u.log, body...)
	return int64(len(u.log))
}

// run executes one command and leaves its reply in out.
func (u *unit) run(args [][]byte) {
	spec, _ := u.registry.Find(args)
	u.out.Buf = u.out.Buf[:0]
	u.st.Begin(&u.tx, 0, spec.Plan(args), 0)
	defer u.tx.End()
	u.tx.SetTime(1_000_000)
	u.ctx.Spec, u.ctx.Args = spec, args
	spec.Run(&u.ctx)
	u.tx.Settle(args, true)
}

func words(line string) [][]byte {
	var args [][]byte
	for _, w := range strings.Fields(line) {
		args = append(args, []byte(strings.Trim(w, `"`)))
	}
	return args
}

// do executes a line of words, of which "" is the empty one, and returns the reply with its line breaks as spaces.
func (u *unit) do(line string) string {
	u.run(words(line))
	return strings.TrimSuffix(strings.ReplaceAll(string(u.out.Buf), "\r\n", " "), " ")
}

// elements is what LRANGE replies of the whole list.
func (u *unit) elements(key string) []string {
	var list []string
	for i, w := range strings.Fields(u.do("LRANGE " + key + " 0 -1")) {
		if i%2 == 0 && i > 0 {
			list = append(list, w)
		}
	}
	return list
}

// encoding is OBJECT ENCODING, "" for a missing key.
func (u *unit) encoding(key string) string {
	u.st.Begin(&u.tx, 0, store.Mode{Locks: store.AllShards}, 0)
	defer u.tx.End()
	if e := u.tx.Peek([]byte(key)); e != nil {
		return e.Encoding()
	}
	return ""
}

// putString makes a key that is no list.
func (u *unit) putString(key string) {
	u.st.Begin(&u.tx, 0, store.Mode{Locks: store.AllShards}, 0)
	defer u.tx.End()
	u.tx.SetString([]byte(key), []byte("value"), false)
}

// nodeLimit sets list-max-listpack-size.
func (u *unit) nodeLimit(n int) {
	pair := config.Pair{Name: config.Name(config.ListMaxListpackSize), Value: strconv.Itoa(n)}
	require.NoError(u.t, u.cfg.Set([]config.Pair{pair}, config.Caller{}))
}
