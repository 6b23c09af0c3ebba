package streams_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/command/commandtest"
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/stream"
)

// The unit's time is 1000000.
func TestWhatIsLogged(t *testing.T) {
	u := newUnit(t)
	u.check([]step{
		{"XADD s 1-1 a 1", "$3 1-1", "=", "xadd s"},
		{"XADD s * a 1", "$9 1000000-0", "XADD s 1000000-0 a 1", "xadd s"},
		{"XADD s 1000000-* a 1", "$9 1000000-1", "XADD s 1000000-1 a 1", "xadd s"},
		{"XADD s NOMKSTREAM MAXLEN 3 * a 1", "$9 1000000-2", "XADD s NOMKSTREAM MAXLEN 3 1000000-2 a 1", "xadd s,xtrim s"},
		{"XADD s MAXLEN ~ 2 LIMIT 10 * a 1", "$9 1000000-3", "XADD s MAXLEN = 4 LIMIT 10 1000000-3 a 1", "xadd s"},
		{"XADD s 1-1 a 1", "-ERR The ID specified in XADD is equal or smaller than the target stream top item", "", ""},
		{"XADD none NOMKSTREAM * a 1", "$-1", "", ""},
		{"XTRIM s MAXLEN 3", ":1", "=", "xtrim s"},
		{"XTRIM s MAXLEN 3", ":0", "", ""},
		{"XTRIM s MAXLEN ~ 1", ":0", "", ""},
		{"XDEL s 1000000-2 5", ":1", "=", "xdel s"},
		{"XDEL s 1000000-2 5", ":0", "", ""},
		{"XSETID s 1000000-9", "+OK", "=", "xsetid s"},
		{"XGROUP CREATE s g 0", "+OK", "=", "xgroup-create s"},
		{"XGROUP CREATE s g 0", "-BUSYGROUP Consumer Group name already exists", "", ""},
		{"XGROUP CREATE new g $ MKSTREAM", "+OK", "=", "xgroup-create new"},
		{"XGROUP CREATECONSUMER s g a", ":1", "=", "xgroup-createconsumer s"},
		{"XGROUP CREATECONSUMER s g a", ":0", "", ""},
		{"XREADGROUP GROUP g a COUNT 1 STREAMS s >", "", "[XCLAIM s g a 0 1000000-1 TIME 1000000 RETRYCOUNT 1 FORCE JUSTID LASTID 1000000-1; " +
			"XGROUP SETID s g 1000000-1 ENTRIESREAD -1]", ""},
		{"XREADGROUP GROUP g b NOACK STREAMS s >", "", "[XGROUP CREATECONSUMER s g b; XGROUP SETID s g 1000000-3 ENTRIESREAD -1]",
			"xgroup-createconsumer s"},
		{"XREADGROUP GROUP g b STREAMS s >", "*-1", "", ""},
		{"XREADGROUP GROUP g c STREAMS s >", "*-1", "XGROUP CREATECONSUMER s g c", "xgroup-createconsumer s"},
		{"XREADGROUP GROUP g a STREAMS s 0", "", "", ""},
		{"XCLAIM s g b 0 1000000-1", "", "XCLAIM s g b 0 1000000-1 TIME 1000000 RETRYCOUNT 3 FORCE JUSTID LASTID 1000000-3", ""},
		{"XCLAIM s g b 1 1000000-1 LASTID 2000000", "*0", "XGROUP SETID s g 2000000-0 ENTRIESREAD -1", ""},
		{"XAUTOCLAIM s g d 0 0 JUSTID", "*3 $3 0-0 *1 $9 1000000-1 *0", "[XGROUP CREATECONSUMER s g d; " +
			"XCLAIM s g d 0 1000000-1 TIME 1000000 RETRYCOUNT 3 FORCE JUSTID LASTID 2000000-0]", "xgroup-createconsumer s"},
		{"XDEL s 1000000-1", ":1", "=", "xdel s"},
		{"XAUTOCLAIM s g d 0 0", "*3 $3 0-0 *0 *1 $9 1000000-1",
			"XCLAIM s g d 0 1000000-1 TIME 1000000 RETRYCOUNT 3 FORCE JUSTID LASTID 2000000-0", ""},
		{"XACK s g 1000000-1", ":0", "", ""},
		{"XCLAIM s g d 0 1000000-3 FORCE JUSTID", "*1 $9 1000000-3",
			"XCLAIM s g d 0 1000000-3 TIME 1000000 RETRYCOUNT 1 FORCE JUSTID LASTID 2000000-0", ""},
		{"XACK s g 1000000-3", ":1", "=", ""},
		{"XGROUP SETID s g $", "+OK", "=", "xgroup-setid s"},
		{"XGROUP SETID s g $ ENTRIESREAD 2", "+OK", "=", "xgroup-setid s"},
		{"XGROUP SETID s g $ entriesread 99", "+OK", "XGROUP SETID s g $ entriesread 5", "xgroup-setid s"},
		{"XGROUP CREATE newer g 0 MKSTREAM ENTRIESREAD 7", "+OK", "XGROUP CREATE newer g 0 MKSTREAM ENTRIESREAD 0", "xgroup-create newer"},
		{"XGROUP DELCONSUMER s g d", ":0", "=", "xgroup-delconsumer s"},
		{"XGROUP DELCONSUMER s g d", ":0", "", ""},
		{"XGROUP DESTROY s g", ":1", "=", "xgroup-destroy s"},
		{"XGROUP DESTROY s g", ":0", "", ""},
		{"XDELEX s IDS 2 5 1000000-3", "*2 :-1 :1", "=", "xdel s"},
		{"XDELEX s IDS 2 5 1000000-3", "*2 :-1 :-1", "", ""},
	})
	require.EqualValues(t, 1, changed(u, "XREADGROUP GROUP g a STREAMS many >", "XGROUP CREATE many g 0 MKSTREAM",
		"XGROUP CREATECONSUMER many g a", "XADD many 1 a 1", "XADD many 2 a 1"), "entries of one stream are one change")
	require.EqualValues(t, 3, changed(u, "XDEL three 1 2 3", "XADD three 1 a 1", "XADD three 2 a 1", "XADD three 3 a 1"))
	require.EqualValues(t, 2, changed(u, "XTRIM trim MAXLEN 1", "XADD trim 1 a 1", "XADD trim 2 a 1", "XADD trim 3 a 1"))
}

