package config

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func get(t *testing.T, c *Config, name string) string {
	t.Helper()
	pairs := c.Get(name)
	require.Len(t, pairs, 1, name)
	return pairs[0].Value
}

func set(c *Config, nameValue ...string) error {
	var pairs []Pair
	for p := range slices.Chunk(nameValue, 2) {
		pairs = append(pairs, Pair{p[0], p[1]})
	}
	return c.Set(pairs, Caller{})
}

func TestDefaults(t *testing.T) {
	c := New()
	for name, want := range map[string]string{
		"save":                              "3600 1 300 100 60 10000",
		"client-output-buffer-limit":        "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60",
		"bind":                              "* -::*",
		"notify-keyspace-events":            "",
		"oom-score-adj-values":              "0 200 800",
		"latency-tracking-info-percentiles": "50 99 99.9",
		"maxmemory":                         "0",
		"maxmemory-policy":                  "noeviction",
		"proto-max-bulk-len":                "536870912",
		"unixsocketperm":                    "0",
		"shutdown-on-sigint":                "default",
		"replicaof":                         "",
		"slaveof":                           "",
		"lua-time-limit":                    "5000",
		"driver":                            defaultDriver,
	} {
		require.Equal(t, want, get(t, c, name), name)
	}
	require.Empty(t, c.Unsupported())
	require.Empty(t, c.File())
}

func TestTypedReads(t *testing.T) {
	c := New()
	require.EqualValues(t, 6379, c.Int(Port))
	require.True(t, c.Bool(ProtectedMode))
	require.Equal(t, FsyncEverySec, c.Enum(AppendFsync))
	require.Equal(t, "everysec", c.EnumName(AppendFsync))
	require.Equal(t, "dump.rdb", c.Str(DBFilename))
	require.Equal(t, []string{"*", "-::*"}, c.Bind())
	require.Equal(t, []SavePoint{{3600, 1}, {300, 100}, {60, 10000}}, c.SavePoints())
	require.Equal(t, OutputLimit{32 << 20, 8 << 20, 60}, c.OutputLimit(PubSubClients))
	require.Equal(t, []float64{50, 99, 99.9}, c.LatencyPercentiles())
	require.Zero(t, c.Notify())
	require.Zero(t, c.ReplicaOf())
	require.Equal(t, "port", Name(Port))
	require.True(t, IsSensitive("RequirePass"))
	require.False(t, IsSensitive("port"))
	require.False(t, IsSensitive("nosuch"))

	require.NoError(t, set(c, "maxmemory", "18446744073709551615", "maxmemory-clients", "5%", "maxmemory-policy", "allkeys-lfu"))
	require.EqualValues(t, uint64(1<<64-1), c.Uint(MaxMemory))
	require.EqualValues(t, -5, c.Int(MaxMemoryClients))
	require.Equal(t, AllKeysLFU, c.Enum(MaxMemoryPolicy))
	require.Equal(t, "18446744073709551615", get(t, c, "maxmemory"))
	require.Equal(t, "5%", get(t, c, "maxmemory-clients"))

	dir := t.TempDir()
	c.store(Dir.option(), value{x: dir})
	require.Equal(t, dir, c.Dir())
	require.Equal(t, filepath.Join(dir, "x.pid"), c.Path("x.pid"))
	require.Equal(t, dir, c.Path(dir))
	require.Empty(t, c.Path(""))
}

// Every declaration is sound: its default is a value it accepts, and what is
// printed is read back as the same value, by CONFIG SET, by the loader and by
// the lines of a rewritten file.
func TestEveryOptionRoundTrips(t *testing.T) {
	require.Greater(t, len(entries()), 200)
	c := New()
	for _, o := range table {
		want := o.kind.format(c.load(o))
		if o != ReplicaOf.option() { // cannot be set to what it prints when it is not set
			ch := change{entry: entry{o.name, o}, text: want}
			v, err := o.kind.parse(ch.args(), c.load(o), false)
			require.NoError(t, err, o.name)
			require.Equal(t, want, o.kind.format(v), o.name)
		}
		for _, l := range o.kind.lines(c.load(o), o.def) {
			other := New()
			ld := &loader{c: other, set: map[*option]bool{}}
			require.NoError(t, ld.line(LoadError{Text: o.name + " " + l.text}, 0), o.name)
			if o != Save.option() {
				require.Equal(t, want, o.kind.format(other.load(o)), o.name)
			}
		}
		require.NotEmpty(t, Name(Int{o.slot}))
		if !o.is(Immutable | Protected) {
			require.NoError(t, set(c, o.name, want), o.name)
			require.Equal(t, want, get(t, c, o.name))
		}
	}
}

func TestGet(t *testing.T) {
	c := New()
	names := func(patterns ...string) []string {
		var list []string
		for _, p := range c.Get(patterns...) {
			list = append(list, p.Name)
		}
		return list
	}
	require.Equal(t, []string{"PORT"}, names("PORT", "port"), "as it was spelled")
	require.Equal(t, []string{"maxmemory"}, names("maxmemory", "maxmemory"))
	require.Equal(t, []string{"hash-max-listpack-entries", "hash-max-ziplist-entries"}, names("hash-max-*entries"))
	require.Equal(t, []string{"slave-priority", "replica-priority"}, names("slave-priority", "replica-priority"))
	require.Equal(t, []string{"port", "cluster-announce-bus-port", "cluster-announce-port"}, names("port", "*PORT")[:3])
	require.Nil(t, names("nosuch", "no*such"))
	require.Equal(t, []string{"watchdog-period"}, names("watchdog-period"))
	require.NotContains(t, names("*"), "watchdog-period")
	require.Contains(t, names("*"), "slaveof")
	require.True(t, slices.IsSorted(names("*")))
	require.Nil(t, names())
}

func TestReadsDoNotAllocate(t *testing.T) {
	c := New()
	require.Zero(t, testing.AllocsPerRun(100, func() {
		_ = c.Int(Port)
		_ = c.Bool(AppendOnly)
		_ = c.Str(RequirePass)
		_ = c.OutputLimit(NormalClients)
	}))
}

func TestParseMemory(t *testing.T) {
	for s, want := range map[string]uint64{
		"0": 0, "100": 100, "1b": 1, "1k": 1000, "1kb": 1024, "2M": 2000000, "2mB": 2 << 20,
		"1g": 1e9, "1GB": 1 << 30, "007": 7,
		"18446744073709551615": 1<<64 - 1, "99999999999999999999": 1<<64 - 1, "99999999999gb": 1<<64 - 1,
	} {
		got, err := ParseMemory(s)
		require.NoError(t, err, s)
		require.Equal(t, want, got, s)
	}
	for _, s := range []string{"", "b", "gb", "-1", "+1", "1tb", "1 gb", "1.5gb", "x", " 1", "0x10", "1%"} {
		_, err := ParseMemory(s)
		require.EqualError(t, err, "argument must be a memory value", s)
	}
	for n, want := range map[int64]string{
		0: "0", 1: "1", 1024: "1kb", 3 << 20: "3mb", 5 << 30: "5gb", 1025: "1025", 1536: "1536", 2048 << 20: "2gb", -1: "18446744073709551615",
	} {
		require.Equal(t, want, formatMemory(n))
	}
}

func BenchmarkInt(b *testing.B) {
	c := New()
	for b.Loop() {
		_ = c.Int(MaxClients)
	}
}

func BenchmarkStr(b *testing.B) {
	c := New()
	for b.Loop() {
		_ = c.Str(RequirePass)
	}
}
