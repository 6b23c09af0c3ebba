package hashes_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/command/commandtest"
	"github.com/miniredisd/miniredisd/config"
)

func TestReplies(t *testing.T) {
	both(t, func(t *testing.T, u unit) {
		u.rows(t, []row{
			{"HSET h a 1 b two", ":2"},
			{"HSET h a 3 c 4", ":1"},
			{"HSET h a 1 b", "-ERR wrong number of arguments for 'hset' command"},
			{"HMSET h a 1 b", "-ERR wrong number of arguments for 'hmset' command"},
			{"HMSET m x y x z", "+OK"},
			{"HGET m x", "$1 z"},
			{"HGET h a", "$1 3"},
			{"HGET h none", "$-1"},
			{"HGET none a", "$-1"},
			{"HGET string a", wrongType},
			{"HMGET h a none b", "*3 $1 3 $-1 $3 two"},
			{"HMGET none a b", "*2 $-1 $-1"},
			{"HMGET string a", wrongType},
			{"HSETNX h a 9", ":0"},
			{"HSETNX h d 9", ":1"},
			{"HSETNX n d 9", ":1"},
			{"HSETNX string d 9", wrongType},
			{"HEXISTS h d", ":1"},
			{"HEXISTS h e", ":0"},
			{"HEXISTS none e", ":0"},
			{"HSTRLEN h b", ":3"},
			{"HSTRLEN h a", ":1"},
			{"HSTRLEN h e", ":0"},
			{"HSTRLEN none e", ":0"},
			{"HLEN h", ":4"},
			{"HLEN none", ":0"},
			{"HLEN string", wrongType},
			{"HDEL h d d e", ":1"},
			{"HDEL n d", ":1"},
			{"HLEN n", ":0"},
			{"HDEL none d", ":0"},
			{"HDEL string d", wrongType},
			{"HGETALL none", "*0"},
			{"HKEYS none", "*0"},
			{"HVALS none", "*0"},
			{"HGETALL m", "*2 $1 x $1 z"},
			{"HKEYS m", "*1 $1 x"},
			{"HVALS m", "*1 $1 z"},
			{"HVALS string", wrongType},
		})
		require.Equal(t, []string{"a=3", "b=two", "c=4"}, u.fields("h"))
	})
}

func TestCounters(t *testing.T) {
	both(t, func(t *testing.T, u unit) {
		u.rows(t, []row{
			{"HINCRBY h n 5", ":5"},
			{"HINCRBY h n -7", ":-2"},
			{"HGET h n", "$2 -2"},
			{"HINCRBY h n x", notInt},
			{"HINCRBY string n x", notInt},
			{"HINCRBY string n 1", wrongType},
			{"HSET h max 9223372036854775807 text abc space 1\\ ", ":3"},
			{"HINCRBY h max 1", "-ERR increment or decrement would overflow"},
			{"HINCRBY h text 1", "-ERR hash value is not an integer"},
			{"HINCRBYFLOAT h n 2.5", "$3 0.5"},
			{"HINCRBYFLOAT h text 1", "-ERR hash value is not a float"},
			{"HINCRBYFLOAT h n x", notFloat},
			{"HINCRBYFLOAT h n inf", "-ERR value is NaN or Infinity"},
			{"HINCRBYFLOAT string n 1", wrongType},
			{"HSET h huge 1e4932", ":1"},
			{"HINCRBYFLOAT h huge 1e4932", "-ERR increment would produce NaN or Infinity"},
			{"HINCRBYFLOAT f n 1.5", "$3 1.5"},
		})
		u.Logged()
		u.Do("HINCRBYFLOAT f n 1.5")
		require.Equal(t, []string{"HSET f n 3"}, u.Logged())
		u.Do("HPEXPIREAT f " + at(10) + " FIELDS 1 n")
		u.Logged()
		u.Do("HINCRBYFLOAT f n 1.5")
		require.Equal(t, []string{"HSETEX f KEEPTTL FIELDS 1 n 4.5"}, u.Logged())
	})
}

