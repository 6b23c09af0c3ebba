package hll_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/command/commandtest"
	"github.com/miniredisd/miniredisd/command/hll"
	stringcommands "github.com/miniredisd/miniredisd/command/strings"
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/store"
)

const (
	wrongType  = "-WRONGTYPE Operation against a key holding the wrong kind of value"
	wrongValue = "-WRONGTYPE Key is not a valid HyperLogLog string value."
	corrupt    = "-INVALIDOBJ Corrupted HLL object detected"
	noKey      = "-ERR The specified key does not exist"
)

func newUnit(t testing.TB) *commandtest.Unit {
	return commandtest.New(t, slices.Concat(hll.Commands, stringcommands.Commands))
}

// row is a line of a table test: a command and its reply, with line breaks as spaces.
type row struct{ line, reply string }

// check executes the rows on a store with a list under "list" and a text under "text".
func check(t *testing.T, rows []row) *commandtest.Unit {
	t.Helper()
	u := newUnit(t)
	u.PutList("list", "element")
	u.PutString("text", "HYLL, but not more than that")
	for i, r := range rows {
		require.Equal(t, r.reply, u.Do(r.line), "row %d: %s", i, r.line)
	}
	return u
}

func TestAddAndCount(t *testing.T) {
	u := check(t, []row{
		{"PFCOUNT k", ":0"},
		{"PFADD k", ":1"},
		{"PFADD k", ":0"},
		{"PFCOUNT k", ":0"},
		{"PFADD k a b c", ":1"},
		{"PFADD k a b c", ":0"},
		{"PFCOUNT k", ":3"},
		{"PFCOUNT k", ":3"},
		{`PFADD k ""`, ":1"},
		{"PFCOUNT k k none", ":4"},
		{"PFADD l c d e", ":1"},
		{"PFCOUNT k l", ":6"},
		{"PFCOUNT none nothing", ":0"},
		{"PFADD list a", wrongType},
		{"PFADD text a", wrongValue},
		{"SET number 12", "+OK"},
		{"PFADD number a", wrongValue},
		{"PFCOUNT list", wrongType},
		{"PFCOUNT text", wrongValue},
		{"PFCOUNT k list text", wrongType},
		{"PFCOUNT k text list", wrongValue},
	})
	require.Equal(t, "raw", u.Encoding("k"))
}

func TestMerge(t *testing.T) {
	check(t, []row{
		{"PFADD a 1 2 3", ":1"},
		{"PFADD b 3 4 5", ":1"},
		{"PFMERGE a b none", "+OK"},
		{"PFCOUNT a", ":5"},
		{"PFMERGE new a", "+OK"},
		{"PFCOUNT new", ":5"},
		{"PFDEBUG ENCODING new", "+sparse"},
		{"PFMERGE empty", "+OK"},
		{"PFCOUNT empty", ":0"},
		{"PFMERGE empty none", "+OK"},
		{"PFDEBUG TODENSE b", ":1"},
		{"PFMERGE a b", "+OK"},
		{"PFDEBUG ENCODING a", "+dense"},
		{"PFMERGE other b a new", "+OK"},
		{"PFDEBUG ENCODING other", "+dense"},
		{"PFCOUNT other", ":5"},
		{"PFMERGE list a", wrongType},
		{"PFMERGE text a", wrongValue},
		{"PFMERGE a text", wrongValue},
		{"PFMERGE a list", wrongType},
		{"PFMERGE fresh list", wrongType},
		{"PFCOUNT fresh", ":0"},
	})
}

func TestDebug(t *testing.T) {
	u := check(t, []row{
		{"PFADD k a b c", ":1"},
		{"PFDEBUG DECODE k", "$44 Z:8436 v:1,1 Z:4274 v:2,1 Z:3068 v:1,1 Z:603"},
		{"PFDEBUG encoding k", "+sparse"},
		{"PFDEBUG TODENSE k", ":1"},
		{"PFDEBUG TODENSE k", ":0"},
		{"PFDEBUG ENCODING k", "+dense"},
		{"PFDEBUG DECODE k", "-ERR HLL encoding is not sparse"},
		{"PFCOUNT k", ":3"},
		{"PFDEBUG ENCODING none", noKey},
		{"PFDEBUG NONSENSE none", noKey},
		{"PFDEBUG NONSENSE k", "-ERR Unknown PFDEBUG subcommand 'NONSENSE'"},
		{"PFDEBUG ENCODING list", wrongType},
		{"PFDEBUG ENCODING text", wrongValue},
		{"PFDEBUG SIMD ON", "+disabled"},
		{"PFDEBUG simd off", "+disabled"},
		{"PFDEBUG SIMD maybe", "-ERR Argument must be ON or OFF"},
		{"PFSELFTEST", "+OK"},
		{"PFADD l a b c", ":1"},
	})
	registers := strings.Fields(u.Do("PFDEBUG GETREG l"))
	require.Len(t, registers, 1+16384)
	require.Equal(t, "*16384", registers[0])
	require.Equal(t, ":1", registers[1+8436], "as DECODE has it")
	require.Equal(t, "+dense", u.Do("PFDEBUG ENCODING l"))
}

