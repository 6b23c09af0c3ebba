package goredis

import (
	"sync"
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
)

var transactionsTable = table{
	"multi": func(t *testing.T, e *env) {
		conn := e.conn(t)
		want(t, any("OK"), conn.Do(ctx, "multi"))
		refused(t, "ERR MULTI calls can not be nested", conn.Do(ctx, "multi"))
		want(t, any("QUEUED"), conn.Do(ctx, "set", "k", "v"))
		want(t, 0, e.client(t, nil).Exists(ctx, "k"))
	},
	"exec": exec,
	"discard": func(t *testing.T, e *env) {
		conn := e.conn(t)
		refused(t, "ERR DISCARD without MULTI", conn.Do(ctx, "discard"))
		want(t, any("OK"), conn.Do(ctx, "multi"))
		want(t, any("QUEUED"), conn.Do(ctx, "set", "k", "v"))
		want(t, any("OK"), conn.Do(ctx, "discard"))
		want(t, 0, conn.Exists(ctx, "k"))
	},
	"watch": func(t *testing.T, e *env) {
		other := e.client(t, nil)
		transaction := func(meanwhile func()) error {
			return e.rdb.Watch(ctx, func(tx *redis.Tx) error {
				require.Equal(t, 2, got(t, tx.ClientInfo(ctx)).Watch)
				meanwhile()
				_, err := tx.TxPipelined(ctx, func(p redis.Pipeliner) error {
					p.Incr(ctx, "counter")
					return nil
				})
				return err
			}, "k", "none")
		}
		fill(t, e)
		require.NoError(t, transaction(func() {}))
		require.NoError(t, transaction(func() { want(t, "OK", other.Set(ctx, "s", "w", 0)) }))
		require.Equal(t, redis.TxFailedErr, transaction(func() { want(t, "OK", other.Set(ctx, "k", "v", 0)) }))
		require.Equal(t, redis.TxFailedErr, transaction(func() { want(t, 1, other.RPush(ctx, "none", "a")) }))
		require.Equal(t, redis.TxFailedErr, transaction(func() { want(t, "OK", other.FlushDB(ctx)) }))
		want(t, 0, other.Exists(ctx, "counter"))
	},
	"unwatch": func(t *testing.T, e *env) {
		other := e.client(t, nil)
		require.NoError(t, e.rdb.Watch(ctx, func(tx *redis.Tx) error {
			want(t, "OK", other.Set(ctx, "k", "v", 0))
			want(t, "OK", tx.Unwatch(ctx))
			cmds, err := tx.TxPipelined(ctx, func(p redis.Pipeliner) error {
				p.Get(ctx, "k")
				return nil
			})
			require.Equal(t, "v", cmds[0].(*redis.StringCmd).Val())
			return err
		}, "k"))
	},
}

// exec checks each way in which a transaction ends.
func exec(t *testing.T, e *env) {
	fill(t, e)
	var number *redis.IntCmd
	var texts *redis.StringSliceCmd
	cmds, err := e.rdb.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.Set(ctx, "k", 1, 0)
		number, texts = p.Incr(ctx, "k"), p.LRange(ctx, "l", 0, 1)
		p.Get(ctx, "none")
		return nil
	})
	require.Equal(t, redis.Nil, err)
	require.Len(t, cmds, 4)
	want(t, 2, number)
	want(t, []string{"a", "b"}, texts)
	require.Equal(t, redis.Nil, cmds[3].Err())

	// What fails while it is executed does not keep the rest from being done.
	cmds, err = e.rdb.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.Incr(ctx, "l")
		p.Incr(ctx, "k")
		return nil
	})
	require.EqualError(t, err, errWrongType)
	require.Equal(t, int64(3), cmds[1].(*redis.IntCmd).Val())

	// What cannot be queued does.
	_, err = e.rdb.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.Incr(ctx, "k")
		p.Do(ctx, "nosuch")
		return nil
	})
	require.ErrorContains(t, err, "EXECABORT Transaction discarded because of previous errors.")
	want(t, "3", e.rdb.Get(ctx, "k"))
	refused(t, "ERR EXEC without MULTI", e.do("exec"))
}

// TestOptimisticLocking has clients count together, each by reading the number and writing the next one.
func TestOptimisticLocking(t *testing.T) {
	const clients, increments = 8, 25
	bothProtocols(t, func(t *testing.T, e *env) {
		increment := func(tx *redis.Tx) error {
			n, err := tx.Get(ctx, "counter").Int()
			if err != nil && err != redis.Nil {
				return err
			}
			_, err = tx.TxPipelined(ctx, func(p redis.Pipeliner) error {
				p.Set(ctx, "counter", n+1, 0)
				return nil
			})
			return err
		}
		var group sync.WaitGroup
		for range clients {
			group.Go(func() {
				for done := 0; done < increments; {
					switch err := e.rdb.Watch(ctx, increment, "counter"); err {
					case nil:
						done++
					case redis.TxFailedErr: // another client was faster
					default:
						t.Errorf("increment: %v", err)
						return
					}
				}
			})
		}
		group.Wait()
		n, err := e.rdb.Get(ctx, "counter").Int()
		require.NoError(t, err)
		require.Equal(t, clients*increments, n)
	})
}
