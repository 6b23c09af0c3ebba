// Package commandtest executes commands for the tests of their groups, with no server around them: a store, a reply, a
// log of effects, events and a time, all of which the test sees and sets. Nothing but tests imports it.
package commandtest

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/resp"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/quicklist"
)

// StartTime is the time of a new Unit, in milliseconds since the Unix epoch.
const StartTime = 1_000_000

// host is the little that groups ask of the server in these tests.
type host struct {
	command.Host
	cfg *config.Config
}

func (h host) Config() *config.Config { return h.cfg }

// CutOff implements command.Host. There is no connection.
func (h host) CutOff(*command.Client, uint64) {}

// Unit executes commands one by one, each as a unit of its own. It is the store's journal, too.
type Unit struct {
	Registry *command.Registry
	Config   *config.Config
	Store    *store.Store
	Out      resp.Writer // the last reply
	Tx       store.Tx
	Now      int64 // ms
	DB       int
	Loading  bool // commands come from the log
	DropLog  bool // what is logged is not kept: keeping it allocates

	t      testing.TB
	ctx    command.Ctx
	log    []string
	events []string
}

// New returns a unit for commands that has no keys, and notes no events until Store.SetEvents chooses some.
func New(t testing.TB, commands []command.Spec) *Unit {
	u := &Unit{t: t, Registry: command.NewRegistry(commands), Config: config.New(), Now: StartTime}
	u.Store = store.New(store.Options{Journal: u, Notify: func(tx *store.Tx, _ store.Event, event string, key []byte) {
		u.events = append(u.events, inDB(tx.DB(), event+" "+string(key)))
	}})
	u.Out.Proto = 2
	u.ctx = command.Ctx{Out: &u.Out, Tx: &u.Tx, Client: &command.Client{}, Host: host{cfg: u.Config}}
	return u
}

// inDB names the database in which something happened, unless it is the first.
func inDB(db int, what string) string {
	if db == 0 {
		return what
	}
	return strconv.Itoa(db) + ": " + what
}

// Active implements store.Journal.
func (u *Unit) Active() bool { return true }

// AppendAcross implements store.Journal.
func (u *Unit) AppendAcross(db, _, n int, body []byte) int64 {
	if u.DropLog {
		return 1
	}
	var p resp.Parser
	var effects []string
	for len(body) > 0 {
		args, used, err := p.Next(body)
		require.NoError(u.t, err)
		require.NotZero(u.t, used, "an effect that is cut off")
		words := make([]string, len(args))
		for i, a := range args {
			words[i] = string(a)
		}
		effects = append(effects, strings.Join(words, " "))
		body = body[used:]
	}
	require.Len(u.t, effects, n)
	line := strings.Join(effects, "; ")
	if n > 1 {
		line = "[" + line + "]"
	}
	u.log = append(u.log, inDB(db, line))
	return 1
}

// Logged returns what was logged since it was asked last: a line for each command that logged anything, in brackets when
// its effects are several. Databases but the first stand before their lines ("3: DEL k").
func (u *Unit) Logged() []string {
	l := u.log
	u.log = nil
	return l
}

// Events returns the events since it was asked last, as "event key", with databases as in Logged.
func (u *Unit) Events() []string {
	e := u.events
	u.events = nil
	return e
}

// Run executes one command and leaves its reply in Out.
func (u *Unit) Run(args [][]byte) {
	spec, _ := u.Registry.Find(args)
	if spec == nil || !spec.ArityOK(len(args)) {
		u.t.Fatalf("no such command, or its arity is wrong: %q", args)
	}
	u.Out.Buf = u.Out.Buf[:0]
	u.Store.Begin(&u.Tx, u.DB, spec.Plan(args), 0)
	defer u.Tx.End()
	u.Tx.SetTime(u.Now)
	u.Tx.Loading = u.Loading
	u.ctx.Spec, u.ctx.Args = spec, args
	spec.Run(&u.ctx)
	u.Tx.Settle(args, true)
}

// Words splits a line as redis-cli does.
func Words(line string) [][]byte {
	args, err := resp.SplitArgs([]byte(line))
	if err != nil {
		panic(err)
	}
	return args
}

// Do executes a line and returns the reply with its line breaks as spaces.
func (u *Unit) Do(line string) string {
	u.Run(Words(line))
	return strings.ReplaceAll(strings.TrimSuffix(string(u.Out.Buf), "\r\n"), "\r\n", " ")
}

// Inside runs f in a unit that holds everything, and of which nothing is logged.
func (u *Unit) Inside(f func(tx *store.Tx)) {
	u.Store.Begin(&u.Tx, u.DB, store.Mode{Locks: store.AllShards}, 0)
	defer u.Tx.End()
	u.Tx.SetTime(u.Now)
	f(&u.Tx)
	u.Tx.Settle(nil, false)
}

// PutString makes a key a string.
func (u *Unit) PutString(key, value string) {
	u.Inside(func(tx *store.Tx) { tx.SetString([]byte(key), []byte(value), false) })
}

// PutList makes a key a list.
func (u *Unit) PutList(key string, elements ...string) {
	u.Inside(func(tx *store.Tx) {
		l := quicklist.New(-2)
		for _, e := range elements {
			l.PushBack([]byte(e))
		}
		tx.Put([]byte(key), store.List{List: l})
	})
}

// Encoding is what OBJECT ENCODING says of a key, "" when there is none.
func (u *Unit) Encoding(key string) (name string) {
	u.Inside(func(tx *store.Tx) {
		if e := tx.Peek([]byte(key)); e != nil {
			name = e.Encoding()
		}
	})
	return name
}

// Configure sets an option.
func (u *Unit) Configure(option config.Handle, value string) {
	u.t.Helper()
	require.NoError(u.t, u.Config.Set([]config.Pair{{Name: config.Name(option), Value: value}}, config.Caller{}))
}
