package zsets_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/command/commandtest"
	"github.com/miniredisd/miniredisd/command/zsets"
	"github.com/miniredisd/miniredisd/resp"
	"github.com/miniredisd/miniredisd/store"
)

// What is replied is in tests/transcripts; here is what else happens.
func TestWhatIsLogged(t *testing.T) {
	for _, encoding := range []string{"listpack", "skiplist"} {
		for _, tc := range []struct {
			line, events string
			changes      int64
			logged       string // "=": the request
		}{
			{"ZADD z 1 new", "zadd z", 1, "="}, {"ZADD z 7 a 8 new 2 b", "zadd z", 2, "="}, {"ZADD z 1 a", "", 0, ""},
			{"ZADD fresh 1 a 2 b", "zadd fresh", 2, "="}, {"ZADD z XX 1 new", "", 0, ""}, {"ZADD z NX 9 a", "", 0, ""},
			{"ZADD z GT 0.5 a", "", 0, ""}, {"ZADD z INCR 2 a", "zincr z", 1, "="}, {"ZADD z INCR 0 a", "", 0, ""},
			{"ZINCRBY z 1.5 a", "zincr z", 1, "="}, {"ZINCRBY fresh 1.5 a", "zincr fresh", 1, "="}, {"ZADD none XX 1 a", "", 0, ""},
			{"ZREM z a none b", "zrem z", 2, "="}, {"ZREM z none", "", 0, ""}, {"ZREM z a b c d a", "zrem z,del z", 4, "="},
			{"ZREM one a a", "zrem one,del one", 1, "="}, {"ZREMRANGEBYRANK z 1 2", "zremrangebyrank z", 2, "="},
			{"ZREMRANGEBYRANK z 0 -1", "zremrangebyrank z,del z", 4, "="}, {"ZREMRANGEBYRANK z 7 9", "", 0, ""},
			{"ZREMRANGEBYSCORE z (1 3", "zremrangebyscore z", 2, "="}, {"ZREMRANGEBYLEX one - +", "zremrangebylex one,del one", 1, "="},
			{"ZREMRANGEBYLEX z [a [a", "zremrangebylex z", 1, "ZREMRANGEBYRANK z 0 0"}, {"ZREMRANGEBYLEX z [x +", "", 0, ""},
			{"ZRANGESTORE d one - + BYLEX", "zrangestore d", 1, "="}, {"ZRANGESTORE d z - + BYLEX LIMIT 1 2", "zrangestore d", 1, "ZRANGESTORE d z 1 2"},
			{"ZRANGESTORE one z [x + BYLEX", "del one", 1, "DEL one"}, {"ZRANGESTORE none z [x + BYLEX", "", 0, ""},
			{"ZPOPMIN z", "zpopmin z", 1, "="}, {"ZPOPMAX z 9", "zpopmax z,del z", 4, "="}, {"ZPOPMIN z 0", "", 0, ""},
			{"ZPOPMIN none", "", 0, ""}, {"ZMPOP 2 none z MAX COUNT 9", "zpopmax z,del z", 4, "ZPOPMAX z 4"},
			{"ZMPOP 1 z MIN", "zpopmin z", 1, "ZPOPMIN z 1"}, {"ZMPOP 1 none MIN", "", 0, ""},
			{"ZRANGESTORE d z 0 1", "zrangestore d", 1, "="}, {"ZRANGESTORE one z 9 9", "del one", 1, "="}, {"ZRANGESTORE none z 9 9", "", 0, ""},
			{"ZUNIONSTORE d 2 z one", "zunionstore d", 1, "="}, {"ZINTERSTORE d 2 z one", "zinterstore d", 1, "="},
			{"ZDIFFSTORE z 2 z one", "zdiffstore z", 1, "="}, {"ZDIFFSTORE z 1 none", "del z", 1, "="}, {"ZINTERSTORE d 1 none", "", 0, ""},
			{"ZRANDMEMBER z 2", "", 0, ""}, {"ZUNION 2 z one", "", 0, ""},
		} {
			u := newUnit(t)
			if encoding == "skiplist" {
				u.packed(0)
			}
			u.Do("ZADD z 1 a 2 b 3 c 4 d")
			u.Do("ZADD one 1 a")
			require.Equal(t, encoding, u.Encoding("z"))
			dirty := u.Store.Dirty()
			u.Logged()
			u.Store.SetEvents(store.EventZSet | store.EventGeneric)
			u.Do(tc.line)
			require.Equal(t, tc.events, strings.Join(u.Events(), ","), tc.line)
			require.Equal(t, tc.changes, u.Store.Dirty()-dirty, tc.line)
			want := tc.logged
			if want == "=" {
				want = tc.line
			}
			require.Equal(t, want, strings.Join(u.Logged(), " | "), tc.line)
		}
	}
}

