package goredis

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
)

var keysTable = table{
	"copy": func(t *testing.T, e *env) {
		fill(t, e)
		want(t, 1, e.rdb.Copy(ctx, "s", "copied", 0, false))
		want(t, 0, e.rdb.Copy(ctx, "l", "copied", 0, false))
		want(t, 1, e.rdb.Copy(ctx, "l", "copied", 0, true))
		want(t, []string{"a", "b", "c"}, e.rdb.LRange(ctx, "copied", 0, -1))
		want(t, 1, e.rdb.Copy(ctx, "s", "s", 4, false))
		want(t, "v", e.client(t, func(o *redis.Options) { o.DB = 4 }).Get(ctx, "s"))
	},
	"del": func(t *testing.T, e *env) {
		fill(t, e)
		want(t, 2, e.rdb.Del(ctx, "s", "none", "l"))
		want(t, 0, e.rdb.Del(ctx, "s"))
	},
	"dump": func(t *testing.T, e *env) {
		fill(t, e)
		for key, missing := range map[string]string{"s": "s2", "l": "l2"} {
			want(t, "OK", e.rdb.Restore(ctx, missing, time.Minute, e.rdb.Dump(ctx, key).Val()))
			want(t, e.rdb.Dump(ctx, key).Val(), e.rdb.Dump(ctx, missing))
		}
		require.Equal(t, redis.Nil, e.rdb.Dump(ctx, "none").Err())
	},
	"exists": func(t *testing.T, e *env) {
		fill(t, e)
		want(t, 3, e.rdb.Exists(ctx, "s", "none", "l", "s"))
	},
	"expire": func(t *testing.T, e *env) {
		fill(t, e)
		want(t, false, e.rdb.Expire(ctx, "none", time.Minute))
		want(t, false, e.rdb.ExpireXX(ctx, "s", time.Minute))
		want(t, true, e.rdb.ExpireNX(ctx, "s", time.Minute))
		want(t, false, e.rdb.ExpireGT(ctx, "s", time.Second))
		want(t, true, e.rdb.ExpireLT(ctx, "s", time.Second))
		e.s.FastForward(time.Second)
		want(t, 0, e.rdb.Exists(ctx, "s"))
		want(t, true, e.rdb.Expire(ctx, "l", -time.Second))
		want(t, 0, e.rdb.Exists(ctx, "l"))
	},
	"expireat": func(t *testing.T, e *env) {
		fill(t, e)
		want(t, true, e.rdb.ExpireAt(ctx, "s", noon))
		want(t, time.Duration(noon.Unix())*time.Second, e.rdb.ExpireTime(ctx, "s"))
		want(t, false, e.rdb.ExpireAt(ctx, "none", noon))
	},
	"expiretime": func(t *testing.T, e *env) { untilWhen(t, e, e.rdb.ExpireTime, time.Second) },
	"keys": func(t *testing.T, e *env) {
		fill(t, e)
		require.ElementsMatch(t, []string{"s", "l"}, got(t, e.rdb.Keys(ctx, "[ls]")))
		want(t, []string{}, e.rdb.Keys(ctx, "x*"))
	},
	"move": func(t *testing.T, e *env) {
		fill(t, e)
		want(t, true, e.rdb.Move(ctx, "s", 7))
		want(t, false, e.rdb.Move(ctx, "s", 7))
		want(t, "v", e.client(t, func(o *redis.Options) { o.DB = 7 }).Get(ctx, "s"))
	},
	"object": needsSubcommand("object"),
	"object|encoding": func(t *testing.T, e *env) {
		fill(t, e)
		want(t, "embstr", e.rdb.ObjectEncoding(ctx, "s"))
		want(t, "int", e.rdb.ObjectEncoding(ctx, "n"))
		want(t, "listpack", e.rdb.ObjectEncoding(ctx, "l"))
		require.Equal(t, redis.Nil, e.rdb.ObjectEncoding(ctx, "none").Err())
	},
	"object|freq": func(t *testing.T, e *env) {
		fill(t, e)
		refused(t, "ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when switching "+
			"between policies at runtime LRU and LFU data will take some time to adjust.", e.rdb.ObjectFreq(ctx, "s"))
		want(t, "OK", e.rdb.ConfigSet(ctx, "maxmemory-policy", "allkeys-lfu"))
		want(t, "OK", e.rdb.Set(ctx, "fresh", "v", 0))
		want(t, 5, e.rdb.ObjectFreq(ctx, "fresh"))
	},
	"object|idletime": func(t *testing.T, e *env) {
		fill(t, e)
		e.s.FastForward(90 * time.Second)
		want(t, 90*time.Second, e.rdb.ObjectIdleTime(ctx, "s"))
		want(t, "v", e.rdb.Get(ctx, "s"))
		want(t, 0, e.rdb.ObjectIdleTime(ctx, "s"))
	},
	"object|refcount": func(t *testing.T, e *env) {
		fill(t, e)
		want(t, 1, e.rdb.ObjectRefCount(ctx, "s"))
	},
	"object|help": func(t *testing.T, e *env) { wantHelp(t, e, "object") },
	"persist": func(t *testing.T, e *env) {
		want(t, "OK", e.rdb.Set(ctx, "s", "v", time.Minute))
		want(t, true, e.rdb.Persist(ctx, "s"))
		want(t, false, e.rdb.Persist(ctx, "s"))
		want(t, -1, e.rdb.TTL(ctx, "s"))
	},
	"pexpire": func(t *testing.T, e *env) {
		fill(t, e)
		want(t, true, e.rdb.PExpire(ctx, "s", 1500*time.Millisecond))
		want(t, 1500*time.Millisecond, e.rdb.PTTL(ctx, "s"))
		want(t, false, e.rdb.PExpire(ctx, "none", time.Second))
	},
	"pexpireat": func(t *testing.T, e *env) {
		fill(t, e)
		at := noon.Add(123 * time.Millisecond)
		want(t, true, e.rdb.PExpireAt(ctx, "s", at))
		want(t, time.Duration(at.UnixMilli())*time.Millisecond, e.rdb.PExpireTime(ctx, "s"))
		want(t, false, e.rdb.PExpireAt(ctx, "none", at))
	},
	"pexpiretime": func(t *testing.T, e *env) { untilWhen(t, e, e.rdb.PExpireTime, time.Millisecond) },
	"pttl":        func(t *testing.T, e *env) { howLong(t, e, e.rdb.PTTL, 59_900*time.Millisecond) },
	"randomkey": func(t *testing.T, e *env) {
		require.Equal(t, redis.Nil, e.rdb.RandomKey(ctx).Err())
		want(t, "OK", e.rdb.Set(ctx, "only", "v", 0))
		want(t, "only", e.rdb.RandomKey(ctx))
	},
	"rename": func(t *testing.T, e *env) {
		fill(t, e)
		want(t, "OK", e.rdb.Rename(ctx, "s", "l"))
		want(t, "v", e.rdb.Get(ctx, "l"))
		refused(t, "ERR no such key", e.rdb.Rename(ctx, "s", "l"))
	},
	"renamenx": func(t *testing.T, e *env) {
		fill(t, e)
		want(t, false, e.rdb.RenameNX(ctx, "s", "l"))
		want(t, true, e.rdb.RenameNX(ctx, "s", "renamed"))
		want(t, "v", e.rdb.Get(ctx, "renamed"))
	},
	"restore": func(t *testing.T, e *env) {
		fill(t, e)
		payload := e.rdb.Dump(ctx, "s").Val()
		want(t, "OK", e.rdb.Restore(ctx, "r", time.Minute, payload))
		want(t, time.Minute, e.rdb.TTL(ctx, "r"))
		refused(t, "BUSYKEY Target key name already exists.", e.rdb.Restore(ctx, "r", 0, payload))
		want(t, "OK", e.rdb.RestoreReplace(ctx, "r", 0, payload))
		want(t, "v", e.rdb.Get(ctx, "r"))
	},
	"restore-asking": func(t *testing.T, e *env) {
		fill(t, e)
		want(t, "OK", e.do("restore-asking", "r", 0, e.rdb.Dump(ctx, "s").Val()))
		want(t, "v", e.rdb.Get(ctx, "r"))
	},
	"scan": scan,
	"sort": func(t *testing.T, e *env) {
		fill(t, e)
		want(t, []string{"c", "b", "a"}, e.rdb.Sort(ctx, "l", &redis.Sort{Alpha: true, Order: "DESC"}))
		want(t, 2, e.rdb.SortStore(ctx, "l", "d", &redis.Sort{By: "nosort", Offset: 1, Count: 5}))
		want(t, []string{"b", "c"}, e.rdb.LRange(ctx, "d", 0, -1))
	},
	"sort_ro": func(t *testing.T, e *env) {
		fill(t, e)
		want(t, []string{"a", "b"}, e.rdb.SortRO(ctx, "l", &redis.Sort{Alpha: true, Count: 2}))
	},
	"touch": func(t *testing.T, e *env) {
		fill(t, e)
		e.s.FastForward(time.Minute)
		want(t, 2, e.rdb.Touch(ctx, "s", "none", "l"))
		want(t, 0, e.rdb.ObjectIdleTime(ctx, "s"))
	},
	"ttl": func(t *testing.T, e *env) { howLong(t, e, e.rdb.TTL, time.Minute) },
	"type": func(t *testing.T, e *env) {
		fill(t, e)
		want(t, "string", e.rdb.Type(ctx, "s"))
		want(t, "list", e.rdb.Type(ctx, "l"))
		want(t, "none", e.rdb.Type(ctx, "none"))
	},
	"unlink": func(t *testing.T, e *env) {
		fill(t, e)
		want(t, 2, e.rdb.Unlink(ctx, "s", "none", "l"))
		want(t, []string{"n"}, e.rdb.Keys(ctx, "*"))
	},
}

