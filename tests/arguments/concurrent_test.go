package arguments

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/internal/clock"
	"github.com/miniredisd/miniredisd/tests/differential"
	"github.com/miniredisd/miniredisd/tests/wire"
)

var duration = flag.Duration("duration", 2*time.Second, "how long the clients of TestConcurrent work")

const (
	concurrent = 16
	// patience is how long a reply may take: everything else waits for a RELOAD, and the race detector is slow.
	patience = 60 * time.Second
)

// TestConcurrent has many clients call every command at once, with arguments that make sense and with others. Others wait,
// listen, watch, and come to sudden ends (restless_test.go), while time passes and one more client changes the configuration
// and loads the data anew. It is there for the race detector, and for what waits for itself. In the end the server must be
// well, its log must tell what is in memory, and nothing must be left of those who have gone.
func TestConcurrent(t *testing.T) {
	t.Logf("-seed %d", *seed)
	now := clock.NewManual(time.Unix(1_700_000_000, 0))
	s := startWith(t, now, "--appendonly", "yes", "--appendfsync", "no", "--databases", strconv.Itoa(differential.Databases))
	teacher := s.dial(t)
	known, err := differential.Learn(teacher)
	require.NoError(t, err)
	require.NoError(t, known.LearnPayloads(teacher))
	catalog, err := differential.NewCatalog(s.Registry(), known)
	require.NoError(t, err)

	before := runtime.NumGoroutine()
	end := time.Now().Add(*duration)
	var clients sync.WaitGroup
	var opened []*wire.Conn
	for i := range concurrent {
		m := mixer{Rand: rand.New(rand.NewPCG(*seed, uint64(i))), catalog: catalog, specs: s.Registry().All()}
		c := s.dial(t)
		opened = append(opened, c)
		clients.Go(func() {
			for n := i; time.Now().Before(end) && !t.Failed(); n += concurrent {
				if err := batch(c, m.requests(n)); err != nil {
					t.Errorf("-seed %d: client %d: %v", *seed, i, err)
				}
			}
		})
	}
	for i := range restless {
		r := restlessClient{Rand: rand.New(rand.NewPCG(*seed, uint64(concurrent+i))), catalog: catalog, addr: s.addr()}
		clients.Go(func() {
			for time.Now().Before(end) && !t.Failed() {
				if err := r.live(); err != nil {
					t.Errorf("-seed %d: a restless client: %v", *seed, err)
				}
			}
		})
	}
	operator, r := s.dial(t), rand.New(rand.NewPCG(*seed, concurrent+restless))
	opened = append(opened, operator)
	clients.Go(func() {
		for time.Now().Before(end) && !t.Failed() {
			if err := errors.Join(batch(operator, [][]string{operation(r)}), disturb(operator, r)); err != nil {
				t.Errorf("-seed %d: the operator: %v", *seed, err)
			}
		}
	})
	stop := letTimePass(now)
	clients.Wait()
	stop()
	for _, c := range opened {
		c.Close()
	}
	if !t.Failed() {
		checkHealth(t, teacher)
		checkNothingIsLeft(t, teacher, before)
	}
}

// letTimePass moves the clock along, whatever the clients wait for, until it is told to stop.
func letTimePass(now *clock.Manual) (stop func()) {
	done := make(chan struct{})
	var passing sync.WaitGroup
	passing.Go(func() {
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				now.Advance(time.Millisecond)
			}
		}
	})
	return func() { close(done); passing.Wait() }
}

// mixer draws what one client sends.
type mixer struct {
	*rand.Rand
	catalog *differential.Catalog
	specs   []*command.Spec
}

// requests are batch n: a sequence that makes sense, at least to one client, with nonsense in between.
func (m *mixer) requests(n int) [][]string {
	var list [][]string
	if m.IntN(2) == 0 {
		list = append(list, []string{"HELLO", "3"})
	}
	for _, call := range m.catalog.Draw(*seed, n).Calls {
		if slices.Contains(call, perValue) {
			continue
		}
		list = append(list, call)
		if spec := m.specs[m.IntN(len(m.specs))]; spec.Run != nil && !harmful(spec) && !listens(spec) {
			args := words(spec)
			for range m.IntN(7) {
				args = append(args, garbage(m.Rand))
			}
			if spec.Flags.Has(command.Blocking) { // in a transaction nobody waits
				list = append(list, []string{"MULTI"}, args, []string{"EXEC"})
			} else {
				list = append(list, args)
			}
		}
	}
	return list
}

// listens are the commands after which a client may be cut off, for not reading fast enough what it is sent: the restless call them.
func listens(spec *command.Spec) bool { return spec.Group == command.PubSub || spec.Name == "monitor" }

// perValue is an option that decides about bytes of a string, which would be others where the log is read without it.
const perValue = "hll-sparse-max-bytes"