// member is one of the model's.
type member struct {
	name  string
	score float64
}

// Random commands give the same on a packed set, on one that is not, and on a slice.
func TestAgainstSlice(t *testing.T) {
	for _, limit := range []int{1000, 40, 0} {
		rng := rand.New(rand.NewPCG(uint64(limit), 1))
		u := newUnit(t)
		u.packed(limit)
		var model []member
		put := func(name string, score float64) {
			model = append(slices.DeleteFunc(model, func(m member) bool { return m.name == name }), member{name, score})
			slices.SortFunc(model, func(a, b member) int {
				if a.score != b.score {
					return cmp.Compare(a.score, b.score)
				}
				return strings.Compare(a.name, b.name)
			})
		}
		for range 2500 {
			name, score := fmt.Sprint(rng.IntN(80)), float64(rng.IntN(60))/4
			switch rng.IntN(8) {
			case 0, 1, 2, 3:
				u.Do(fmt.Sprintf("ZADD z %g %s", score, name))
				put(name, score)
			case 4:
				u.Do(fmt.Sprintf("ZREM z %s", name))
				model = slices.DeleteFunc(model, func(m member) bool { return m.name == name })
			case 5:
				n := min(rng.IntN(3), len(model))
				u.Do(fmt.Sprintf("ZPOPMIN z %d", n))
				model = model[n:]
			case 6:
				high := score + float64(rng.IntN(8))/4
				u.Do(fmt.Sprintf("ZREMRANGEBYSCORE z (%g %g", score, high))
				model = slices.DeleteFunc(model, func(m member) bool { return m.score > score && m.score <= high })
			default:
				i := slices.IndexFunc(model, func(m member) bool { return m.name == name })
				want := fmt.Sprintf(":%d", i)
				if i < 0 {
					want = "$-1"
				}
				require.Equal(t, want, u.Do("ZRANK z "+name))
			}
			require.Equal(t, fmt.Sprintf(":%d", len(model)), u.Do("ZCARD z"))
		}
		var want []string
		for _, m := range model {
			want = append(want, m.name, resp.FormatDouble(m.score))
		}
		require.Equal(t, want, bulks(u.Do("ZRANGE z 0 -1 WITHSCORES")))
	}
}

// A copy, and what the log would make of it, are the same sorted set.
func TestCopiesAndCommands(t *testing.T) {
	for _, limit := range []int{1000, 0} {
		u := newUnit(t)
		u.packed(limit)
		u.fill("z", 150)
		u.Do("ZADD z -inf least inf most 0.1 \"\"")
		u.Do("COPY z c")
		u.Do("ZREM z m17")
		want := u.Do("ZRANGE c 0 -1 WITHSCORES")
		require.Contains(t, want, " m17 ")
		var commands []byte
		u.Inside(func(tx *store.Tx) { commands = tx.Peek([]byte("c")).AppendCommands(nil) })
		u.Do("RENAME c d")
		require.Equal(t, want, u.Do("ZRANGE d 0 -1 WITHSCORES"))
		var p resp.Parser
		for len(commands) > 0 {
			args, n, err := p.Next(commands)
			require.NoError(t, err)
			u.Run(args)
			commands = commands[n:]
		}
		require.Equal(t, want, u.Do("ZRANGE c 0 -1 WITHSCORES"))
		require.Equal(t, u.Encoding("d"), u.Encoding("c"))
	}
}

func TestDeadlineStays(t *testing.T) {
	u := newUnit(t)
	u.packed(4)
	u.Do("ZADD z 1 a")
	u.Do("PEXPIREAT z 5000000")
	for i := range 10 {
		u.Do(fmt.Sprintf("ZADD z %d m%d", i, i))
		require.Equal(t, ":5000000", u.Do("PEXPIRETIME z"))
	}
	require.Equal(t, "skiplist", u.Encoding("z"))
	u.Do("ZRANGESTORE z z 0 0")
	require.Equal(t, ":-1", u.Do("PEXPIRETIME z"))
}

// Whichever way is taken, a difference is the same.
func TestDifferences(t *testing.T) {
	u := newUnit(t)
	u.packed(50)
	u.fill("all", 100)
	u.fill("half", 50)
	u.fill("few", 10)
	u.Do("SADD plain m0 m99 x")
	u.Do("SADD numbers 1 2 3")
	require.Len(t, bulks(u.Do("ZDIFF 2 all half")), 50)
	require.Len(t, bulks(u.Do("ZDIFF 4 all few plain numbers")), 89)
	require.Len(t, bulks(u.Do("ZDIFF 9 all few few few few few few few few")), 90, "the others together are small")
	require.Empty(t, bulks(u.Do("ZDIFF 9 few half few few few few few few few")))
	require.Equal(t, []string{"x", "1"}, bulks(u.Do("ZDIFF 2 plain all WITHSCORES")))
}

