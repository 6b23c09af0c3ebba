package goredis

import (
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
)

// message is one as the client shows it.
func message(id, field, value string) redis.XMessage {
	return redis.XMessage{ID: id, Values: map[string]any{field: value}}
}

// addTo makes the stream s with the entries 1-0 to n-0, each {a: its number}, and a group g that has read nothing.
func addTo(t *testing.T, e *env, n int) []redis.XMessage {
	t.Helper()
	var list []redis.XMessage
	for i := range n {
		digit := string(rune('1' + i))
		want(t, digit+"-0", e.rdb.XAdd(ctx, &redis.XAddArgs{Stream: "s", ID: digit, Values: []string{"a", digit}}))
		list = append(list, message(digit+"-0", "a", digit))
	}
	want(t, "OK", e.rdb.XGroupCreate(ctx, "s", "g", "0"))
	return list
}

// readAs reads what is new as a consumer of the group g.
func readAs(t *testing.T, e *env, consumer string, count int64) []redis.XMessage {
	t.Helper()
	r, err := e.rdb.XReadGroup(ctx, &redis.XReadGroupArgs{Group: "g", Consumer: consumer, Streams: []string{"s", ">"}, Count: count,
		Block: -1}).Result()
	require.NoError(t, err)
	require.Len(t, r, 1)
	require.Equal(t, "s", r[0].Stream)
	return r[0].Messages
}