// changed is how many changes a command is, after some others.
func changed(u unit, line string, before ...string) int64 {
	for _, b := range before {
		u.Do(b)
	}
	had := u.Store.Dirty()
	u.Do(line)
	return u.Store.Dirty() - had
}

// Trimming that need not be exact is logged as what it did.
func TestTrimmingIsLoggedExactly(t *testing.T) {
	for _, option := range []string{"MAXLEN ~ 4", "MINID ~ 8", "MINID ~ 99", "MAXLEN ~ 0 LIMIT 4", "DELREF MINID ~ 8", "ACKED MAXLEN ~ 4",
		"ACKED MINID ~ 9", "MINID ~ 9 ACKED LIMIT 5"} {
		for _, command := range []string{"XTRIM s " + option, "XADD s " + option + " 50 a 1"} {
			u := newUnit(t)
			u.Configure(config.StreamNodeMaxEntries, "3")
			for i := range 11 {
				u.Do(fmt.Sprintf("XADD s %d a 1", i+1))
			}
			u.Do("XGROUP CREATE s g 0")
			u.Do("XREADGROUP GROUP g c COUNT 10 STREAMS s >")
			u.Do("XACK s g 1 3 4 6 7 8")
			log := u.Logged()
			u.Do(command)
			again := newUnit(t)
			again.Configure(config.StreamNodeMaxEntries, "2") // blocks may be others
			again.Loading = true
			for _, line := range append(log, u.Logged()...) {
				again.replay(line)
			}
			require.Equal(t, u.content("s"), again.content("s"), command)
		}
	}
}

// replay executes what Logged returned.
func (u unit) replay(line string) {
	for l := range strings.SplitSeq(strings.Trim(line, "[]"), "; ") {
		require.NotContains(u.t, u.Do(l), "-ERR", l)
	}
}

