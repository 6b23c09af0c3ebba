package soak

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/tests/wire"
)

// contents is all data as clients see it, by database and key: so a difference has a name. With it goes what the digest
// leaves out of a stream: since when and how often delivered an entry is that a consumer has.
func contents(t *testing.T, c *wire.Conn) map[string]string {
	t.Helper()
	all := map[string]string{}
	for db := range databases {
		must(t, c, "SELECT", strconv.Itoa(db))
		keys, err := c.Must("KEYS", "*")
		require.NoError(t, err)
		for _, key := range keys.Strings() {
			all[strconv.Itoa(db)+" "+key] = describe(t, c, key)
		}
	}
	return all
}

// reads are the requests that show a value of a type; the key takes the place of the empty argument.
var reads = map[string][][]string{
	"string": {{"GET", ""}},
	"list":   {{"LRANGE", "", "0", "-1"}},
	"set":    {{"SMEMBERS", ""}},
	"zset":   {{"ZRANGE", "", "0", "-1", "WITHSCORES"}},
	"hash":   {{"HGETALL", ""}},
	"stream": {{"XRANGE", "", "-", "+"}, {"XINFO", "STREAM", ""}, {"XINFO", "GROUPS", ""}, {"XPENDING", "", "g0", "-", "+", "1000000"},
		{"XPENDING", "", "g1", "-", "+", "1000000"}, {"XPENDING", "", "g2", "-", "+", "1000000"}},
}

// hideUnstable hides how entries are stored, and the deliveries to who looks into its own past, which are not logged.
func hideUnstable(command string, texts []string) {
	for _, name := range []string{"radix-tree-keys", "radix-tree-nodes"} {
		if i := slices.Index(texts, name); i >= 0 && command == "XINFO" {
			texts[i+1] = ""
		}
	}
	for pending := range slices.Chunk(texts, 4) {
		if command == "XPENDING" && len(pending) == 4 && pending[1] == historian {
			pending[2], pending[3] = "", ""
		}
	}
}

func describe(t *testing.T, c *wire.Conn, key string) string {
	t.Helper()
	kind := must(t, c, "TYPE", key)
	lines := []string{kind + " until " + must(t, c, "PEXPIRETIME", key)}
	for _, read := range reads[kind] {
		request := slices.Clone(read)
		request[slices.Index(request, "")] = key
		v, err := c.Do(request...)
		require.NoError(t, err)
		texts := flat(v, nil)
		switch kind {
		case "set":
			slices.Sort(texts)
		case "hash":
			texts = describeFields(t, c, key, texts)
		case "zset":
			for i := 1; i < len(texts); i += 2 {
				if texts[i] == "-0" { // no listpack has it
					texts[i] = "0"
				}
			}
		case "stream":
			hideUnstable(read[0], texts)
		}
		lines = append(lines, fmt.Sprintf("%.9000q", texts))
	}
	return strings.Join(lines, "\n")
}

// describeFields sorts fields with their values, and adds when they die.
func describeFields(t *testing.T, c *wire.Conn, key string, pairs []string) []string {
	t.Helper()
	var texts []string
	for pair := range slices.Chunk(pairs, 2) {
		v, err := c.Must("HPEXPIRETIME", key, "FIELDS", "1", pair[0])
		require.NoError(t, err)
		texts = append(texts, pair[0]+"="+pair[1]+" until "+v.Elems[0].Text)
	}
	slices.Sort(texts)
	return texts
}

// flat lists the scalars of a reply.
func flat(v wire.Value, texts []string) []string {
	if !v.IsAggregate() {
		return append(texts, v.Text)
	}
	for _, e := range v.Elems {
		texts = flat(e, texts)
	}
	return texts
}

// differences names the keys that are not as they were.
func differences(before, after map[string]string) string {
	var b strings.Builder
	for key, was := range before {
		if is := after[key]; is != was {
			i := 0
			for i < min(len(was), len(is)) && was[i] == is[i] {
				i++
			}
			i = max(i-shown, 0)
			fmt.Fprintf(&b, "%s was\n%.*s\nis\n%.*s\n", key, 3*shown, was[i:], 3*shown, is[min(i, len(is)):])
		}
	}
	for key, is := range after {
		if _, ok := before[key]; !ok {
			fmt.Fprintf(&b, "%s was not, is\n%.*s\n", key, 3*shown, is)
		}
	}
	return b.String()
}

// shown is how much of a value is shown before a difference, in bytes.
const shown = 300
