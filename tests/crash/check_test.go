package crash

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/tests/wire"
)

// check compares what the server knows of the history with what it must know, and returns how many keys that is. What
// it knows is from then on what it must go on knowing.
func (h *history) check(t *testing.T, c *wire.Conn) int {
	t.Helper()
	got := h.read(t, c)
	m := lastStep(t, h.prefix, got)
	require.GreaterOrEqual(t, m, h.acked, "%s: acknowledged writes are lost", h.prefix)
	require.LessOrEqual(t, m, h.sent, "%s: writes that were never sent", h.prefix)
	want := h.after(m)
	for key, value := range want {
		require.Equal(t, value, got[key], "%s after %d steps", key, m)
	}
	require.Len(t, got, len(want), "%s: keys that %d steps do not make", h.prefix, m)
	h.sent, h.acked = m, m
	return len(got)
}

// lastStep finds the last step that has left a trace.
func lastStep(t *testing.T, prefix string, data map[string]string) int {
	t.Helper()
	m := 0
	for key, value := range data {
		fields := strings.Fields(value)
		n, err := strconv.Atoi(fields[len(fields)-1])
		require.NoError(t, err, key)
		if key == prefix+"counter" {
			n = 4*n - 2 // the step that made the counter n
		}
		m = max(m, n)
	}
	return m
}

// mgetSize is how many values are asked for at once.
const mgetSize = 1000

// read fetches all keys of the history in the form of after.
func (h *history) read(t *testing.T, c *wire.Conn) map[string]string {
	t.Helper()
	must := func(args ...string) wire.Value {
		v, err := c.Must(args...)
		require.NoError(t, err)
		return v
	}
	data := map[string]string{}
	keys := must("KEYS", h.prefix+"*").Strings()
	for chunk := range slices.Chunk(keys, mgetSize) {
		values := must(append([]string{"MGET"}, chunk...)...)
		for i, key := range chunk {
			data[key] = values.Elems[i].Text
		}
	}
	if list := h.prefix + "list"; slices.Contains(keys, list) {
		var b strings.Builder
		for _, value := range must("LRANGE", list, "0", "-1").Strings() {
			fmt.Fprintf(&b, "%s ", value)
		}
		data[list] = b.String()
	}
	return data
}