// Random commands, their log and the commands that make their result lead to the same streams.
func TestLogAndCommandsAgree(t *testing.T) {
	for seed := range uint64(6) {
		rng := rand.New(rand.NewPCG(seed, 5))
		u, again := newUnit(t), newUnit(t)
		u.Configure(config.StreamNodeMaxEntries, fmt.Sprint(1+rng.IntN(8)))
		again.Loading = true
		id := func() string { return fmt.Sprintf("%d-%d", 1000000+rng.IntN(60), rng.IntN(3)) }
		refs := func() string { return []string{"KEEPREF", "DELREF", "ACKED"}[rng.IntN(3)] }
		consumer := func() string { return fmt.Sprint("consumer", rng.IntN(4)) }
		group := func() string { return []string{"g", "h"}[rng.IntN(2)] }
		u.Do("XGROUP CREATE s g 0 MKSTREAM")
		for range 1500 {
			var line string
			switch rng.IntN(13) {
			case 0:
				line = "XDEL s " + id() + " " + id()
			case 1:
				line = fmt.Sprintf("XTRIM s MAXLEN %s %d %s", []string{"~", "="}[rng.IntN(2)], 20+rng.IntN(60), refs())
			case 2:
				line = fmt.Sprintf("XTRIM s MINID %s %s %s", []string{"~", "="}[rng.IntN(2)], id(), refs())
			case 3:
				line = fmt.Sprintf("XACKDEL s %s %s IDS 2 %s %s", group(), refs(), id(), id())
			case 4:
				line = fmt.Sprintf("XDELEX s %s IDS 2 %s %s", refs(), id(), id())
			case 5:
				line = []string{"XGROUP CREATE s h $", "XGROUP SETID s g " + id(), "XGROUP DELCONSUMER s g " + consumer(), "XGROUP DESTROY s h",
					"XSETID s 1000000-9 ENTRIESADDED 5000"}[rng.IntN(5)]
			case 6, 7:
				line = fmt.Sprintf("XREADGROUP GROUP %s %s COUNT %d CLAIM %d STREAMS s >", group(), consumer(), rng.IntN(9), rng.IntN(50))
			case 8:
				line = fmt.Sprintf("XCLAIM s %s %s %d %s %s RETRYCOUNT 3 LASTID %s", group(), consumer(), rng.IntN(30), id(), id(), id())
			case 9:
				line = fmt.Sprintf("XAUTOCLAIM s %s %s %d %s COUNT %d", group(), consumer(), rng.IntN(30), id(), 1+rng.IntN(10))
			case 10:
				line = "XACK s " + group() + " " + id() + " " + id()
			default:
				u.Now += int64(rng.IntN(2))
				line = fmt.Sprintf("XADD s MAXLEN ~ 60 * field %d", rng.IntN(5))
			}
			u.Do(line)
			again.Now = u.Now
			for _, l := range u.Logged() {
				again.replay(l)
			}
		}
		want := u.content("s")
		require.Equal(t, want, again.content("s"), "from the log")
		made := newUnit(t)
		made.Now = u.Now
		for _, l := range u.commands("s") {
			require.NotContains(t, made.Do(l), "-ERR", l)
		}
		require.Equal(t, want, made.content("s"), "from the commands that make it")
		require.Greater(t, len(want), 5)
	}
}

func TestCommandsThatMakeAStream(t *testing.T) {
	u := newUnit(t)
	u.Do("XGROUP CREATE empty g $ MKSTREAM")
	require.Equal(t, []string{"XADD empty MAXLEN 0 0-1 x y", "XSETID empty 0-0 ENTRIESADDED 0 MAXDELETEDID 0-0",
		"XGROUP CREATE empty g 0-0 ENTRIESREAD -1"}, u.commands("empty"))
	for _, line := range []string{"XADD s 1 a 1 b 2", "XADD s 2 c 3", "XADD s 3 c 3", "XDEL s 3", "XGROUP CREATE s g 0",
		"XREADGROUP GROUP g alice COUNT 1 STREAMS s >", "XGROUP CREATECONSUMER s g bob"} {
		u.Do(line)
	}
	require.Equal(t, []string{"XADD s 1-0 a 1 b 2", "XADD s 2-0 c 3", "XSETID s 3-0 ENTRIESADDED 3 MAXDELETEDID 3-0",
		"XGROUP CREATE s g 1-0 ENTRIESREAD -1", "XCLAIM s g alice 0 1-0 TIME 1000000 RETRYCOUNT 1 JUSTID FORCE",
		"XGROUP CREATECONSUMER s g bob"}, u.commands("s"))
	var size int
	u.Inside(func(tx *store.Tx) { size = tx.Peek([]byte("s")).Size() })
	require.Greater(t, size, 300)
}

// Where nothing may be dropped while the log is loaded, LIMIT and "~" do not count.
func TestLoadingTrimsExactly(t *testing.T) {
	u := newUnit(t)
	for i := range 5 {
		u.Do(fmt.Sprintf("XADD s %d a 1", i+1))
	}
	require.Equal(t, "-ERR syntax error, LIMIT cannot be used without the special ~ option", u.Do("XTRIM s MAXLEN = 2 LIMIT 1"))
	u.Loading = true
	require.Equal(t, ":3", u.Do("XTRIM s MAXLEN = 2 LIMIT 1"))
}

