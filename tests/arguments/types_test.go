package arguments

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/tests/wire"
)

// existing are keys of all types, and one that does not exist.
var existing = []string{"astring", "alist", "ahash", "aset", "azset", "astream", "ahll", "none"}

// prepare makes the keys that the calls meet.
func prepare(t *testing.T, c *wire.Conn) {
	t.Helper()
	requests := []string{"RESET", "FLUSHALL", "SET astring v", "RPUSH alist a b", "HSET ahash f v", "SADD aset a 1", "ZADD azset 1 a",
		"XADD astream 1-1 f v", "XGROUP CREATE astream agroup 0", "PFADD ahll a"}
	for _, r := range requests {
		c.Send(strings.Fields(r)...)
	}
	c.Send("CONFIG", "SET", "requirepass", "")
	require.NoError(t, c.Flush())
	for range len(requests) + 1 {
		v, err := c.Receive()
		require.NoError(t, err)
		require.NoError(t, v.Err())
	}
}

// callsOf are requests in order but for the key, which is of another type than the one they are for.
var callsOf = map[string]string{
	"astring": `GET _|GETSET _ v|GETDEL _|GETEX _ PERSIST|APPEND _ v|STRLEN _|INCR _|DECR _|INCRBY _ 1|DECRBY _ 1|INCRBYFLOAT _ 1|
		GETRANGE _ 0 1|SUBSTR _ 0 1|SETRANGE _ 0 v|SET _ v GET|SET _ v IFNE w|DIGEST _|SETBIT _ 1 1|GETBIT _ 1|BITCOUNT _|BITPOS _ 1|BITOP NOT d _|
		BITFIELD _ GET u8 0|BITFIELD_RO _ GET u8 0|PFADD _ a|PFCOUNT _|PFMERGE _|PFMERGE d _|PFDEBUG GETREG _`,
	"alist": `LPUSH _ v|RPUSH _ v|LPUSHX _ v|RPUSHX _ v|LPOP _|RPOP _ 2|LLEN _|LINDEX _ 0|LRANGE _ 0 -1|LINSERT _ BEFORE a b|LSET _ 0 v|
		LREM _ 0 a|LTRIM _ 0 1|LPOS _ a|LMOVE _ d LEFT LEFT|RPOPLPUSH _ d|LMOVE alist _ LEFT LEFT|LMPOP 1 _ LEFT|BLPOP _ 1|BRPOP _ 1|
		BLMOVE _ d LEFT LEFT 1|BRPOPLPUSH _ d 1|BLMPOP 1 1 _ LEFT`,
	"ahash": `HSET _ f v|HMSET _ f v|HSETNX _ f v|HGET _ f|HMGET _ f|HGETALL _|HKEYS _|HVALS _|HLEN _|HEXISTS _ f|HDEL _ f|HSTRLEN _ f|
		HINCRBY _ f 1|HINCRBYFLOAT _ f 1|HRANDFIELD _|HSCAN _ 0|HEXPIRE _ 1 FIELDS 1 f|HPEXPIRE _ 1 FIELDS 1 f|HEXPIREAT _ 1 FIELDS 1 f|
		HPEXPIREAT _ 1 FIELDS 1 f|HTTL _ FIELDS 1 f|HPTTL _ FIELDS 1 f|HEXPIRETIME _ FIELDS 1 f|HPEXPIRETIME _ FIELDS 1 f|
		HPERSIST _ FIELDS 1 f|HGETEX _ FIELDS 1 f|HSETEX _ FIELDS 1 f v|HGETDEL _ FIELDS 1 f`,
	"aset": `SADD _ a|SREM _ a|SCARD _|SISMEMBER _ a|SMISMEMBER _ a|SMEMBERS _|SPOP _|SPOP _ 2|SRANDMEMBER _|SRANDMEMBER _ 2|SMOVE _ d a|
		SMOVE aset _ a|SSCAN _ 0|SINTER _ aset|SUNION _ aset|SDIFF aset _|SINTERSTORE d _ aset|SUNIONSTORE d _|SDIFFSTORE d aset _|SINTERCARD 1 _`,
	"azset": `ZADD _ 1 a|ZINCRBY _ 1 a|ZREM _ a|ZCARD _|ZSCORE _ a|ZMSCORE _ a|ZRANK _ a|ZREVRANK _ a|ZCOUNT _ 0 1|ZLEXCOUNT _ - +|
		ZRANGE _ 0 1|ZREVRANGE _ 0 1|ZRANGEBYSCORE _ 0 1|ZREVRANGEBYSCORE _ 1 0|ZRANGEBYLEX _ - +|ZREVRANGEBYLEX _ + -|ZRANGESTORE d _ 0 1|
		ZREMRANGEBYRANK _ 0 1|ZREMRANGEBYSCORE _ 0 1|ZREMRANGEBYLEX _ - +|ZPOPMIN _|ZPOPMAX _|ZMPOP 1 _ MIN|BZPOPMIN _ 1|BZPOPMAX _ 1|BZMPOP 1 1 _ MIN|ZRANDMEMBER _|ZSCAN _ 0|
		GEOADD _ 1 1 a|GEODIST _ a b|GEOHASH _ a|GEOPOS _ a|GEOSEARCH _ FROMLONLAT 1 1 BYRADIUS 1 km|
		GEOSEARCHSTORE d _ FROMLONLAT 1 1 BYRADIUS 1 km|GEORADIUS _ 1 1 1 km|GEORADIUS_RO _ 1 1 1 km|
		GEORADIUSBYMEMBER _ a 1 km|GEORADIUSBYMEMBER_RO _ a 1 km`,
	"astream": `XADD _ * f v|XLEN _|XRANGE _ - +|XREVRANGE _ + -|XDEL _ 1-1|XDELEX _ IDS 1 1-1|XTRIM _ MAXLEN 1|XSETID _ 9-9|XREAD STREAMS _ 0|
		XREADGROUP GROUP agroup c STREAMS _ >|XACK _ agroup 1-1|XACKDEL _ agroup IDS 1 1-1|XCLAIM _ agroup c 0 1-1|XAUTOCLAIM _ agroup c 0 0|
		XPENDING _ agroup|XGROUP CREATE _ g 0|XGROUP DESTROY _ agroup|XGROUP SETID _ agroup 0|XGROUP CREATECONSUMER _ agroup c|
		XGROUP DELCONSUMER _ agroup c|XINFO STREAM _|XINFO GROUPS _|XINFO CONSUMERS _ agroup`,
	// Of these, unions of sorted sets take sets too.
	"aset azset":       `ZUNION 1 _|ZINTER 1 _|ZDIFF 1 _|ZUNIONSTORE d 1 _|ZINTERSTORE d 1 _|ZDIFFSTORE d 1 _|ZINTERCARD 1 _`,
	"alist aset azset": `SORT _|SORT_RO _|SORT _ BY nosort STORE d`,
}

