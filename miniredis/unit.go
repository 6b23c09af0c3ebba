package miniredis

// How the accessors reach the data: each runs one of the server's own commands, in an execution unit like a client's.
// So locks, events, watches and the log are what they are for clients. Authentication and CLIENT PAUSE are not asked.

import (
	"fmt"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/internal/clock"
	"github.com/miniredisd/miniredisd/resp"
	"github.com/miniredisd/miniredisd/store"
)

// RedisDB is one of the numbered databases.
type RedisDB struct {
	m  *Miniredis
	id int
}

// DB is the database with a number. It panics when the server has no such database; there are 16.
func (m *Miniredis) DB(i int) *RedisDB {
	if n := m.Server().Store().Databases(); i < 0 || i >= n {
		panic(fmt.Sprintf("miniredis: database %d of %d", i, n))
	}
	return &RedisDB{m: m, id: i}
}

// Select chooses the database that the accessors of Miniredis use. It has no influence on clients.
func (m *Miniredis) Select(i int) { m.selectedDB.Store(int64(m.DB(i).id)) }

// db is the selected database.
func (m *Miniredis) db() *RedisDB { return &RedisDB{m: m, id: int(m.selectedDB.Load())} }

// do runs one command and returns its reply: an int64, a string, nil, or a []any of these.
func (db *RedisDB) do(args ...string) (any, error) {
	srv := db.m.Server()
	raw := make([][]byte, len(args))
	for i, a := range args {
		raw[i] = []byte(a)
	}
	spec, _ := srv.Registry().Find(raw)
	if spec == nil {
		return nil, fmt.Errorf("ERR unknown command '%s'", args[0])
	}
	var tx store.Tx
	out := resp.Writer{Proto: 2}
	client := command.Client{DB: db.id, FD: -1, User: "default", Authenticated: true, Out: &out}
	ctx := command.Ctx{Spec: spec, Args: raw, Out: &out, Tx: &tx, Client: &client, Host: srv}
	srv.Store().Begin(&tx, db.id, spec.Plan(raw), 0)
	defer tx.End()
	tx.SetTime(clock.Millis(srv.Clock()))
	spec.Run(&ctx)
	tx.Settle(raw, !spec.Flags.Has(command.NoPropagate))
	value, _, err := parseReply(out.Buf)
	return value, err
}

// number runs a command that replies an integer.
func (db *RedisDB) number(args ...string) (int, error) {
	v, err := db.do(args...)
	if err != nil {
		return 0, err
	}
	return int(v.(int64)), nil
}

// yes runs a command that replies 1 or 0 and cannot fail.
func (db *RedisDB) yes(args ...string) bool {
	n, err := db.number(args...)
	return err == nil && n == 1
}

// text runs a command that replies a string, or null when there is no such key.
func (db *RedisDB) text(args ...string) (string, error) {
	v, err := db.do(args...)
	if err != nil {
		return "", err
	}
	if v == nil {
		return "", ErrKeyNotFound
	}
	return v.(string), nil
}

// texts runs a command that replies a list of strings.
func (db *RedisDB) texts(args ...string) ([]string, error) {
	v, err := db.do(args...)
	if err != nil {
		return nil, err
	}
	var list []string
	for _, e := range v.([]any) {
		list = append(list, e.(string))
	}
	return list, nil
}