// How many entries may go at once when the request does not say.
func TestUsualLimit(t *testing.T) {
	for _, tc := range []struct {
		perBlock string
		left     int
	}{{"1", 1100}, {"5", 700}, {"0", 1200}} {
		u := newUnit(t)
		u.Configure(config.StreamNodeMaxBytes, "1") // a block for each
		u.Configure(config.StreamNodeMaxEntries, tc.perBlock)
		for i := range 1200 {
			u.Do(fmt.Sprintf("XADD s %d a 1", i+1))
		}
		u.Do("XTRIM s MAXLEN ~ 0")
		want := fmt.Sprintf(":%d", tc.left)
		if tc.perBlock == "0" {
			want = ":0" // there are fewer than that
		}
		require.Equal(t, want, u.Do("XLEN s"))
	}
}

func TestTimeouts(t *testing.T) {
	u := newUnit(t)
	u.Do("XADD s 1 a 1")
	for arg, problem := range map[string]string{"x": "timeout is not an integer or out of range", "-1": "timeout is negative",
		"9223372036854775807": "timeout is out of range"} {
		require.Equal(t, "-ERR "+problem, u.Do("XREAD BLOCK "+arg+" STREAMS s 0"))
	}
	require.Equal(t, "*-1", u.Do("XREAD BLOCK 0 STREAMS s $"))
}

func TestTooLarge(t *testing.T) {
	u := newUnit(t)
	big := make([]byte, stream.MaxEntryBytes/2+1)
	u.Run([][]byte{[]byte("XADD"), []byte("s"), []byte("*"), big, big})
	require.Equal(t, "-ERR Elements are too large to be stored\r\n", string(u.Out.Buf))
	require.Equal(t, ":0", u.Do("XLEN s"), "and there is no stream")
	require.Empty(t, u.Logged())
}

// What XREADGROUP locks is what it reads, whatever groups and consumers are called.
func TestKeysOfXReadGroup(t *testing.T) {
	u := newUnit(t)
	for _, tc := range []struct{ line, keys string }{
		{"XREADGROUP GROUP g c STREAMS a b 0 >", "a b"},
		{"XREADGROUP COUNT 1 GROUP streams streams STREAMS a b 0 >", "a b"},
		{"XREADGROUP NOACK NOACK BLOCK 5 GROUP count block CLAIM 3 streams streams >", "streams"},
		{"XREADGROUP GROUP g c STREAMS a b 0", "a"},
		{"XREADGROUP GROUP streams streams streams", ""},
		{"XREADGROUP GROUP g c COUNT streams a b 0", "-"},
		{"XREADGROUP a b c d e GROUP", "-"},
	} {
		args := commandtest.Words(tc.line)
		spec, _ := u.Registry.Find(args)
		refs, err := spec.KeysOf(args)
		require.Equal(t, tc.keys == "-", err != nil, tc.line)
		var keys []string
		for _, r := range refs {
			keys = append(keys, string(args[r.Pos]))
		}
		if err == nil {
			require.Equal(t, tc.keys, strings.Join(keys, " "), tc.line)
		}
		if len(args) >= 7 {
			require.NotEmpty(t, u.Do(tc.line), "no key that is not locked")
		}
	}
}

// hot are commands that must not allocate on a stream that exists.
var hot = []string{"XADD h 2000000-* field value", "XADD h MAXLEN ~ 1000 2000000-* field 12", "XLEN h", "XRANGE h - + COUNT 10",
	"XREVRANGE h + - COUNT 10", "XREAD COUNT 10 STREAMS h 1000000", "XDEL h 1 2", "XTRIM h MAXLEN 5000", "XACK h g 1 2"}

func TestHotPathDoesNotAllocate(t *testing.T) {
	u := newUnit(t)
	u.DropLog = true
	u.Store.SetEvents(0) // the unit's notes allocate
	for i := range 250 {
		u.Do(fmt.Sprintf("XADD h %d field value", 1000000+i))
	}
	u.Do("XGROUP CREATE h g 0")
	var calls [][][]byte
	for _, line := range hot {
		calls = append(calls, commandtest.Words(line))
	}
	all := func() {
		for _, args := range calls {
			u.Run(args)
		}
	}
	all()
	require.Zero(t, testing.AllocsPerRun(20, all))
}

func BenchmarkAdd(b *testing.B) {
	u := newUnit(b)
	u.DropLog = true
	u.Store.SetEvents(0)
	args := commandtest.Words("XADD s * field value")
	b.ReportAllocs()
	for b.Loop() {
		u.Run(args)
	}
}

func BenchmarkRange(b *testing.B) {
	u := newUnit(b)
	for range 1000 {
		u.Do("XADD s * field value")
	}
	args := commandtest.Words("XRANGE s - + COUNT 100")
	b.ReportAllocs()
	for b.Loop() {
		u.Run(args)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*100), "ns/entry")
}