// noon is a time that is not yet.
var noon = time.Date(2130, 6, 1, 12, 0, 0, 0, time.UTC)

// fill stores a string s, a number n and a list l.
func fill(t *testing.T, e *env) {
	t.Helper()
	want(t, "OK", e.rdb.MSet(ctx, "s", "v", "n", 1))
	want(t, 3, e.rdb.RPush(ctx, "l", "a", "b", "c"))
}

type asksDuration func(ctx context.Context, key string) *redis.DurationCmd

// untilWhen checks a command that tells a time since the Unix epoch.
func untilWhen(t *testing.T, e *env, ask asksDuration, unit time.Duration) {
	t.Helper()
	fill(t, e)
	at := noon.Add(123 * time.Millisecond)
	want(t, true, e.rdb.PExpireAt(ctx, "s", at))
	want(t, (time.Duration(at.UnixMilli()) * time.Millisecond).Round(unit), ask(ctx, "s"))
	want(t, -1, ask(ctx, "l"))
	want(t, -2, ask(ctx, "none"))
}

// howLong checks a command that tells what is left of 59.9 seconds.
func howLong(t *testing.T, e *env, ask asksDuration, left time.Duration) {
	t.Helper()
	fill(t, e)
	want(t, true, e.rdb.PExpire(ctx, "s", time.Minute))
	e.s.FastForward(100 * time.Millisecond)
	want(t, left, ask(ctx, "s"))
	want(t, -1, ask(ctx, "l"))
	want(t, -2, ask(ctx, "none"))
}

func scan(t *testing.T, e *env) {
	want(t, 3, e.rdb.RPush(ctx, "list", "a", "b", "c"))
	expected := []string{"list"}
	_, err := e.rdb.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i := range 300 {
			key := fmt.Sprintf("key:%d", i)
			expected = append(expected, key)
			p.Set(ctx, key, i, 0)
		}
		return nil
	})
	require.NoError(t, err)
	all := func(first *redis.ScanCmd) (keys []string) {
		it := first.Iterator()
		for it.Next(ctx) {
			keys = append(keys, it.Val())
		}
		require.NoError(t, it.Err())
		return keys
	}
	require.ElementsMatch(t, expected, all(e.rdb.Scan(ctx, 0, "", 20)))
	require.ElementsMatch(t, expected[1:], all(e.rdb.Scan(ctx, 0, "key:*", 20)))
	require.Equal(t, expected[:1], all(e.rdb.ScanType(ctx, 0, "", 20, "list")))
	keys, cursor, err := e.rdb.Scan(ctx, 0, "", 1000).Result()
	require.NoError(t, err)
	require.Zero(t, cursor)
	require.Len(t, keys, 301)
}
