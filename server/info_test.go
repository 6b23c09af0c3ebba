package server

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/config"
)

func TestInfoRequest(t *testing.T) {
	const defaults = "Server Clients Memory Persistence Stats Replication CPU Modules Errorstats Cluster Keyspace"
	const all = "Server Clients Memory Persistence Stats Replication CPU Modules Commandstats Errorstats Latencystats Cluster Keyspace"
	for _, tc := range []struct{ sections, want string }{
		{"", defaults}, {"default", defaults}, {"DEFAULT cpu", defaults}, {"all", all}, {"everything", all}, {"cpu all", all},
		{"nosuch", ""}, {"keyspace nosuch SERVER", "Server Keyspace"}, {"module_list", "Modules"}, {"commandSTATS", "Commandstats"},
		{"debug", "Debug"}, {"all debug", all + " Debug"},
	} {
		wanted := infoRequest(strings.Fields(tc.sections))
		var got []string
		for i := range infoSections {
			if wanted(&infoSections[i]) {
				got = append(got, infoSections[i].title)
			}
		}
		require.Equal(t, tc.want, strings.Join(got, " "), tc.sections)
	}
}

func TestHuman(t *testing.T) {
	for n, want := range map[uint64]string{0: "0B", 1023: "1023B", 1024: "1.00K", 1536: "1.50K", 1 << 20: "1.00M", 3 << 30: "3.00G",
		1 << 40: "1.00T", 1 << 50: "1.00P", 1<<64 - 1: "16384.00P"} {
		require.Equal(t, want, human(n))
	}
}

// infoOf is a running server with a function that reads the fields of INFO everything.
func infoOf(t *testing.T) (*redis.Client, func() map[string]string) {
	cfg := config.New()
	require.NoError(t, cfg.Load([]string{"--port", "0", "--bind", "127.0.0.1", "::1"}, nil))
	s, err := New(Options{Config: cfg})
	require.NoError(t, err)
	require.NoError(t, s.Start())
	t.Cleanup(func() { s.Close() })
	client := redis.NewClient(&redis.Options{Addr: fmt.Sprintf("127.0.0.1:%d", s.Port()), Protocol: 2, DisableIdentity: true})
	t.Cleanup(func() { client.Close() })
	return client, func() map[string]string {
		text, err := client.Info(context.Background(), "everything").Result()
		require.NoError(t, err)
		fields := map[string]string{}
		for line := range strings.SplitSeq(text, "\r\n") {
			if name, value, ok := strings.Cut(line, ":"); ok && !strings.HasPrefix(line, "#") {
				require.NotContains(t, fields, name)
				fields[name] = value
			}
		}
		return fields
	}
}

func TestInfoFields(t *testing.T) {
	ctx := context.Background()
	client, info := infoOf(t)
	client.Do(ctx, "SET", "k", "v")
	client.Do(ctx, "SET", "ttl", "v", "PX", "100000")
	client.Do(ctx, "GET", "k")
	client.Do(ctx, "GET", "none")
	client.Do(ctx, "NOSUCH")
	client.Do(ctx, "GET")
	require.NoError(t, client.Watch(ctx, func(*redis.Tx) error {
		f := info()
		for name, want := range map[string]string{
			"redis_version": RedisVersion, "server_name": Name, "miniredisd_version": Version, "redis_mode": "standalone",
			"role": "master", "connected_slaves": "0", "loading": "0", "aof_enabled": "0", "cluster_enabled": "0",
			"keyspace_hits": "1", "keyspace_misses": "1", "total_error_replies": "2", "errorstat_ERR": "count=2",
			"watching_clients": "1", "total_watched_keys": "2", "connected_clients": "2", "rdb_changes_since_last_save": "2",
			"mem_fragmentation_bytes": f["mem_fragmentation_bytes"], "used_memory_functions": "0",
		} {
			require.Equal(t, want, f[name], name)
		}
		require.Regexp(t, `^keys=2,expires=1,avg_ttl=(99\d\d\d|100000),subexpiry=0$`, f["db0"])
		require.Regexp(t, `^calls=2,usec=\d+,usec_per_call=\d+\.\d\d,rejected_calls=1,failed_calls=0$`, f["cmdstat_get"])
		require.Regexp(t, `^name=tcp,bind=127.0.0.1,bind=::1,port=\d+$`, f["listener0"])
		require.Regexp(t, `^\d+\.\d{6}$`, f["used_cpu_user"])
		for _, name := range []string{"used_memory", "used_memory_rss", "used_memory_peak", "total_net_input_bytes", "total_reads_processed",
			"total_writes_processed", "process_id", "tcp_port", "lru_clock"} {
			require.Regexp(t, `^[1-9]\d*$`, f[name], name)
		}
		return nil
	}, "k", "other"))
}

// INFO looks at everything while others work; the race detector watches.
func TestInfoWhileOthersWork(t *testing.T) {
	ctx := context.Background()
	client, info := infoOf(t)
	var others sync.WaitGroup
	for i := range 4 {
		others.Go(func() {
			for j := range 100 {
				key := fmt.Sprint("k", i, j)
				client.Set(ctx, key, j, 0)
				client.Watch(ctx, func(tx *redis.Tx) error { return tx.Get(ctx, key).Err() }, key)
			}
		})
	}
	for range 20 {
		info()
	}
	others.Wait()
	require.Contains(t, info()["db0"], "keys=400,")
}

// What the fields about the event loop count.
func TestInfoCountsRounds(t *testing.T) {
	s := startWith(t, nil)
	p := dial(t, s)
	fields := func() (cycles, took, commands int) {
		p.send("INFO stats")
		info := p.bulk()
		for name, n := range map[string]*int{"eventloop_cycles": &cycles, "eventloop_duration_sum": &took, "eventloop_duration_cmd_sum": &commands} {
			_, err := fmt.Sscanf(info[strings.Index(info, name+":")+len(name)+1:], "%d", n)
			require.NoError(t, err)
		}
		return cycles, took, commands
	}
	cycles, _, _ := fields()
	const pings = 50
	for range pings {
		p.do("PING", "+PONG")
	}
	more, _, _ := fields()
	require.GreaterOrEqual(t, more, cycles+pings)
	waitFor(t, func() bool { // it ticks though nobody asks for anything
		cycles, took, commands := fields()
		return s.cron.ticks.Load() > 1 && took >= commands && commands > 0 && cycles > more
	})
	waitFor(t, func() bool { return s.cron.average()[roundsRate] > 0 })
	p.do("CONFIG RESETSTAT", "+OK")
	cycles, _, _ = fields()
	require.Less(t, cycles, more)
}

// Who asks for more about rounds gets it.
func TestInfoDebug(t *testing.T) {
	s := startWith(t, nil)
	p := dial(t, s)
	p.send("PING", "PING", "PING")
	p.expect("+PONG", "+PONG", "+PONG")
	waitFor(t, func() bool { return s.cron.longest.Load() >= 1000 })
	p.send("INFO debug")
	require.Regexp(t, `^# Debug\r\neventloop_duration_aof_sum:0\r\neventloop_duration_cron_sum:[1-9]\d*\r\n`+
		`eventloop_duration_max:[1-9]\d*\r\neventloop_cmd_per_cycle_max:[1-3]\r\n$`, p.bulk())
	p.do("CONFIG RESETSTAT", "+OK")
	require.LessOrEqual(t, s.stats.most(), int64(1))
}