// TestExactWrongType gives each command a key of each type that is not the one it is for.
func TestExactWrongType(t *testing.T) {
	s := start(t)
	c := s.dial(t)
	called := map[string]bool{}
	for kinds, calls := range callsOf {
		prepare(t, c)
		for _, key := range existing[:len(existing)-1] {
			if slices.Contains(strings.Fields(kinds), key) || key == "ahll" {
				continue
			}
			for call := range strings.SplitSeq(calls, "|") {
				args := strings.Fields(call)
				called[strings.ToLower(args[0])] = true
				for i, a := range args {
					if a == "_" {
						args[i] = key
					}
				}
				v, err := c.Do(args...)
				require.NoError(t, err, call)
				require.Equal(t, wire.Value{Kind: wire.Error, Text: command.ErrWrongType}, v, args)
			}
		}
	}
	for _, spec := range s.Registry().Commands() {
		refuses := slices.Contains(typed, spec.Group) && len(spec.Keys) > 0 && !anyType[spec.Name] &&
			spec.Name != "lcs" && spec.Name != "delex" // which have texts of their own
		if refuses && !called[spec.Name] {
			t.Errorf("%s is not called with a key of another type", spec.Name)
		}
	}
}

// typed are the groups whose commands are for values of one type.
var typed = []command.Group{command.String, command.Bitmap, command.HyperLogLog, command.List, command.Hash, command.Set, command.SortedSet,
	command.Geo, command.Stream}
