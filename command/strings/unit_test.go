package strings_test

// What the tests of the package run commands in: a store, a reply buffer, a log and a clock, and no server around them.

import (
	"fmt"
	"strconv"
	gostrings "strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/command/strings"
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/resp"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/quicklist"
)

// startTime is the units' time at first, in milliseconds since the Unix epoch.
const startTime = 1_000_000

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
	now      int64
	loading  bool
	log      []byte   // effects as RESP
	events   []string // "event key"
}

func newUnit(t testing.TB) *unit {
	u := &unit{t: t, registry: command.NewRegistry(strings.Commands), cfg: config.New(), now: startTime}
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
	u.tx.SetTime(u.now)
	u.tx.Loading = u.loading
	u.ctx.Spec, u.ctx.Args = spec, args
	spec.Run(&u.ctx)
	u.tx.Settle(args, true)
}

func words(line string) [][]byte {
	var args [][]byte
	for _, w := range gostrings.Fields(line) {
		args = append(args, []byte(gostrings.Trim(w, `"`)))
	}
	return args
}

// do executes a line of words, of which "" is the empty one, and returns the reply with its line breaks as spaces.
func (u *unit) do(line string) string {
	u.run(words(line))
	return gostrings.TrimSuffix(gostrings.ReplaceAll(string(u.out.Buf), "\r\n", " "), " ")
}

// bulk is the text of a bulk string reply.
func (u *unit) bulk(line string) string {
	reply := u.do(line)
	head, text, _ := gostrings.Cut(reply, " ")
	require.Equal(u.t, fmt.Sprintf("$%d", len(text)), head, reply)
	return text
}

// logged returns what was logged since the last call, commands one after the other.
func (u *unit) logged() string {
	var list []string
	for rest := string(u.log); rest != ""; {
		var n int
		_, err := fmt.Sscanf(rest, "*%d\r\n", &n)
		require.NoError(u.t, err)
		lines := gostrings.SplitN(rest, "\r\n", 2*n+2)
		var args []string
		for i := range n {
			args = append(args, lines[2+2*i])
		}
		list = append(list, gostrings.Join(args, " "))
		rest = lines[2*n+1]
	}
	u.log = nil
	return gostrings.Join(list, "; ")
}

// peek looks at a key from outside.
func (u *unit) peek(key string, look func(*store.Entry)) {
	u.st.Begin(&u.tx, 0, store.Mode{Locks: store.AllShards}, 0)
	defer u.tx.End()
	u.tx.SetTime(u.now)
	look(u.tx.Peek([]byte(key)))
}

// encoding is OBJECT ENCODING, "" for a missing key.
func (u *unit) encoding(key string) (name string) {
	u.peek(key, func(e *store.Entry) {
		if e != nil {
			name = e.Encoding()
		}
	})
	return name
}

// deadline of a key, 0 for none.
func (u *unit) deadline(key string) (at int64) {
	u.peek(key, func(e *store.Entry) { at, _ = e.ExpireAt() })
	return at
}

// putList makes a key that is no string.
func (u *unit) putList(key string) {
	u.st.Begin(&u.tx, 0, store.Mode{Locks: store.AllShards}, 0)
	defer u.tx.End()
	l := quicklist.New(-2)
	l.PushBack([]byte("element"))
	u.tx.Put([]byte(key), store.List{List: l})
}

// limit sets the longest string, in bytes.
func (u *unit) limit(n int) {
	pair := config.Pair{Name: config.Name(config.ProtoMaxBulkLen), Value: strconv.Itoa(n)}
	require.NoError(u.t, u.cfg.Set([]config.Pair{pair}, config.Caller{}))
}

// row is a line of a table test: a command and its reply, with line breaks as spaces.
type row struct{ line, reply string }

// check executes the rows on an empty store that has a list under "list".
func check(t *testing.T, rows []row) *unit {
	t.Helper()
	u := newUnit(t)
	u.putList("list")
	for i, r := range rows {
		require.Equal(t, r.reply, u.do(r.line), "row %d: %s", i, r.line)
	}
	return u
}
