package lists_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/command/commandtest"
	"github.com/miniredisd/miniredisd/command/lists"
	"github.com/miniredisd/miniredisd/internal/rounds"
	"github.com/miniredisd/miniredisd/store"
)

const (
	wrongType = "-WRONGTYPE Operation against a key holding the wrong kind of value"
	notInt    = "-ERR value is not an integer or out of range"
	notCount  = "-ERR value is out of range, must be positive"
)

func TestReplies(t *testing.T) {
	u := newUnit(t)
	u.PutString("string", "value")
	for i, r := range []struct{ line, reply string }{
		{"LPUSHX l a", ":0"},
		{"RPUSHX l a", ":0"},
		{"LPUSH l a b", ":2"},
		{"RPUSH l 12 -5000", ":4"},
		{"LPUSHX l first", ":5"},
		{"RPUSHX l last more", ":7"},
		{"LLEN l", ":7"},
		{"LRANGE l 0 -1", "*7 $5 first $1 b $1 a $2 12 $5 -5000 $4 last $4 more"},
		{"LRANGE l 1 2", "*2 $1 b $1 a"},
		{"LRANGE l -2 -1", "*2 $4 last $4 more"},
		{"LRANGE l -100 0", "*1 $5 first"},
		{"LRANGE l 6 100", "*1 $4 more"},
		{"LRANGE l 7 100", "*0"},
		{"LRANGE l 3 2", "*0"},
		{"LRANGE l -9223372036854775808 9223372036854775807", "*7 $5 first $1 b $1 a $2 12 $5 -5000 $4 last $4 more"},
		{"LRANGE l 9223372036854775807 -9223372036854775808", "*0"},
		{"LRANGE nothing 0 -1", "*0"},
		{"LRANGE string 0 -1", wrongType},
		{"LRANGE string x -1", notInt},
		{"LRANGE l 0 x", notInt},
		{"LINDEX l 0", "$5 first"},
		{"LINDEX l -1", "$4 more"},
		{"LINDEX l 3", "$2 12"},
		{"LINDEX l 7", "$-1"},
		{"LINDEX l -8", "$-1"},
		{"LINDEX l 9223372036854775807", "$-1"},
		{"LINDEX l -9223372036854775808", "$-1"},
		{"LINDEX l x", notInt},
		{"LINDEX nothing x", "$-1"},
		{"LINDEX string x", wrongType},
		{"LPOP l", "$5 first"},
		{"RPOP l", "$4 more"},
		{"LPOP l 0", "*0"},
		{"LPOP l 2", "*2 $1 b $1 a"},
		{"RPOP l 2", "*2 $4 last $5 -5000"},
		{"LPOP l -1", notCount},
		{"LPOP l x", notCount},
		{"LPOP string -1", notCount},
		{"LPOP string 0", wrongType},
		{"RPOP string", wrongType},
		{"LPOP l 1 1", "-ERR wrong number of arguments for 'lpop' command"},
		{"RPOP l 9223372036854775807", "*1 $2 12"},
		{"LLEN l", ":0"},
		{"LPOP l", "$-1"},
		{"RPOP l 5", "*-1"},
		{"LPOP l 0", "*-1"},
		{"LLEN string", wrongType},
		{"LPUSH string x", wrongType},
		{"RPUSHX string x", wrongType},
		{`RPUSH l ""`, ":1"},
		{"LINDEX l 0", "$0 "},
		{"RPOP l", "$0 "},
	} {
		require.Equal(t, r.reply, u.Do(r.line), "row %d: %s", i, r.line)
	}
	u.Out.Proto = 3
	require.Equal(t, "_", u.Do("LPOP l"))
	require.Equal(t, "_", u.Do("LPOP l 1"))
	require.Equal(t, "_", u.Do("LINDEX l 1"))
}

func TestWhatIsLogged(t *testing.T) {
	for _, tc := range []struct {
		line, events string
		changes      int64
	}{
		{"LPUSH l x", "lpush l", 1}, {"RPUSH l x y z", "rpush l", 3}, {"RPUSH fresh x", "rpush fresh", 1},
		{"LPUSHX l x y", "lpush l", 2}, {"RPUSHX nothing x", "", 0}, {"LPOP l", "lpop l", 1}, {"RPOP l 2", "rpop l", 2},
		{"LPOP l 0", "", 0}, {"LPOP l 3", "lpop l,del l", 3}, {"RPOP one", "rpop one,del one", 1}, {"LPOP nothing", "", 0},
	} {
		u := newUnit(t)
		u.Do("RPUSH l a b c")
		u.Do("RPUSH one a")
		dirty := u.Store.Dirty()
		u.Logged()
		u.Store.SetEvents(store.EventList | store.EventGeneric)
		u.Do(tc.line)
		require.Equal(t, tc.events, strings.Join(u.Events(), ","), tc.line)
		require.Equal(t, tc.changes, u.Store.Dirty()-dirty, tc.line)
		if tc.changes == 0 {
			require.Empty(t, u.Logged(), tc.line)
		} else {
			require.Equal(t, []string{tc.line}, u.Logged(), "as it came")
		}
	}
}

