package sets_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/command/commandtest"
	"github.com/miniredisd/miniredisd/command/sets"
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/store"
)

func TestEncodings(t *testing.T) {
	u := commandtest.New(t, sets.Commands)
	u.Configure(config.SetMaxIntsetEntries, "4")
	u.Configure(config.SetMaxListpackEntries, "5")
	u.Configure(config.SetMaxListpackValue, "10")
	for _, test := range []struct{ members, encoding string }{
		{"1 2 3 4", "intset"},
		{"a b c d e", "listpack"},
		{"a b c d e f", "hashtable"},
		{"1 2 3 4 5", "listpack"},
		{"1 2 a", "listpack"},
		{"abcdefghijk", "hashtable"},
		{"1 abcdefghijk", "hashtable"},
	} {
		u.Do("SPOP s 100")
		u.Do("SADD s " + test.members)
		require.Equal(t, test.encoding, u.Encoding("s"), test.members)
		for _, m := range strings.Fields(test.members) {
			require.Equal(t, ":1", u.Do("SISMEMBER s "+m))
		}
	}
	for _, test := range []struct{ first, then, encoding string }{
		{"1 2 3", "4", "intset"},
		{"1 2 3 4", "5", "hashtable"},
		{"1 2 3 4", "a", "listpack"},
		{"1", "1 2 3 4 5", "hashtable"}, // as many as are given, whether they are new or not
		{"a b c d", "e", "listpack"},
		{"a b c d e", "f", "hashtable"},
		{"a", "a a a a a a", "hashtable"},
	} {
		u.Do("SPOP s 100")
		u.Do("SADD s " + test.first)
		u.Do("SADD s " + test.then)
		require.Equal(t, test.encoding, u.Encoding("s"), "%s, then %s", test.first, test.then)
	}
}

// TestLogAndEvents looks at what is logged and notified: what chance did must be told as what happened.
func TestLogAndEvents(t *testing.T) {
	u := commandtest.New(t, sets.Commands)
	u.Store.SetEvents(store.EventSet | store.EventGeneric)
	for _, test := range []struct{ line, logged, events string }{
		{"SADD s a", "SADD s a", "sadd s"},
		{"SADD s a", "", ""},
		{"SREM s x", "", ""},
		{"SADD s b c", "SADD s b c", "sadd s"},
		{"SMOVE s o a", "SMOVE s o a", "srem s sadd o"},
		{"SMOVE s s b", "", ""},
		{"SREM s b c d", "SREM s b c d", "srem s del s"},
		{"SPOP o", "SREM o a", "spop o del o"},
		{"SPOP o 3", "", ""},
		{"SADD s 1 2 3", "SADD s 1 2 3", "sadd s"},
		{"SPOP s 3", "DEL s", "spop s del s"},
		{"SADD s 1 2 3", "SADD s 1 2 3", "sadd s"},
		{"SUNIONSTORE d s none", "SUNIONSTORE d s none", "sunionstore d"},
		{"SINTERSTORE d s none", "SINTERSTORE d s none", "del d"},
		{"SINTERSTORE d s none", "", ""},
		{"SDIFFSTORE d s", "SDIFFSTORE d s", "sdiffstore d"},
		{"SRANDMEMBER s 2", "", ""},
	} {
		u.Do(test.line)
		require.Equal(t, test.logged, strings.Join(u.Logged(), " "), test.line)
		require.Equal(t, test.events, strings.Join(u.Events(), " "), test.line)
	}
	u.Do("SPOP s 2")
	logged := strings.Join(u.Logged(), " ")
	require.Regexp(t, `^SREM s [123] [123]$`, logged)
	require.Equal(t, ":1", u.Do("SCARD s"))
}

// TestPopMany takes different shares of a large set: what is replied and what stays must be what there was.
func TestPopMany(t *testing.T) {
	for _, size := range []int{100, 3000} {
		for _, count := range []int{1, 10, size / 2, size - 20, size - 1, size} {
			u := commandtest.New(t, sets.Commands)
			all := map[string]bool{}
			for i := range size {
				m := fmt.Sprintf("m%d", i)
				all[m] = true
				u.Do("SADD s " + m)
			}
			u.Logged()
			gone := strings.Fields(u.Do(fmt.Sprintf("SPOP s %d", count)))
			require.Equal(t, fmt.Sprintf("*%d", count), gone[0])
			left := map[string]bool{}
			for i, w := range strings.Fields(u.Do("SMEMBERS s")) {
				if i > 0 && i%2 == 0 {
					left[w] = true
				}
			}
			require.Len(t, left, size-count)
			for i := 2; i < len(gone); i += 2 {
				require.True(t, all[gone[i]], gone[i])
				require.False(t, left[gone[i]], "%s was taken and is there", gone[i])
				delete(all, gone[i])
			}
			require.Equal(t, all, left)
			logged := strings.Join(u.Logged(), " ")
			if count < size {
				require.Equal(t, count, strings.Count(logged, " m"), "every member that went is in the log")
			}
		}
	}
}