var streamsTable = table{
	"xadd": func(t *testing.T, e *env) {
		id, err := e.rdb.XAdd(ctx, &redis.XAddArgs{Stream: "s", Values: map[string]any{"a": 1}}).Result()
		require.NoError(t, err)
		require.Regexp(t, `^\d+-0$`, id)
		refused(t, "ERR The ID specified in XADD is equal or smaller than the target stream top item", e.rdb.XAdd(ctx, &redis.XAddArgs{Stream: "s", ID: "1-1", Values: []string{"a", "b"}}))
		require.Equal(t, redis.Nil, e.rdb.XAdd(ctx, &redis.XAddArgs{Stream: "none", NoMkStream: true, Values: []string{"a", "b"}}).Err())
		require.NoError(t, e.rdb.XAdd(ctx, &redis.XAddArgs{Stream: "s", MaxLen: 1, Values: []string{"a", "b"}}).Err())
		want(t, 1, e.rdb.XLen(ctx, "s"))
	},
	"xlen": func(t *testing.T, e *env) {
		addTo(t, e, 3)
		want(t, 3, e.rdb.XLen(ctx, "s"))
		want(t, 0, e.rdb.XLen(ctx, "none"))
	},
	"xrange": func(t *testing.T, e *env) {
		all := addTo(t, e, 3)
		want(t, all, e.rdb.XRange(ctx, "s", "-", "+"))
		want(t, all[1:2], e.rdb.XRangeN(ctx, "s", "(1", "+", 1))
		want(t, []redis.XMessage{}, e.rdb.XRange(ctx, "none", "-", "+"))
	},
	"xrevrange": func(t *testing.T, e *env) {
		all := addTo(t, e, 3)
		want(t, []redis.XMessage{all[2], all[1]}, e.rdb.XRevRangeN(ctx, "s", "+", "-", 2))
	},
	"xdel": func(t *testing.T, e *env) {
		all := addTo(t, e, 3)
		want(t, 1, e.rdb.XDel(ctx, "s", "2", "9"))
		want(t, []redis.XMessage{all[0], all[2]}, e.rdb.XRange(ctx, "s", "-", "+"))
	},
	"xdelex": func(t *testing.T, e *env) {
		addTo(t, e, 2)
		readAs(t, e, "c", 1)
		want(t, []any{int64(2), int64(2)}, e.rdb.XDelEx(ctx, "s", "ACKED", "1", "2"))
		want(t, []any{int64(1), int64(-1)}, e.rdb.XDelEx(ctx, "s", "DELREF", "1", "9"))
	},
	"xtrim": func(t *testing.T, e *env) {
		all := addTo(t, e, 4)
		want(t, 1, e.rdb.XTrimMaxLen(ctx, "s", 3))
		want(t, 1, e.rdb.XTrimMinID(ctx, "s", "3"))
		want(t, 0, e.rdb.XTrimMaxLenApprox(ctx, "s", 1, 10))
		want(t, all[2:], e.rdb.XRange(ctx, "s", "-", "+"))
	},
	"xsetid": func(t *testing.T, e *env) {
		addTo(t, e, 1)
		want(t, "OK", e.rdb.Do(ctx, "XSETID", "s", "5-5"))
		want(t, "5-6", e.rdb.XAdd(ctx, &redis.XAddArgs{Stream: "s", ID: "5-*", Values: []string{"a", "b"}}))
	},
	"xread": func(t *testing.T, e *env) {
		all := addTo(t, e, 3)
		want(t, []redis.XStream{{Stream: "s", Messages: all[1:2]}},
			e.rdb.XRead(ctx, &redis.XReadArgs{Streams: []string{"s", "none", "1", "0"}, Count: 1, Block: -1}))
		require.Equal(t, redis.Nil, e.rdb.XRead(ctx, &redis.XReadArgs{Streams: []string{"s"}, ID: "$", Block: -1}).Err())
	},
	"xreadgroup": func(t *testing.T, e *env) {
		all := addTo(t, e, 3)
		require.Equal(t, all[:2], readAs(t, e, "c", 2))
		require.Equal(t, all[2:], readAs(t, e, "d", 2))
		want(t, []redis.XStream{{Stream: "s", Messages: all[:2]}},
			e.rdb.XReadGroup(ctx, &redis.XReadGroupArgs{Group: "g", Consumer: "c", Streams: []string{"s", "0"}, Block: -1}))
		refused(t, "NOGROUP No such key 's' or consumer group 'none' in XREADGROUP with GROUP option", e.rdb.XReadGroup(ctx, &redis.XReadGroupArgs{Group: "none", Consumer: "c", Streams: []string{"s", ">"}}))
		r, err := e.rdb.XReadGroup(ctx, &redis.XReadGroupArgs{Group: "g", Consumer: "e", Streams: []string{"s", ">"}, Block: -1, Count: 1}).Result()
		require.Equal(t, redis.Nil, err, "%v", r)
		e.s.FastForward(time.Second)
		r, err = e.rdb.XReadGroup(ctx, &redis.XReadGroupArgs{Group: "g", Consumer: "e", Streams: []string{"s", ">"}, Block: -1, Claim: time.Second}).Result()
		require.NoError(t, err)
		require.EqualValues(t, 1000, r[0].Messages[2].MillisElapsedFromDelivery)
		require.EqualValues(t, 1, r[0].Messages[2].DeliveredCount)
	},
	"xack": func(t *testing.T, e *env) {
		addTo(t, e, 3)
		readAs(t, e, "c", 2)
		want(t, 2, e.rdb.XAck(ctx, "s", "g", "1", "2", "3"))
	},
	"xackdel": func(t *testing.T, e *env) {
		addTo(t, e, 3)
		readAs(t, e, "c", 2)
		want(t, []any{int64(1), int64(-1)}, e.rdb.XAckDel(ctx, "s", "g", "KEEPREF", "1", "3"))
		want(t, 2, e.rdb.XLen(ctx, "s"))
	},
	"xpending": func(t *testing.T, e *env) {
		addTo(t, e, 3)
		readAs(t, e, "c", 2)
		want(t, &redis.XPending{Count: 2, Lower: "1-0", Higher: "2-0", Consumers: map[string]int64{"c": 2}}, e.rdb.XPending(ctx, "s", "g"))
		want(t, []redis.XPendingExt{{ID: "2-0", Consumer: "c", RetryCount: 1}},
			e.rdb.XPendingExt(ctx, &redis.XPendingExtArgs{Stream: "s", Group: "g", Start: "(1", End: "+", Count: 9, Consumer: "c"}))
	},
	"xclaim": func(t *testing.T, e *env) {
		all := addTo(t, e, 2)
		readAs(t, e, "c", 2)
		want(t, all[:1], e.rdb.XClaim(ctx, &redis.XClaimArgs{Stream: "s", Group: "g", Consumer: "d", Messages: []string{"1", "9"}}))
		want(t, []string{"2-0"}, e.rdb.XClaimJustID(ctx, &redis.XClaimArgs{Stream: "s", Group: "g", Consumer: "d", Messages: []string{"2"}}))
	},
	"xautoclaim": func(t *testing.T, e *env) {
		all := addTo(t, e, 3)
		readAs(t, e, "c", 3)
		want(t, 1, e.rdb.XDel(ctx, "s", "1"))
		claimed, next, deleted, err := e.rdb.XAutoClaimWithDeleted(ctx, &redis.XAutoClaimArgs{Stream: "s", Group: "g", Consumer: "d", Start: "0",
			Count: 2}).Result()
		require.NoError(t, err)
		require.Equal(t, all[1:2], claimed)
		require.Equal(t, "3-0", next)
		require.Equal(t, []string{"1-0"}, deleted)
	},
	"xgroup": needsSubcommand("xgroup"),
	"xinfo":  needsSubcommand("xinfo"),
	"xgroup|create": func(t *testing.T, e *env) {
		require.ErrorContains(t, e.rdb.XGroupCreate(ctx, "s", "g", "$").Err(), "requires the key to exist")
		want(t, "OK", e.rdb.XGroupCreateMkStream(ctx, "s", "g", "$"))
		refused(t, "BUSYGROUP Consumer Group name already exists", e.rdb.XGroupCreate(ctx, "s", "g", "$"))
	},
	"xgroup|setid": func(t *testing.T, e *env) {
		all := addTo(t, e, 2)
		want(t, "OK", e.rdb.XGroupSetID(ctx, "s", "g", "1"))
		require.Equal(t, all[1:], readAs(t, e, "c", 0))
	},
	"xgroup|destroy": func(t *testing.T, e *env) {
		addTo(t, e, 1)
		want(t, 1, e.rdb.XGroupDestroy(ctx, "s", "g"))
		want(t, 0, e.rdb.XGroupDestroy(ctx, "s", "g"))
	},
	"xgroup|createconsumer": func(t *testing.T, e *env) {
		addTo(t, e, 1)
		want(t, 1, e.rdb.XGroupCreateConsumer(ctx, "s", "g", "c"))
		want(t, 0, e.rdb.XGroupCreateConsumer(ctx, "s", "g", "c"))
	},
	"xgroup|delconsumer": func(t *testing.T, e *env) {
		addTo(t, e, 2)
		readAs(t, e, "c", 2)
		want(t, 2, e.rdb.XGroupDelConsumer(ctx, "s", "g", "c"))
	},
	"xgroup|help": func(t *testing.T, e *env) { require.NotEmpty(t, e.rdb.Do(ctx, "XGROUP", "HELP").Val()) },
	"xinfo|stream": func(t *testing.T, e *env) {
		all := addTo(t, e, 3)
		readAs(t, e, "c", 1)
		info, err := e.rdb.XInfoStream(ctx, "s").Result()
		require.NoError(t, err)
		require.EqualValues(t, 3, info.Length)
		require.EqualValues(t, 1, info.Groups)
		require.Equal(t, "3-0", info.LastGeneratedID)
		require.Equal(t, all[2], info.LastEntry)
		full, err := e.rdb.XInfoStreamFull(ctx, "s", 2).Result()
		require.NoError(t, err)
		require.Equal(t, all[:2], full.Entries)
		require.Equal(t, "1-0", full.Groups[0].Consumers[0].Pending[0].ID)
		require.Equal(t, e.rdb.Time(ctx).Val().UnixMilli(), full.Groups[0].Pending[0].DeliveryTime.UnixMilli())
	},
	"xinfo|groups": func(t *testing.T, e *env) {
		addTo(t, e, 3)
		readAs(t, e, "c", 1)
		want(t, []redis.XInfoGroup{{Name: "g", Consumers: 1, Pending: 1, LastDeliveredID: "1-0", EntriesRead: 1, Lag: 2}},
			e.rdb.XInfoGroups(ctx, "s"))
	},
	"xinfo|consumers": func(t *testing.T, e *env) {
		addTo(t, e, 3)
		readAs(t, e, "c", 1)
		want(t, []redis.XInfoConsumer{{Name: "c", Pending: 1}}, e.rdb.XInfoConsumers(ctx, "s", "g"))
	},
	"xinfo|help": func(t *testing.T, e *env) { require.NotEmpty(t, e.rdb.Do(ctx, "XINFO", "HELP").Val()) },
}
