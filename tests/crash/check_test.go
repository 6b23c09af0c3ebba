package crash

import (
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
	m := h.lastStep(got)
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

// mgetSize is how many values are asked for at once.
const mgetSize = 1000

// reads are how the keys are read that are no strings.
var reads = map[string][]string{"list": {"LRANGE", "0", "-1"}, "to": {"LRANGE", "0", "-1"}, "from": {"LRANGE", "0", "-1"},
	"hash": {"HGETALL"}, "fields": {"HGETALL"}, "set": {"SMEMBERS"}, "lots": {"SMEMBERS"}, "stream": {"XRANGE", "-", "+"},
	"zset": {"ZRANGE", "0", "-1", "WITHSCORES"}, "queue": {"ZRANGE", "0", "-1", "WITHSCORES"}}

// read fetches all keys of the history in the form of after.
func (h *history) read(t *testing.T, c *wire.Conn) map[string]string {
	t.Helper()
	must := func(args ...string) wire.Value {
		v, err := c.Must(args...)
		require.NoError(t, err)
		return v
	}
	data := map[string]string{}
	var texts []string
	for _, key := range must("KEYS", h.prefix+"*").Strings() {
		name := strings.TrimPrefix(key, h.prefix)
		read := reads[name]
		if read == nil {
			texts = append(texts, key)
			continue
		}
		reply := must(slices.Insert(slices.Clone(read), 1, key)...)
		switch name {
		case "lots":
			members := reply.Strings()
			h.checkPopped(t, members)
			data[key] = strconv.Itoa(len(members))
		case "stream":
			data[key] = strings.Join(values(reply), " ")
		default:
			data[key] = contents(read[0], reply.Strings())
		}
	}
	for chunk := range slices.Chunk(texts, mgetSize) {
		values := must(append([]string{"MGET"}, chunk...)...)
		for i, key := range chunk {
			data[key] = values.Elems[i].Text
		}
	}
	return data
}

// checkPopped checks that what a client was given is not there any more.
func (h *history) checkPopped(t *testing.T, members []string) {
	t.Helper()
	there := map[string]bool{}
	for _, m := range members {
		there[m] = true
	}
	for _, p := range h.popped {
		require.False(t, there[p], "%s: %q was popped and is there again", h.prefix, p)
	}
}

// values lists the value of each entry's only field.
func values(entries wire.Value) []string {
	var list []string
	for _, e := range entries.Elems {
		list = append(list, e.Elems[1].Elems[1].Text)
	}
	return list
}