func TestWhatIsLogged(t *testing.T) {
	u := newUnit(t)
	u.Store.SetEvents(store.EventString | store.EventNew)
	for _, r := range []struct {
		line   string
		logged bool
		events []string
	}{
		{"PFADD k", true, []string{"new k", "pfadd k"}},
		{"PFADD k", false, nil},
		{"PFADD k a b", true, []string{"pfadd k"}},
		{"PFADD k a b", false, nil},
		{"PFCOUNT k", true, nil}, // what it remembers is in the value
		{"PFCOUNT k", false, nil},
		{"PFCOUNT k k", false, nil},
		{"PFMERGE l k", true, []string{"new l", "pfadd l"}},
		{"PFMERGE l k", true, []string{"pfadd l"}},
		{"PFDEBUG ENCODING l", false, nil},
		{"PFDEBUG GETREG l", true, nil},
		{"PFDEBUG GETREG l", false, nil},
		{"PFADD l a b", false, nil},
		{"PFADD l c d", true, []string{"pfadd l"}},
		{"PFCOUNT l", true, nil},
		{"PFDEBUG TODENSE k", true, nil},
	} {
		u.Do(r.line)
		var logged []string
		if r.logged {
			logged = []string{r.line}
		}
		require.Equal(t, logged, u.Logged(), r.line)
		require.Equal(t, r.events, u.Events(), r.line)
	}
}

func TestDeadlineStays(t *testing.T) {
	u := newUnit(t)
	u.Do("PFADD other x")
	for _, line := range []string{"PFADD k b", "PFCOUNT k", "PFMERGE k other", "PFDEBUG TODENSE k", "PFADD k c"} {
		u.Do("PFADD k a")
		u.Inside(func(tx *store.Tx) { tx.Expire(tx.Peek([]byte("k")), u.Now+1000) })
		u.Do(line)
		u.Inside(func(tx *store.Tx) {
			at, _ := tx.Peek([]byte("k")).ExpireAt()
			require.Equal(t, u.Now+1000, at, line)
		})
	}
}

// The limit decides when the representation changes.
func TestPromotion(t *testing.T) {
	for _, limit := range []int{0, 100, 500, 3000} {
		u := newUnit(t)
		u.Configure(config.HLLSparseMaxBytes, fmt.Sprint(limit))
		u.Do("PFADD k")
		for i := 0; u.Do("PFDEBUG ENCODING k") == "+sparse"; i++ {
			var length int
			fmt.Sscanf(u.Do("STRLEN k"), ":%d", &length)
			require.LessOrEqual(t, length, max(limit, 18))
			u.Do(fmt.Sprintf("PFADD k element:%d", i))
			require.Less(t, i, 3000)
		}
		require.Equal(t, ":12304", u.Do("STRLEN k"))
	}
}

// Values that somebody else has written, or spoiled.
func TestCorruptValues(t *testing.T) {
	u := newUnit(t)
	header := "HYLL\x01...\x00\x00\x00\x00\x00\x00\x00\x80"
	for _, registers := range []string{"", "\x00", "\x7f", "\x7f\xfe", "\x7f\xff\x00", "\x7f\xff\x80", "hello"} {
		u.PutString("k", header+registers)
		for _, line := range []string{"PFCOUNT k", "PFCOUNT k none", "PFMERGE new k", "PFMERGE k", "PFDEBUG TODENSE k", "PFDEBUG GETREG k"} {
			require.Equal(t, corrupt, u.Do(line), "%q: %s", registers, line)
		}
		u.Do("PFDEBUG DECODE k")
		require.Empty(t, u.Logged())
	}
	u.PutString("k", header+"\x00")
	require.Equal(t, corrupt, u.Do("PFADD k a"))
	require.Equal(t, "$17 "+header+"\x00", u.Do("GET k"), "it is left alone")
	u.PutString("k", header+strings.Repeat("\x00", 40_000)) // longer than there are registers
	require.Equal(t, corrupt, u.Do("PFADD k a"))
	require.Equal(t, corrupt, u.Do("PFDEBUG DECODE k"))
}

// hot are commands that must not allocate on keys that exist.
var hot = []string{"PFADD sparse a", "PFADD dense a b", "PFCOUNT sparse", "PFCOUNT sparse dense", "PFMERGE sparse other", "PFMERGE dense other"}

func TestHotPathDoesNotAllocate(t *testing.T) {
	for _, line := range hot {
		u := newUnit(t)
		u.Do("PFADD sparse x y z")
		u.Do("PFADD other u v w")
		u.Do("PFADD dense x y z")
		u.Do("PFDEBUG TODENSE dense")
		u.DropLog = true
		args := commandtest.Words(line)
		u.Run(args)
		require.Zero(t, testing.AllocsPerRun(100, func() { u.Run(args) }), line)
	}
}

func BenchmarkCommands(b *testing.B) {
	for _, line := range append(hot, "PFADD large a", "PFMERGE large sparse", "PFMERGE sparse large") {
		b.Run(strings.ReplaceAll(line, " ", "_"), func(b *testing.B) {
			u := newUnit(b)
			u.DropLog = true
			for i := range 700 {
				u.Do(fmt.Sprintf("PFADD large %d", i))
			}
			for _, key := range []string{"sparse", "dense", "other"} {
				u.Do("PFADD " + key + " x y z")
			}
			u.Do("PFDEBUG TODENSE dense")
			args := commandtest.Words(line)
			for b.Loop() {
				u.Run(args)
			}
		})
	}
}
