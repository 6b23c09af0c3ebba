package strings_test

import (
	"fmt"
	"strconv"
	gostrings "strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/command/commandtest"
	"github.com/miniredisd/miniredisd/command/strings"
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/store"
)

const startTime = commandtest.StartTime

// unit executes the group's commands, and knows strings.
type unit struct {
	*commandtest.Unit
	t testing.TB
}

func newUnit(t testing.TB) unit { return unit{commandtest.New(t, strings.Commands), t} }

// bulk is the text of a bulk string reply.
func (u unit) bulk(line string) string {
	reply := u.Do(line)
	head, text, _ := gostrings.Cut(reply, " ")
	require.Equal(u.t, fmt.Sprintf("$%d", len(text)), head, reply)
	return text
}

// deadline of a key, 0 for none.
func (u unit) deadline(key string) (at int64) {
	u.Inside(func(tx *store.Tx) { at, _ = tx.Peek([]byte(key)).ExpireAt() })
	return at
}

// limit sets the longest string, in bytes.
func (u unit) limit(n int) { u.Configure(config.ProtoMaxBulkLen, strconv.Itoa(n)) }

// row is a line of a table test: a command and its reply, with line breaks as spaces.
type row struct{ line, reply string }

// check executes the rows on an empty store that has a list under "list".
func check(t *testing.T, rows []row) unit {
	t.Helper()
	u := newUnit(t)
	u.PutList("list", "element")
	for i, r := range rows {
		require.Equal(t, r.reply, u.Do(r.line), "row %d: %s", i, r.line)
	}
	return u
}