func TestEncodings(t *testing.T) {
	u := newUnit(t)
	u.Configure(config.HashMaxListpackEntries, "3")
	u.Configure(config.HashMaxListpackValue, "8")
	long := strings.Repeat("x", 9)
	encoding := func(want, key string) {
		t.Helper()
		require.Equal(t, want, u.Encoding(key))
	}
	u.Do("HSET h a 1 b 2 c 3")
	encoding("listpack", "h")
	u.Do("HSET h d 4")
	encoding("hashtable", "h")
	require.Equal(t, []string{"a=1", "b=2", "c=3", "d=4"}, u.fields("h"))
	u.Do("HDEL h a b c")
	encoding("hashtable", "h")
	u.Do("HSET many a 1 a 1 a 1 a 1")
	encoding("hashtable", "many")
	u.Do("HSET value a " + long)
	encoding("hashtable", "value")
	u.Do("HSET field a 1")
	u.Do("HSETNX field " + long + " 1")
	encoding("hashtable", "field")
	u.Do("HSET number a 99999999")
	u.Do("HINCRBY number a 1") // 9 digits
	encoding("hashtable", "number")

	u.Do("HSET ttl a 1 b 2")
	u.Do("HEXPIRE ttl 100 FIELDS 1 a")
	encoding("listpackex", "ttl")
	u.Do("HPERSIST ttl FIELDS 1 a")
	encoding("listpackex", "ttl")
	u.Do("HSET ttl c 1 d 2")
	encoding("hashtable", "ttl")
}

func TestScan(t *testing.T) {
	both(t, func(t *testing.T, u unit) {
		u.Do("HSET h a 1")
		u.rows(t, []row{
			{"HSCAN h 0", "*2 $1 0 *2 $1 a $1 1"},
			{"HSCAN h 0 NOVALUES", "*2 $1 0 *1 $1 a"},
			{"HSCAN h 0 MATCH b*", "*2 $1 0 *0"},
			{"HSCAN none 0 x", "*2 $1 0 *0"},
			{"HSCAN string 0", wrongType},
			{"HSCAN h x", "-ERR invalid cursor"},
			{"HSCAN h 0 COUNT 0", syntax},
			{"HSCAN h 0 TYPE string", syntax},
		})
	})
	u := newUnit(t)
	for i := range 2000 {
		u.Do(fmt.Sprintf("HSET large f%d v%d", i, i))
	}
	seen := map[string]string{}
	cursor, calls := "0", 0
	for {
		words := strings.Fields(u.Do("HSCAN large " + cursor + " COUNT 100"))
		cursor = words[2]
		for i := 5; i+2 < len(words); i += 4 {
			seen[words[i]] = words[i+2]
		}
		if calls++; cursor == "0" {
			break
		}
	}
	require.Len(t, seen, 2000)
	require.Equal(t, "v77", seen["f77"])
	require.Greater(t, calls, 5)
}

func TestRandom(t *testing.T) {
	both(t, func(t *testing.T, u unit) {
		u.rows(t, []row{
			{"HRANDFIELD none", "$-1"},
			{"HRANDFIELD none 3", "*0"},
			{"HRANDFIELD string", wrongType},
			{"HRANDFIELD string 1", wrongType},
			{"HSET h a 1", ":1"},
			{"HRANDFIELD h", "$1 a"},
			{"HRANDFIELD h 0", "*0"},
			{"HRANDFIELD h 5", "*1 $1 a"},
			{"HRANDFIELD h 5 WITHVALUES", "*2 $1 a $1 1"},
			{"HRANDFIELD h -2 withvalues", "*4 $1 a $1 1 $1 a $1 1"},
			{"HRANDFIELD h x", notInt},
			{"HRANDFIELD h 1 x", syntax},
			{"HRANDFIELD h 1 WITHVALUES x", syntax},
			{"HRANDFIELD h -9223372036854775808", "-ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807"},
			{"HRANDFIELD h -9223372036854775807 WITHVALUES", "-ERR value is out of range"},
			{"HRANDFIELD h -67108865", "-ERR value is out of range"},
		})
		u.Out.Proto = 3
		u.rows(t, []row{
			{"HRANDFIELD h -2 WITHVALUES", "*2 *2 $1 a $1 1 *2 $1 a $1 1"},
			{"HGETALL h", "%1 $1 a $1 1"},
			{"HGETALL none", "%0"},
			{"HRANDFIELD none", "_"},
		})
		u.Out.Proto = 2
		for i := range 100 {
			u.Do(fmt.Sprintf("HSET h f%d v%d", i, i))
		}
		for _, n := range []int{2, 20, 60, 100, 101, 1000} {
			words := strings.Fields(u.Do(fmt.Sprintf("HRANDFIELD h %d", n)))
			distinct := map[string]bool{}
			for i := 2; i < len(words); i += 2 {
				distinct[words[i]] = true
			}
			require.Len(t, distinct, min(n, 101))
		}
	})
}