// operation is something that concerns all clients.
func operation(r *rand.Rand) []string {
	list := [][]string{{"DEBUG", "RELOAD"}, {"DEBUG", "LOADAOF"}, {"DEBUG", "DIGEST"}, {"CONFIG", "SET", "appendonly", "no"},
		{"CONFIG", "SET", "appendonly", "yes"}, {"CLIENT", "PAUSE", "1"}, {"CLIENT", "PAUSE", "1", "WRITE"}, {"CLIENT", "UNPAUSE"},
		{"CLIENT", "LIST"}, {"INFO", "everything"}, {"MEMORY", "STATS"}, {"MEMORY", "PURGE"}, {"CONFIG", "RESETSTAT"}, {"FLUSHALL", "ASYNC"},
		{"SWAPDB", "0", "1"}, {"CONFIG", "SET", "set-max-listpack-entries", "4", "hash-max-listpack-entries", "4"},
		{"CONFIG", "SET", "zset-max-listpack-entries", "4", "list-max-listpack-size", "2"},
		{"CONFIG", "SET", "zset-max-listpack-entries", "128", "list-max-listpack-size", "-2"},
		{"CONFIG", "SET", "set-max-listpack-entries", "128", "hash-max-listpack-entries", "128"},
		{"CONFIG", "SET", "notify-keyspace-events", "KEAnm"}, {"CONFIG", "SET", "notify-keyspace-events", ""},
		{"CONFIG", "SET", "latency-tracking", "no"}, {"CONFIG", "SET", "latency-tracking", "yes"}, {"CONFIG", "SET", "timeout", "3600"},
		{"CONFIG", "SET", "slowlog-log-slower-than", "0"}, {"CONFIG", "SET", "slowlog-log-slower-than", "10000"}, {"SLOWLOG", "GET"},
		{"CONFIG", "SET", "client-output-buffer-limit", "pubsub 100kb 50kb 1"}, {"CONFIG", "SET", "client-output-buffer-limit", "pubsub 0 0 0"},
		{"CONFIG", "SET", "latency-monitor-threshold", "1"}, {"LATENCY", "LATEST"}, {"LATENCY", "HISTOGRAM"}, {"LATENCY", "RESET"},
		{"DEBUG", "OBJECT", "s1"}, {"DEBUG", "LISTPACK", "l1"}, {"DEBUG", "DIGEST-VALUE", "s1", "x1", "z1"},
		{"DEBUG", "SLEEP", "0.002"}, {"DEBUG", "SET-ACTIVE-EXPIRE", "0"}, {"DEBUG", "SET-ACTIVE-EXPIRE", "1"}, {"DEBUG", "CHANGE-REPL-ID"},
		{"DEBUG", "QUICKLIST-PACKED-THRESHOLD", "20"}, {"DEBUG", "PROTOCOL", "attrib"}, {"DEBUG", "STRINGMATCH-LEN", "10", "a*"},
		{"PUBSUB", "CHANNELS"}, {"DEBUG", "HTSTATS", "0"}, {"COMMAND"}, {"ACL", "WHOAMI"}, {"CLIENT", "KILL", "ID", "0"}, {"OBJECT", "HELP"}}
	return list[r.IntN(len(list))]
}

// batch sends requests, then resets the connection, and reads until it has the replies.
func batch(c *wire.Conn, requests [][]string) error {
	for _, args := range requests {
		c.Send(args...)
	}
	c.Send("RESET")
	v, err := c.Do("ECHO", endOfBatch)
	for err == nil && v.Text != endOfBatch {
		if strings.HasPrefix(v.Text, "ERR internal error") {
			return fmt.Errorf("%s: it panicked", v.Text)
		}
		v, err = c.Receive()
	}
	if err != nil {
		return fmt.Errorf("%w after %.2000q", err, requests)
	}
	return nil
}

const endOfBatch = "end of batch"

// checkHealth has the data loaded anew, from memory and from the log.
func checkHealth(t *testing.T, c *wire.Conn) {
	t.Helper()
	do := func(args ...string) string {
		v, err := c.Must(args...)
		require.NoError(t, err, "-seed %d", *seed)
		return v.Text
	}
	do("CLIENT", "UNPAUSE")
	do("CONFIG", "SET", "appendonly", "yes")
	do("SET", "health", "good")
	before, digest := contents(t, c), do("DEBUG", "DIGEST")
	for _, way := range []string{"RELOAD", "LOADAOF"} {
		do("DEBUG", way)
		require.Equal(t, before, contents(t, c), "-seed %d: %s", *seed, way)
		require.Equal(t, digest, do("DEBUG", "DIGEST"), "-seed %d: %s", *seed, way)
	}
	require.Equal(t, "good", do("GET", "health"))
}

// contents are the digests of all keys, each by its database, type and name.
func contents(t *testing.T, c *wire.Conn) map[string]string {
	t.Helper()
	must := func(args ...string) wire.Value {
		v, err := c.Must(args...)
		require.NoError(t, err, "-seed %d", *seed)
		return v
	}
	digests := map[string]string{}
	for db := range differential.Databases {
		must("SELECT", strconv.Itoa(db))
		for _, key := range must("KEYS", "*").Strings() {
			name := fmt.Sprintf("%d %s %q", db, must("TYPE", key).Text, key)
			digests[name] = must("DEBUG", "DIGEST-VALUE", key).Strings()[0]
		}
	}
	must("SELECT", "0")
	return digests
}
