package clients

import (
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/redis/rueidis"
	"github.com/stretchr/testify/require"
)

// inBothProtocols runs a test with rueidis, a client that sends what many goroutines want over one connection. What it
// caches itself is a test of its own.
func inBothProtocols(t *testing.T, test func(*testing.T, rueidis.Client)) {
	for _, resp2 := range []bool{false, true} {
		t.Run(map[bool]string{false: "RESP3", true: "RESP2"}[resp2], func(t *testing.T) {
			c, err := rueidis.NewClient(rueidis.ClientOption{
				InitAddress: []string{start(t)}, DisableCache: true, AlwaysRESP2: resp2, ClientName: "rueidis",
			})
			require.NoError(t, err)
			t.Cleanup(c.Close)
			test(t, c)
		})
	}
}

func TestRueidisPipelines(t *testing.T) {
	inBothProtocols(t, func(t *testing.T, c rueidis.Client) {
		var sets rueidis.Commands
		for i := range 1000 {
			sets = append(sets, c.B().Set().Key(fmt.Sprint("k", i)).Value(fmt.Sprint(i)).Build())
		}
		for _, res := range c.DoMulti(ctx, sets...) {
			require.NoError(t, res.Error())
		}
		// 50 goroutines whose commands the client puts together as they come.
		var all sync.WaitGroup
		for g := range 50 {
			all.Go(func() {
				for i := g; i < 1000; i += 50 {
					got, err := c.Do(ctx, c.B().Get().Key(fmt.Sprint("k", i)).Build()).AsInt64()
					if err != nil || got != int64(i) {
						t.Error(i, got, err)
					}
					if err := c.Do(ctx, c.B().Incr().Key("n").Build()).Error(); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		n, err := c.Do(ctx, c.B().Get().Key("n").Build()).AsInt64()
		require.NoError(t, err)
		require.Equal(t, int64(1000), n)

		mixed := c.DoMulti(ctx,
			c.B().Lpush().Key("k1").Element("x").Build(),
			c.B().Get().Key("none").Build(),
			c.B().Getset().Key("k1").Value("y").Build())
		require.ErrorContains(t, mixed[0].Error(), "WRONGTYPE")
		require.True(t, rueidis.IsRedisNil(mixed[1].Error()))
		old, err := mixed[2].ToString()
		require.NoError(t, err)
		require.Equal(t, "1", old)
	})
}

func TestRueidisReplies(t *testing.T) {
	inBothProtocols(t, func(t *testing.T, c rueidis.Client) {
		must := func(cmd rueidis.Completed) rueidis.RedisResult {
			t.Helper()
			res := c.Do(ctx, cmd)
			require.NoError(t, res.Error())
			return res
		}
		must(c.B().Hset().Key("h").FieldValue().FieldValue("a", "1").FieldValue("b", "2").Build())
		hash, err := must(c.B().Hgetall().Key("h").Build()).AsStrMap()
		require.NoError(t, err)
		require.Equal(t, map[string]string{"a": "1", "b": "2"}, hash)
		must(c.B().Zadd().Key("z").ScoreMember().ScoreMember(1.5, "a").ScoreMember(2, "b").Build())
		scores, err := must(c.B().Zrange().Key("z").Min("0").Max("-1").Withscores().Build()).AsZScores()
		require.NoError(t, err)
		require.Equal(t, []rueidis.ZScore{{Member: "a", Score: 1.5}, {Member: "b", Score: 2}}, scores)
		popped, err := must(c.B().Zmpop().Numkeys(2).Key("none", "z").Min().Count(1).Build()).AsZMPop()
		require.NoError(t, err)
		require.Equal(t, rueidis.KeyZScores{Key: "z", Values: []rueidis.ZScore{{Member: "a", Score: 1.5}}}, popped)
		must(c.B().Xadd().Key("s").Id("1-1").FieldValue().FieldValue("f", "v").Build())
		entries, err := must(c.B().Xread().Streams().Key("s").Id("0").Build()).AsXRead()
		require.NoError(t, err)
		require.Equal(t, map[string][]rueidis.XRangeEntry{"s": {{ID: "1-1", FieldValues: map[string]string{"f": "v"}}}}, entries)
		keys := map[string]bool{}
		for cursor := uint64(0); ; {
			page, err := must(c.B().Scan().Cursor(cursor).Count(1).Build()).AsScanEntry()
			require.NoError(t, err)
			for _, k := range page.Elements {
				keys[k] = true
			}
			if cursor = page.Cursor; cursor == 0 {
				break
			}
		}
		require.Equal(t, map[string]bool{"h": true, "z": true, "s": true}, keys)
		name, err := must(c.B().ClientGetname().Build()).ToString()
		require.NoError(t, err)
		require.Equal(t, "rueidis", name)
	})
}

func TestRueidisTransactions(t *testing.T) {
	inBothProtocols(t, func(t *testing.T, c rueidis.Client) {
		// GET and SET, made safe by WATCH, on 8 connections: nothing is lost.
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				for done := 0; done < 20; {
					err := c.Dedicated(func(d rueidis.DedicatedClient) error {
						if err := d.Do(ctx, d.B().Watch().Key("n").Build()).Error(); err != nil {
							return err
						}
						n, err := d.Do(ctx, d.B().Get().Key("n").Build()).AsInt64()
						if err != nil && !rueidis.IsRedisNil(err) {
							return err
						}
						res := d.DoMulti(ctx, d.B().Multi().Build(),
							d.B().Set().Key("n").Value(strconv.FormatInt(n+1, 10)).Build(), d.B().Exec().Build())
						return res[2].Error()
					})
					switch {
					case err == nil:
						done++
					case !rueidis.IsRedisNil(err):
						t.Error(err)
						return
					}
				}
			})
		}
		all.Wait()
		n, err := c.Do(ctx, c.B().Get().Key("n").Build()).AsInt64()
		require.NoError(t, err)
		require.Equal(t, int64(8*20), n)

		d, release := c.Dedicate()
		defer release()
		require.NoError(t, d.Do(ctx, d.B().Watch().Key("n").Build()).Error())
		require.NoError(t, c.Do(ctx, c.B().Incr().Key("n").Build()).Error())
		res := d.DoMulti(ctx, d.B().Multi().Build(), d.B().Del().Key("n").Build(), d.B().Exec().Build())
		require.True(t, rueidis.IsRedisNil(res[2].Error()), "somebody else changed the key")
		res = d.DoMulti(ctx, d.B().Multi().Build(), d.B().Incr().Key("n").Build(), d.B().Lpush().Key("n").Element("x").Build(),
			d.B().Exec().Build())
		replies, err := res[3].ToArray()
		require.NoError(t, err)
		require.Len(t, replies, 2)
		require.ErrorContains(t, replies[1].Error(), "WRONGTYPE")
	})
}

func TestRueidisPubSub(t *testing.T) {
	inBothProtocols(t, func(t *testing.T, c rueidis.Client) {
		for how, cmds := range map[string][2]rueidis.Completed{
			"SUBSCRIBE":  {c.B().Subscribe().Channel("news").Build(), c.B().Unsubscribe().Channel("news").Build()},
			"PSUBSCRIBE": {c.B().Psubscribe().Pattern("ne*").Build(), c.B().Punsubscribe().Pattern("ne*").Build()},
			"SSUBSCRIBE": {c.B().Ssubscribe().Channel("news").Build(), c.B().Sunsubscribe().Channel("news").Build()},
		} {
			messages, ended := make(chan rueidis.PubSubMessage, 100), make(chan error, 1)
			go func() { ended <- c.Receive(ctx, cmds[0], func(m rueidis.PubSubMessage) { messages <- m }) }()
			publish := func(text string) (int64, error) {
				if how == "SSUBSCRIBE" {
					return c.Do(ctx, c.B().Spublish().Channel("news").Message(text).Build()).AsInt64()
				}
				return c.Do(ctx, c.B().Publish().Channel("news").Message(text).Build()).AsInt64()
			}
			require.Eventually(t, func() bool {
				n, err := publish("0")
				return err == nil && n == 1
			}, patience, tick)
			for i := 1; i < 100; i++ {
				_, err := publish(strconv.Itoa(i))
				require.NoError(t, err)
			}
			for i := range 100 {
				m := <-messages
				require.Equal(t, strconv.Itoa(i), m.Message, how)
				require.Equal(t, "news", m.Channel)
			}
			require.NoError(t, c.Do(ctx, cmds[1]).Error())
			require.NoError(t, <-ended, how)
			n, err := publish("nobody listens")
			require.NoError(t, err)
			require.Zero(t, n, how)
		}
	})
}

func TestRueidisLua(t *testing.T) {
	inBothProtocols(t, func(t *testing.T, c rueidis.Client) {
		// Every run has a text that the server has not seen: the first EVALSHA finds nothing, and EVAL follows.
		add := rueidis.NewLuaScript(fmt.Sprintf(`-- %d
			local n = redis.call('INCRBY', KEYS[1], ARGV[1])
			return {n, tostring(n / 2), redis.status_reply('FINE')}`, time.Now().UnixNano()))
		for want := int64(3); want <= 9; want += 3 {
			reply, err := add.Exec(ctx, c, []string{"n"}, []string{"3"}).ToArray()
			require.NoError(t, err)
			got, err := reply[0].AsInt64()
			require.NoError(t, err)
			require.Equal(t, want, got)
			half, err := reply[1].AsFloat64()
			require.NoError(t, err)
			require.Equal(t, float64(want)/2, half)
			fine, err := reply[2].ToString()
			require.NoError(t, err)
			require.Equal(t, "FINE", fine)
		}
		many := make([]rueidis.LuaExec, 100)
		for i := range many {
			many[i] = rueidis.LuaExec{Keys: []string{"m"}, Args: []string{"1"}}
		}
		for i, res := range add.ExecMulti(ctx, c, many...) {
			reply, err := res.ToArray()
			require.NoError(t, err)
			got, err := reply[0].AsInt64()
			require.NoError(t, err)
			require.Equal(t, int64(i+1), got)
		}
		get, err := rueidis.NewLuaScriptReadOnly(`return redis.call('GET', KEYS[1])`).Exec(ctx, c, []string{"n"}, nil).AsInt64()
		require.NoError(t, err)
		require.Equal(t, int64(9), get)
		err = rueidis.NewLuaScriptReadOnly(`return redis.call('DEL', KEYS[1])`).Exec(ctx, c, []string{"n"}, nil).Error()
		require.ErrorContains(t, err, "Write commands are not allowed from read-only scripts")
	})
}

func TestRueidisBlocks(t *testing.T) {
	inBothProtocols(t, func(t *testing.T, c rueidis.Client) {
		// Four wait, each for another thing, while others use the same client.
		waiting := map[string]struct {
			cmd  rueidis.Completed
			wake rueidis.Completed
		}{
			"BLPOP": {c.B().Blpop().Key("l").Timeout(20).Build(), c.B().Rpush().Key("l").Element("x").Build()},
			"BLMOVE": {c.B().Blmove().Source("from").Destination("to").Left().Right().Timeout(20).Build(),
				c.B().Rpush().Key("from").Element("x").Build()},
			"BZPOPMIN": {c.B().Bzpopmin().Key("z").Timeout(20).Build(), c.B().Zadd().Key("z").ScoreMember().ScoreMember(1, "x").Build()},
			"XREAD": {c.B().Xread().Block(20000).Streams().Key("s").Id("$").Build(),
				c.B().Xadd().Key("s").Id("*").FieldValue().FieldValue("x", "y").Build()},
		}
		var all sync.WaitGroup
		for _, w := range waiting {
			all.Go(func() {
				if err := c.Do(ctx, w.cmd).Error(); err != nil {
					t.Error(w.cmd.Commands(), err)
				}
			})
		}
		require.Eventually(t, func() bool {
			info, err := c.Do(ctx, c.B().Info().Section("clients").Build()).ToString()
			return err == nil && fieldOf(info, "blocked_clients") == "4"
		}, patience, tick)
		for _, w := range waiting {
			require.NoError(t, c.Do(ctx, w.wake).Error())
		}
		all.Wait()
		began := time.Now()
		err := c.Do(ctx, c.B().Blpop().Key("never").Timeout(0.2).Build()).Error()
		require.True(t, rueidis.IsRedisNil(err))
		require.GreaterOrEqual(t, time.Since(began), 190*time.Millisecond)
	})
}