func TestEncodings(t *testing.T) {
	u := newUnit(t)
	u.nodeLimit(4)
	u.Do("RPUSH l a b c d")
	require.Equal(t, "listpack", u.Encoding("l"))
	u.Do("RPUSH l e")
	require.Equal(t, "quicklist", u.Encoding("l"))
	u.Do("RPOP l 2")
	require.Equal(t, "quicklist", u.Encoding("l"), "not before half the limit")
	u.Do("LPOP l")
	require.Equal(t, "listpack", u.Encoding("l"))
	u.Do("LPUSH fresh 1 2 3 4 5")
	require.Equal(t, "quicklist", u.Encoding("fresh"), "all elements count, before the first is added")
	u.nodeLimit(-1)
	u.Do("RPUSH l e f g h")
	require.Equal(t, "listpack", u.Encoding("l"), "the limit is the one that applies now")
	u.Do("RPUSH l " + strings.Repeat("x", 5000))
	require.Equal(t, "quicklist", u.Encoding("l"))
}

// Random commands on a list give what they give on a slice.
func TestAgainstSlice(t *testing.T) {
	for seed := range uint64(4) {
		rng := rand.New(rand.NewPCG(seed, 1))
		u := newUnit(t)
		u.nodeLimit([]int{-2, -1, 3, 1}[seed])
		var model []string
		element := func() string {
			switch rng.IntN(4) {
			case 0:
				return fmt.Sprint(rng.Int64() >> rng.IntN(64))
			case 1:
				return strings.Repeat("y", 1+rng.IntN(300))
			default:
				return fmt.Sprintf("e%d", rng.IntN(1000))
			}
		}
		for range rounds.Of(3000) {
			switch rng.IntN(6) {
			case 0, 1:
				var add []string
				for range 1 + rng.IntN(4) {
					add = append(add, element())
				}
				if rng.IntN(2) == 0 {
					require.Equal(t, fmt.Sprintf(":%d", len(model)+len(add)), u.Do("RPUSH l "+strings.Join(add, " ")))
					model = append(model, add...)
				} else {
					u.Do("LPUSH l " + strings.Join(add, " "))
					slices.Reverse(add)
					model = append(add, model...)
				}
			case 2:
				n := min(rng.IntN(6), len(model))
				require.Equal(t, n > 0, strings.Contains(u.Do(fmt.Sprintf("LPOP l %d", n)), "$"))
				model = model[n:]
			case 3:
				n := min(rng.IntN(6), len(model))
				u.Do(fmt.Sprintf("RPOP l %d", n))
				model = model[:len(model)-n]
			case 4:
				if len(model) > 0 {
					i := rng.IntN(len(model))
					require.Equal(t, fmt.Sprintf("$%d %s", len(model[i]), model[i]), u.Do(fmt.Sprintf("LINDEX l %d", i)))
					require.Equal(t, u.Do(fmt.Sprintf("LINDEX l %d", i)), u.Do(fmt.Sprintf("LINDEX l %d", i-len(model))))
				}
			default:
				require.Equal(t, len(model), len(u.elements("l")))
			}
		}
		require.Equal(t, model, u.elements("l"))
	}
}

// hot are commands that must not allocate on a list that exists.
var hot = []string{"LPUSH l xxxxxxxx", "RPOP l", "RPUSH l 12345", "LPOP l", "RPUSH l a b c", "LPOP l 3", "LPUSH l a b c",
	"RPOP l 3", "LLEN l", "LINDEX l 50", "LRANGE l 0 -1", "LRANGE nothing 0 -1", "LMOVE l l LEFT RIGHT", "RPOPLPUSH l l",
	"LSET l 3 element:x", "LPOS l element:80", "LPOS l x RANK -1 COUNT 5", "LINSERT l AFTER element:20 x", "LREM l -1 x", "LREM l 0 x",
	"LTRIM l 0 -1"}

func newHotUnit(t testing.TB) unit {
	u := newUnit(t)
	for i := range 100 {
		u.Do(fmt.Sprintf("RPUSH l element:%d", i))
	}
	u.DropLog = true
	return u
}

func TestHotPathDoesNotAllocate(t *testing.T) {
	u := newHotUnit(t)
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
	require.Zero(t, testing.AllocsPerRun(100, all))
	require.Equal(t, ":100", u.Do("LLEN l"), "as many were taken as were added")
}

func TestDeclarations(t *testing.T) {
	for _, s := range command.NewRegistry(lists.Commands).All() {
		require.NotEmpty(t, s.Complexity, s.Name)
		require.NotEmpty(t, s.Keys, s.Name)
	}
}

func BenchmarkLrange(b *testing.B) {
	for _, n := range []int{100, 300, 600} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			u := newUnit(b)
			for i := range n {
				u.Do(fmt.Sprintf("LPUSH l xxxxxxxx:%d", i))
			}
			args := commandtest.Words("LRANGE l 0 -1")
			for b.Loop() {
				u.Run(args)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/element")
		})
	}
}

func BenchmarkPushPop(b *testing.B) {
	u := newHotUnit(b)
	for _, pair := range [][2]string{{"LPUSH l xxxxxxxx", "LPOP l"}, {"RPUSH l xxxxxxxx", "RPOP l"}, {"LPUSH l xxxxxxxx", "RPOP l"}} {
		push, pop := commandtest.Words(pair[0]), commandtest.Words(pair[1])
		b.Run(strings.ReplaceAll(pair[0]+pair[1], " ", "_"), func(b *testing.B) {
			for b.Loop() {
				u.Run(push)
				u.Run(pop)
			}
		})
	}
}
