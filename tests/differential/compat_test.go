//go:build compat

package differential

import (
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/command/all"
	"github.com/miniredisd/miniredisd/tests/process"
)

var (
	seed   = flag.Uint64("seed", 1, "of the random sequences")
	first  = flag.Int("first", 0, "number of the first sequence")
	count  = flag.Int("n", 20_000, "how many commands are run, at least")
	groups = flag.String("groups", "", "only these groups of commands, by the names of COMMAND DOCS with commas between")
	most   = flag.Int("most", 5, "how many differences are shrunk before giving up")
)

// TestRedis compares with a real redis-server.
func TestRedis(t *testing.T) {
	server := process.Redis(t, t.TempDir(), Options()...)
	redis, known := server.Addr, learn(t, server.Addr)
	require.NoError(t, known.LearnPayloads(server.Dial(t)))
	var only []command.Group
	if *groups != "" {
		for _, g := range strings.Split(*groups, ",") {
			only = append(only, command.Group(g))
		}
	}
	c, err := NewCatalog(all.Registry(), known, only...)
	require.NoError(t, err)
	p := NewPair(c, redis, start(t))
	defer p.Close()

	begin, shrinking := time.Now(), time.Duration(0)
	found := map[string]bool{}
	for i := *first; p.Requests < *count && len(found) < *most; i++ {
		s := c.Draw(*seed, i)
		d, err := p.Run(s)
		require.NoError(t, err, "-seed %d -first %d", *seed, i)
		if d == nil {
			continue
		}
		at := time.Now()
		if name, text := shrunk(t, p, s, d); !found[name] {
			found[name] = true
			t.Error(text)
		}
		shrinking += time.Since(at)
	}
	took := time.Since(begin) - shrinking
	t.Logf("-seed %d: %d commands, of them %d refused, in %.1fs: %.0f a second", *seed, p.Requests, p.Errors, took.Seconds(),
		float64(p.Requests)/took.Seconds())
	if testing.Verbose() {
		t.Logf("left out:\n%s", strings.Join(c.Left, "\n"))
		for _, name := range slices.Sorted(maps.Keys(p.ByName)) {
			t.Logf("%-24s %7d, of them %7d refused", name, p.ByName[name].Requests, p.ByName[name].Errors)
		}
	}
}

// shrunk describes a difference in as few commands as show it. The name is the same for those that are probably alike.
func shrunk(t *testing.T, p *Pair, s *Sequence, d *Difference) (name, text string) {
	again, err := p.Confirm(s)
	require.NoError(t, err)
	if !again {
		return "", fmt.Sprintf("seen once and not again, -seed %d -first %d:\n> %s", s.Seed, s.Index, d)
	}
	s, d, err = p.Shrink(s, d)
	require.NoError(t, err)
	text, err = p.Transcript(s, d)
	require.NoError(t, err)
	return fmt.Sprintf("%s %.12s %.12s", strings.ToLower(d.Request[0]), d.Want, d.Got), text
}