func TestRandomMembers(t *testing.T) {
	for _, limit := range []int{1000, 0} {
		u := newUnit(t)
		u.packed(limit)
		u.fill("z", 100)
		seen := map[string]int{}
		for _, count := range []int{1, 5, 33, 34, 60, 99, 100, 500} {
			for range 60 {
				all := bulks(u.Do(fmt.Sprintf("ZRANDMEMBER z %d", count)))
				require.Len(t, all, min(count, 100))
				for _, name := range all {
					seen[name]++
				}
				slices.Sort(all)
				require.Len(t, slices.Compact(all), min(count, 100), "each once")
			}
		}
		require.Len(t, seen, 100)
		all := bulks(u.Do("ZRANDMEMBER z -2000"))
		require.Len(t, all, 2000)
		slices.Sort(all)
		require.Greater(t, len(slices.Compact(all)), 90)
	}
	u := newUnit(t)
	u.Do("ZADD z 1 a")
	require.Equal(t, "-ERR value is out of range", u.Do("ZRANDMEMBER z -67108865"), "a reply that no memory holds")
}

func TestScan(t *testing.T) {
	u := newUnit(t)
	u.packed(0)
	u.fill("z", 1000)
	seen := map[string]string{}
	for cursor := "0"; ; {
		page := bulks(u.Do("ZSCAN z " + cursor + " COUNT 20"))
		cursor = page[0]
		require.Less(t, len(page), 200)
		for i := 1; i < len(page); i += 2 {
			seen[page[i]] = page[i+1]
		}
		if cursor == "0" {
			break
		}
	}
	require.Len(t, seen, 1000)
	require.Equal(t, "3.5", seen["m7"])
	require.Len(t, bulks(u.Do("ZSCAN z 0 COUNT 100000 MATCH m1?")), 1+2*10)
}

// hot are commands that must not allocate on a set that exists.
var hot = []string{"ZADD z 5 m1", "ZADD z 0.75 m1", "ZADD z XX CH 3 m3 4 m4 1000.5 m5", "ZADD z 2.5 m5 1.5 m3 2 m4", "ZINCRBY z 20.25 m7",
	"ZINCRBY z -20.25 m7", "ZSCORE z m7", "ZMSCORE z m7 none", "ZRANK z m20", "ZREVRANK z m20 WITHSCORE", "ZCARD z", "ZCOUNT z 1 (9.5",
	"ZRANGE z 0 -1", "ZRANGE z 10 20 WITHSCORES", "ZREVRANGEBYSCORE z 30 (2 WITHSCORES LIMIT 3 20", "ZLEXCOUNT z - [m5", "ZRANDMEMBER z",
	"ZPOPMIN z", "ZADD z 0 m0", "ZPOPMAX z", "ZADD z 49.5 m99", "ZREM z m50", "ZADD z 25 m50", "ZRANDMEMBER z -5"}

func newHotUnit(t testing.TB, packed int) unit {
	u := newUnit(t)
	u.packed(packed)
	u.fill("z", 100)
	u.DropLog = true
	return u
}

func TestHotPathDoesNotAllocate(t *testing.T) {
	for _, limit := range []int{1000, 0} {
		u := newHotUnit(t, limit)
		for _, proto := range []int{2, 3} {
			u.Out.Proto = proto
			var calls [][][]byte
			for _, line := range hot {
				calls = append(calls, commandtest.Words(line))
			}
			for round := range 3 {
				for i, args := range calls {
					if allocs := testing.AllocsPerRun(1, func() { u.Run(args) }); round > 0 {
						require.Zero(t, allocs, "%s, packed up to %d, RESP%d", hot[i], limit, proto)
					}
				}
			}
			u.fill("z", 100)
			require.Equal(t, ":100", u.Do("ZCARD z"))
		}
	}
}

func TestDeclarations(t *testing.T) {
	for _, s := range command.NewRegistry(zsets.Commands).All() {
		require.NotEmpty(t, s.Complexity, s.Name)
		require.NotEmpty(t, s.Keys, s.Name)
	}
}

func BenchmarkZrange100(b *testing.B) {
	for _, members := range []int{100, 100_000} {
		b.Run(fmt.Sprint(members), func(b *testing.B) {
			u := newUnit(b)
			u.DropLog = true
			u.fill("z", members)
			args := commandtest.Words(fmt.Sprintf("ZRANGE z %d %d", members/2-50, members/2+49))
			for b.Loop() {
				u.Run(args)
			}
		})
	}
}

func BenchmarkZadd(b *testing.B) {
	u := newHotUnit(b, 0)
	up, down := commandtest.Words("ZADD z 1000 m50"), commandtest.Words("ZADD z 10 m50")
	for b.Loop() {
		u.Run(up)
		u.Run(down)
	}
}
