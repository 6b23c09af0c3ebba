package hashes_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/command/commandtest"
	"github.com/miniredisd/miniredisd/command/hashes"
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/store"
)

const (
	wrongType = "-WRONGTYPE Operation against a key holding the wrong kind of value"
	notInt    = "-ERR value is not an integer or out of range"
	notFloat  = "-ERR value is not a valid float"
	syntax    = "-ERR syntax error"
)

// unit executes the group's commands, and knows hashes.
type unit struct{ *commandtest.Unit }

func newUnit(t testing.TB) unit {
	u := unit{commandtest.New(t, hashes.Commands)}
	u.PutString("string", "value")
	u.Store.SetEvents(^store.Event(0) &^ (store.EventNew | store.EventKeyMiss))
	u.Logged()
	u.Events()
	return u
}

// row is a command and the reply to it.
type row struct{ line, reply string }

func (u unit) rows(t *testing.T, rows []row) {
	t.Helper()
	for i, r := range rows {
		require.Equal(t, r.reply, u.Do(r.line), "%d: %s", i, r.line)
	}
}

// tables makes all hashes tables from now on.
func (u unit) tables() { u.Configure(config.HashMaxListpackEntries, "0") }

// fields is what HGETALL replies, as "field=value" in order.
func (u unit) fields(key string) []string {
	list := []string{}
	words := strings.Fields(u.Do("HGETALL " + key))
	for i := 2; i+2 < len(words); i += 4 {
		list = append(list, words[i]+"="+words[i+2])
	}
	slices.Sort(list)
	return list
}

// expireDue lets the active expirer run.
func (u unit) expireDue() {
	var tx store.Tx
	u.Store.ExpireDue(&tx, u.Now)
}

// both runs a test with hashes that may be packed, and with tables.
func both(t *testing.T, test func(t *testing.T, u unit)) {
	t.Run("packed", func(t *testing.T) { test(t, newUnit(t)) })
	t.Run("table", func(t *testing.T) {
		u := newUnit(t)
		u.tables()
		test(t, u)
	})
}

// at is the text of a time, d milliseconds from the start.
func at(d int64) string { return strconv.FormatInt(commandtest.StartTime+d, 10) }
