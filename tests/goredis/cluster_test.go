package goredis

//lint:file-ignore SA1019 commands that are deprecated are commands too, and their methods are tested with them

import (
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
)

// noCluster makes the test of a command that is one of a cluster's.
func noCluster(words ...any) func(*testing.T, *env) {
	return noClusterFor(func(c *redis.Client) redis.Cmder { return c.Do(ctx, words...) })
}

func noClusterFor(call func(*redis.Client) redis.Cmder) func(*testing.T, *env) {
	return func(t *testing.T, e *env) { refused(t, "ERR This instance has cluster support disabled", call(e.rdb)) }
}

var clusterTable = table{
	"cluster":                       needsSubcommand("cluster"),
	"cluster|addslots":              noClusterFor(func(c *redis.Client) redis.Cmder { return c.ClusterAddSlots(ctx, 1, 2) }),
	"cluster|addslotsrange":         noCluster("cluster", "addslotsrange", 1, 2), // the library's function sends ADDSLOTS
	"cluster|bumpepoch":             noCluster("cluster", "bumpepoch"),
	"cluster|count-failure-reports": noClusterFor(func(c *redis.Client) redis.Cmder { return c.ClusterCountFailureReports(ctx, "n") }),
	"cluster|countkeysinslot":       noClusterFor(func(c *redis.Client) redis.Cmder { return c.ClusterCountKeysInSlot(ctx, 1) }),
	"cluster|delslots":              noClusterFor(func(c *redis.Client) redis.Cmder { return c.ClusterDelSlots(ctx, 1) }),
	"cluster|delslotsrange":         noCluster("cluster", "delslotsrange", 1, 2),
	"cluster|failover":              noClusterFor(func(c *redis.Client) redis.Cmder { return c.ClusterFailover(ctx) }),
	"cluster|flushslots":            noCluster("cluster", "flushslots"),
	"cluster|forget":                noClusterFor(func(c *redis.Client) redis.Cmder { return c.ClusterForget(ctx, "n") }),
	"cluster|getkeysinslot":         noClusterFor(func(c *redis.Client) redis.Cmder { return c.ClusterGetKeysInSlot(ctx, 1, 2) }),
	"cluster|help":                  noCluster("cluster", "help"),
	"cluster|info":                  noClusterFor(func(c *redis.Client) redis.Cmder { return c.ClusterInfo(ctx) }),
	"cluster|keyslot":               noClusterFor(func(c *redis.Client) redis.Cmder { return c.ClusterKeySlot(ctx, "k") }),
	"cluster|links":                 noClusterFor(func(c *redis.Client) redis.Cmder { return c.ClusterLinks(ctx) }),
	"cluster|meet":                  noClusterFor(func(c *redis.Client) redis.Cmder { return c.ClusterMeet(ctx, "127.0.0.1", "7000") }),
	"cluster|myid":                  noClusterFor(func(c *redis.Client) redis.Cmder { return c.ClusterMyID(ctx) }),
	"cluster|myshardid":             noClusterFor(func(c *redis.Client) redis.Cmder { return c.ClusterMyShardID(ctx) }),
	"cluster|nodes":                 noClusterFor(func(c *redis.Client) redis.Cmder { return c.ClusterNodes(ctx) }),
	"cluster|replicas":              noCluster("cluster", "replicas", "n"),
	"cluster|replicate":             noClusterFor(func(c *redis.Client) redis.Cmder { return c.ClusterReplicate(ctx, "n") }),
	"cluster|reset":                 noClusterFor(func(c *redis.Client) redis.Cmder { return c.ClusterResetHard(ctx) }),
	"cluster|saveconfig":            noClusterFor(func(c *redis.Client) redis.Cmder { return c.ClusterSaveConfig(ctx) }),
	"cluster|set-config-epoch":      noCluster("cluster", "set-config-epoch", 1),
	"cluster|setslot":               noCluster("cluster", "setslot", 1, "stable"),
	"cluster|shards":                noClusterFor(func(c *redis.Client) redis.Cmder { return c.ClusterShards(ctx) }),
	"cluster|slaves":                noClusterFor(func(c *redis.Client) redis.Cmder { return c.ClusterSlaves(ctx, "n") }),
	"cluster|slots":                 noClusterFor(func(c *redis.Client) redis.Cmder { return c.ClusterSlots(ctx) }),
	"asking":                        noCluster("asking"),
	"readonly":                      noClusterFor(func(c *redis.Client) redis.Cmder { return c.ReadOnly(ctx) }),
	"readwrite":                     noClusterFor(func(c *redis.Client) redis.Cmder { return c.ReadWrite(ctx) }),
}

// A client that takes the server for a node of a cluster learns why it is none.
func TestClusterClient(t *testing.T) {
	bothProtocols(t, func(t *testing.T, e *env) {
		rdb := redis.NewClusterClient(&redis.ClusterOptions{Addrs: []string{e.s.Addr()}, Protocol: e.proto})
		defer rdb.Close()
		require.EqualError(t, rdb.Ping(ctx).Err(), "ERR This instance has cluster support disabled")
	})
}