// TestCombine compares union, intersection and difference of random sets, in every encoding, with maps.
func TestCombine(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	u := commandtest.New(t, sets.Commands)
	u.Configure(config.SetMaxIntsetEntries, "30")
	u.Configure(config.SetMaxListpackEntries, "20")
	members := func(line string) map[string]bool {
		m := map[string]bool{}
		for i, w := range strings.Fields(u.Do(line)) {
			if i > 0 && i%2 == 0 {
				require.False(t, m[w], "%s comes twice", w)
				m[w] = true
			}
		}
		return m
	}
	for range 300 {
		var names []string
		var models []map[string]bool
		for i := range 1 + rnd.IntN(4) {
			name, model := fmt.Sprint("s", i), map[string]bool{}
			u.Do("SPOP " + name + " 1000")
			prefix := []string{"", "", "m"}[rnd.IntN(3)]
			for range rnd.IntN(2) * rnd.IntN(60) {
				m := prefix + fmt.Sprint(rnd.IntN(50))
				model[m] = true
				u.Do("SADD " + name + " " + m)
			}
			names, models = append(names, name), append(models, model)
		}
		keys := strings.Join(names, " ")
		inter, union, diff := map[string]bool{}, map[string]bool{}, map[string]bool{}
		for i, model := range models {
			for m := range model {
				union[m] = true
				if i > 0 {
					continue
				}
				everywhere, elsewhere := true, false
				for _, other := range models[1:] {
					everywhere, elsewhere = everywhere && other[m], elsewhere || other[m]
				}
				if everywhere {
					inter[m] = true
				}
				if !elsewhere {
					diff[m] = true
				}
			}
		}
		for name, want := range map[string]map[string]bool{"SINTER": inter, "SUNION": union, "SDIFF": diff} {
			require.Equal(t, want, members(name+" "+keys), "%s %s", name, keys)
			require.Equal(t, fmt.Sprintf(":%d", len(want)), u.Do(name+"STORE d "+keys))
			require.Equal(t, want, members("SMEMBERS d"))
		}
		require.Equal(t, fmt.Sprintf(":%d", len(inter)), u.Do(fmt.Sprintf("SINTERCARD %d %s", len(names), keys)))
	}
}

func TestHotPathDoesNotAllocate(t *testing.T) {
	u := commandtest.New(t, sets.Commands)
	for i := range 300 {
		u.Do(fmt.Sprintf("SADD large member:%d", i))
	}
	u.Do("SADD ints 1 2 3 4")
	u.Do("SADD packed a b c d")
	u.DropLog = true
	for _, line := range []string{"SADD large member:5", "SADD ints 3", "SADD packed c", "SISMEMBER large member:7", "SISMEMBER ints 9",
		"SISMEMBER packed d", "SCARD large", "SMISMEMBER packed a x", "SRANDMEMBER large", "SRANDMEMBER ints"} {
		args := commandtest.Words(line)
		u.Run(args)
		require.Zero(t, testing.AllocsPerRun(100, func() { u.Run(args) }), line)
	}
	for _, key := range []string{"large", "packed"} {
		add, remove := commandtest.Words("SADD "+key+" new"), commandtest.Words("SREM "+key+" new")
		require.Zero(t, testing.AllocsPerRun(100, func() { u.Run(add); u.Run(remove) }), key)
	}
}

func TestRepeatsAreBounded(t *testing.T) {
	u := commandtest.New(t, sets.Commands)
	u.Do("SADD s a")
	require.Equal(t, "-ERR value is out of range", u.Do("SRANDMEMBER s -9223372036854775807"))
}

func TestDeclarations(t *testing.T) {
	for _, s := range command.NewRegistry(sets.Commands).All() {
		require.NotEmpty(t, s.Complexity, s.Name)
		require.NotEmpty(t, s.Keys, s.Name)
	}
}