// TestSampleIsFair draws often, and expects each field about as often as any other.
func TestSampleIsFair(t *testing.T) {
	both(t, func(t *testing.T, u unit) {
		for i := range 20 {
			u.Do(fmt.Sprintf("HSET h f%d v", i))
		}
		for _, line := range []string{"HRANDFIELD h 3", "HRANDFIELD h 15", "HRANDFIELD h -8"} {
			counts, drawn := map[string]int{}, 0
			args := commandtest.Words(line)
			for range 2000 {
				u.Run(args)
				words := strings.Fields(string(u.Out.Buf))
				for i := 2; i < len(words); i += 2 {
					counts[words[i]]++
					drawn++
				}
			}
			require.Len(t, counts, 20)
			for field, n := range counts {
				require.InDelta(t, drawn/20, n, float64(drawn)/20*0.35, "%s: %s", line, field)
			}
		}
	})
}

func TestEventsAndEffects(t *testing.T) {
	both(t, func(t *testing.T, u unit) {
		for _, tc := range []struct{ line, logged, events string }{
			{"HSET h a 1 b 2", "HSET h a 1 b 2", "hset h"},
			{"HSETNX h a 1", "", ""},
			{"HSETNX h c 1", "HSETNX h c 1", "hset h"},
			{"HINCRBY h a 1", "HINCRBY h a 1", "hincrby h"},
			{"HINCRBYFLOAT h a 0.5", "HSET h a 2.5", "hincrbyfloat h"},
			{"HDEL h none", "", ""},
			{"HDEL h c", "HDEL h c", "hdel h"},
			{"HGETDEL h FIELDS 2 b none", "HDEL h b", "hdel h"},
			{"HDEL h a", "HDEL h a", "hdel h,del h"},
			{"HMSET h a 1", "HMSET h a 1", "hset h"},
			{"HGETDEL h FIELDS 1 a", "HDEL h a", "hdel h,del h"},
			{"HGETALL h", "", ""},
		} {
			u.Do(tc.line)
			require.Equal(t, tc.logged, strings.Join(u.Logged(), ","), tc.line)
			require.Equal(t, tc.events, strings.Join(u.Events(), ","), tc.line)
		}
	})
}

// TestDirty: each field that is set counts as a change.
func TestDirty(t *testing.T) {
	both(t, func(t *testing.T, u unit) {
		u.Store.ResetDirty()
		u.Do("HSET h a 1 b 2 c 3")
		require.EqualValues(t, 3, u.Store.Dirty())
		u.Do("HDEL h a b none")
		require.EqualValues(t, 5, u.Store.Dirty())
	})
}

// hot are commands that must not allocate on fields that exist.
var hot = []string{
	"HGET h a", "HSET h a ssssssss", "HSET h a tttttttt n 17", "HINCRBY h n 3", "HMGET h a n none", "HEXISTS h a", "HSTRLEN h a",
	"HLEN h", "HSETNX h a x", "HMSET h a uuuuuuuu",
}

func TestHotPathDoesNotAllocate(t *testing.T) {
	both(t, func(t *testing.T, u unit) {
		for _, line := range hot {
			u.Do("HSET h a rrrrrrrr n 10")
			args := commandtest.Words(line)
			u.DropLog = true
			u.Store.SetEvents(0)
			u.Run(args)
			require.Zero(t, testing.AllocsPerRun(100, func() { u.Run(args) }), line)
		}
	})
}

func BenchmarkCommands(b *testing.B) {
	for _, line := range append(hot, "HGETALL h") {
		b.Run(strings.ReplaceAll(line, " ", "_"), func(b *testing.B) {
			u := newUnit(b)
			u.Store.SetEvents(0)
			u.DropLog = true
			u.Do("HSET h a rrrrrrrr n 10 b 1 c 2 d 3")
			args := commandtest.Words(line)
			b.ReportAllocs()
			for b.Loop() {
				u.Run(args)
			}
		})
	}
}
