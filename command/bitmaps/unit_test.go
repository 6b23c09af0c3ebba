package bitmaps_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/command/bitmaps"
	"github.com/miniredisd/miniredisd/command/commandtest"
	"github.com/miniredisd/miniredisd/command/strings"
	"github.com/miniredisd/miniredisd/store"
)

// unit executes the group's commands, and those on strings.
type unit struct{ *commandtest.Unit }

func newUnit(t testing.TB) unit {
	return unit{commandtest.New(t, slices.Concat(bitmaps.Commands, strings.Commands))}
}

// deadline of a key, 0 for none.
func (u unit) deadline(key string) (at int64) {
	u.Inside(func(tx *store.Tx) { at, _ = tx.Peek([]byte(key)).ExpireAt() })
	return at
}

// row is a line of a table test: a command and its reply, with line breaks as spaces.
type row struct{ line, reply string }

// check executes the rows on a store that has nothing but a list under "list".
func check(t *testing.T, rows []row) unit {
	t.Helper()
	u := newUnit(t)
	u.PutList("list", "element")
	for i, r := range rows {
		require.Equal(t, r.reply, u.Do(r.line), "row %d: %s", i, r.line)
	}
	return u
}
