//go:build compat

// Package interop exchanges append-only folders with a real redis-server: it loads what we wrote, and we what it wrote.
package interop

import (
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/rdb"
	"github.com/miniredisd/miniredisd/tests/process"
	"github.com/miniredisd/miniredisd/tests/wire"
)

const databases = 16

func appendOnly(options ...string) []string {
	return append([]string{"--appendonly", "yes"}, options...)
}

func TestRedisLoadsOurs(t *testing.T) {
	program := process.Build(t)
	for _, fsync := range []string{"always", "everysec", "no"} {
		t.Run(fsync, func(t *testing.T) {
			dir := t.TempDir()
			ours := process.Start(t, program, dir, appendOnly("--appendfsync", fsync)...)
			fill(t, ours)
			want := fillNewer(t, ours)
			ours.Kill()
			redis := process.Redis(t, dir, appendOnly()...)
			requireContents(t, want, redis)
		})
	}
}

func TestWeLoadRedis(t *testing.T) {
	program := process.Build(t)
	for _, preamble := range []string{"no", "yes"} { // the base that a fresh folder begins with: no commands, or an RDB without keys
		t.Run("preamble="+preamble, func(t *testing.T) {
			dir := t.TempDir()
			redis := process.Redis(t, dir, appendOnly("--appendfsync", "always", "--aof-use-rdb-preamble", preamble)...)
			want := fill(t, redis)
			redis.Kill()
			ours := process.Start(t, program, dir, appendOnly()...)
			requireContents(t, want, ours)
		})
	}
}

// TestWeLoadRewritten loads a folder that Redis has rewritten, as commands.
func TestWeLoadRewritten(t *testing.T) {
	dir := t.TempDir()
	redis := process.Redis(t, dir, appendOnly("--aof-use-rdb-preamble", "no")...)
	fill(t, redis)
	c := redis.Dial(t)
	_, err := c.Must("BGREWRITEAOF")
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		v, err := c.Must("INFO", "persistence")
		return err == nil && strings.Contains(v.Text, "aof_rewrite_in_progress:0\r\naof_rewrite_scheduled:0") &&
			strings.Contains(v.Text, "aof_last_bgrewrite_status:ok")
	}, 10*time.Second, 10*time.Millisecond)
	_, err = c.Must("SET", "after", "the rewrite")
	require.NoError(t, err)
	want := contents(t, redis)
	redis.Kill()
	ours := process.Start(t, process.Build(t), dir, appendOnly()...)
	requireContents(t, want, ours)
}

// TestInTurn hands one folder to and fro, each server adding to it.
func TestInTurn(t *testing.T) {
	dir, program := t.TempDir(), process.Build(t)
	var want map[string]string
	for turn := range 4 {
		var s *process.Server
		if turn%2 == 0 {
			s = process.Start(t, program, dir, appendOnly()...)
		} else {
			s = process.Redis(t, dir, appendOnly()...)
		}
		if turn > 0 {
			requireContents(t, want, s)
		}
		c := s.Dial(t)
		for _, args := range [][]string{{"SET", fmt.Sprintf("turn%d", turn), "v", "EX", "1000"}, {"RPUSH", "turns", fmt.Sprint(turn)},
			{"INCR", "count"}, {"SELECT", "3"}, {"APPEND", "log", "x"}} {
			_, err := c.Must(args...)
			require.NoError(t, err)
		}
		want = contents(t, s)
		s.Kill()
	}
}

// newer are commands that Redis has had since 8.4. They are logged as others, so that an older server reads what they do.
const newer = `SET fits v
SET fits w IFEQ v
SET fits x IFDNE 0000000000000000 EX 1000
SET fits y IFNE z KEEPTTL
SET delex v
DELEX delex IFEQ v
MSETEX 2 e1 a e2 b EX 1000
MSETEX 2 e1 c e2 d KEEPTTL
MSETEX 2 e3 a e4 b NX
MSETEX 2 e5 a e6 b PXAT 1`

// fillNewer adds what the newer commands do, and returns the contents.
func fillNewer(t *testing.T, s *process.Server) map[string]string {
	t.Helper()
	execute(t, s.Dial(t), newer)
	return contents(t, s)
}

// execute sends the lines of a script, one after the other.
func execute(t *testing.T, c *wire.Conn, script string) {
	t.Helper()
	for _, line := range strings.Split(script, "\n") {
		args := strings.Fields(line)
		if i := strings.IndexByte(line, '"'); i >= 0 {
			args = append(strings.Fields(line[:i]), strings.Trim(line[i:], `"`))
		}
		_, err := c.Must(args...)
		require.NoError(t, err, line)
	}
}

// fill writes data by every command whose effect takes a form of its own in the log, and returns the contents.
func fill(t *testing.T, s *process.Server) map[string]string {
	t.Helper()
	c := s.Dial(t)
	script := `SET plain value
SET int 12345
SET empty ""
SET ex v EX 1000
SET px v PX 1000000
SET exat v EXAT 4102444800
SET pxat v PXAT 4102444800123
SET keep v EX 1000
SET keep w KEEPTTL
SETEX setex 1000 v
PSETEX psetex 1000000 v
SET expire v
EXPIRE expire 1000
SET persist v EX 1000
PERSIST persist
SET getex v
GETEX getex EX 1000
SET getex2 v EX 1000
GETEX getex2 PERSIST
SET getdel v
GETDEL getdel
SET past v
EXPIRE past -1
SET past2 v PXAT 1
SET brief v PX 1
SET absent v NX
SET absent w XX KEEPTTL
MSET m1 a m2 b
MSETNX m3 a m4 b
INCRBY counter 5
INCRBYFLOAT float 1.5
SET float2 1 EX 1000
INCRBYFLOAT float2 0.25
APPEND plain " and more"
SETRANGE ranged 5 x
GETSET int 54321
RPUSH list a b c 1 2 3
LPUSH list z
LPOP list
RPOP list 2
RPUSH gone a
LPOP gone
RPUSH timed a
PEXPIREAT timed 4102444800000
RENAME m4 renamed
COPY list copied
COPY list copied DB 2
MOVE m3 5
MULTI
SET inmulti 1
SELECT 7
RPUSH inmulti a b
SELECT 0
INCR inmulti
EXEC
MULTI
GET plain
EXEC
SELECT 9
SET swapped v
SWAPDB 9 10
SET nine v
SELECT 11
SET flushed v
FLUSHDB
SET kept v
SELECT 0
DEL m1
UNLINK m2
SADD ints 3 1 2 -70000
SADD words a b c
SPOP words
SADD popped a b c d e f
SPOP popped 3
SADD moved x
SMOVE moved words x
SUNIONSTORE union ints words
HSET hash a 1 b two c 3.5
HINCRBY hash a 41
HINCRBYFLOAT hash c 0.25
HDEL hash b
ZADD scores 1 a 2.5 b -inf c 1e300 d
ZINCRBY scores 0.125 a
ZPOPMAX scores
ZUNIONSTORE sum 2 scores ints WEIGHTS 2 1
ZREMRANGEBYRANK sum 0 0
GEOADD places 13.361389 38.115556 Palermo 15.087269 37.502669 Catania
GEOSEARCHSTORE near places FROMMEMBER Palermo BYRADIUS 200 km STOREDIST
SETBIT bits 100 1
BITFIELD fields SET u8 0 255 INCRBY i16 16 -5
PFADD visitors a b c d
PFADD others c d e
PFMERGE all visitors others
SORT list ALPHA STORE ordered
LINSERT list BEFORE a before
LSET list 0 first
LMOVE list turned LEFT RIGHT
LTRIM list 0 3
XADD stream 1-1 f v g w
XADD stream 2-1 f v
XADD stream * other field
XADD stream MAXLEN = 3 9999999999999-1 last one
XGROUP CREATE stream group 0
XGROUP CREATE stream late $ MKSTREAM
XREADGROUP GROUP group alice COUNT 2 STREAMS stream >
XREADGROUP GROUP group bob COUNT 1 STREAMS stream >
XCLAIM stream group bob 0 2-1
XACK stream group 9999999999999-1
XDEL stream 9999999999999-1
XADD emptied 5-1 f v
XDEL emptied 5-1`
	execute(t, c, script)
	_, err := c.Must("SET", "binary\x00\r\n", string([]byte{0, 1, 2, 255, '\r', '\n'}))
	require.NoError(t, err)
	const many = 1000
	for i := range many {
		text := strings.Repeat("x", i%100)
		c.Send("RPUSH", "long", text)
		c.Send("SADD", "large set", strconv.Itoa(i), text)
		c.Send("HSET", "large hash", strconv.Itoa(i), text)
		c.Send("ZADD", "large zset", strconv.Itoa(i%7), text, fmt.Sprint(float64(i)/4), strconv.Itoa(i))
		c.Send("XADD", "large stream", fmt.Sprintf("%d-%d", 1+i/3, i%3), "field", text, "n", strconv.Itoa(i))
	}
	require.NoError(t, c.Flush())
	for range 5 * many {
		v, err := c.Receive()
		require.NoError(t, err)
		require.NoError(t, v.Err())
	}
	all := contents(t, s)
	require.Greater(t, len(all), 30)
	return all
}

// requireContents compares key by key: all at once would be too long to read.
func requireContents(t *testing.T, want map[string]string, s *process.Server) {
	t.Helper()
	got := contents(t, s)
	for key, value := range want {
		if other := got[key]; value != other {
			at := 0
			for at < min(len(value), len(other)) && value[at] == other[at] {
				at++
			}
			from := max(0, at-100)
			t.Fatalf("%s differs at byte %d:\nwant … %.200s\ngot  … %.200s", key, at, value[min(from, len(value)):], other[min(from, len(other)):])
		}
	}
	require.Len(t, got, len(want))
}

// sorted are the elements of a reply, so many at a time, in order.
func sorted(v wire.Value, parts int) []string {
	var all []string
	list := v.Strings()
	for i := 0; i+parts <= len(list); i += parts {
		all = append(all, strings.Join(list[i:i+parts], " = "))
	}
	slices.Sort(all)
	return all
}

// contents lists every key with its type, value and deadline.
func contents(t *testing.T, s *process.Server) map[string]string {
	t.Helper()
	c := s.Dial(t)
	must := func(args ...string) wire.Value {
		v, err := c.Must(args...)
		require.NoError(t, err, s.Log())
		return v
	}
	all := map[string]string{}
	for db := range databases {
		must("SELECT", strconv.Itoa(db))
		for _, key := range must("KEYS", "*").Strings() {
			kind := must("TYPE", key).Text
			value := ""
			switch kind {
			case "string":
				value = strconv.Quote(must("GET", key).Text)
			case "list":
				value = fmt.Sprintf("%q", must("LRANGE", key, "0", "-1").Strings())
			case "set":
				value = fmt.Sprintf("%q", sorted(must("SMEMBERS", key), 1))
			case "hash":
				value = fmt.Sprintf("%q", sorted(must("HGETALL", key), 2))
			case "zset":
				value = fmt.Sprintf("%q", must("ZRANGE", key, "0", "-1", "WITHSCORES").Strings())
			case "stream":
				// Times of use differ: an entry that is pending is shown by its id and consumer.
				value = fmt.Sprint(must("XRANGE", key, "-", "+"))
				for i, v := range must("XINFO", "STREAM", key).Elems[:14] {
					if i < 2 || i > 5 { // how many nodes a radix tree has is a server's own
						value += fmt.Sprint(v)
					}
				}
				for _, g := range must("XINFO", "GROUPS", key).Elems {
					value += fmt.Sprint(g.Elems[:8]) // 7.0 does not write into its log how many entries a group has read
					for _, pending := range must("XPENDING", key, g.Elems[1].Text, "-", "+", "1000").Elems {
						value += fmt.Sprint(pending.Elems[:2], pending.Elems[3])
					}
				}
			case "none":
				continue // its time came since KEYS
			}
			all[fmt.Sprintf("%d %q", db, key)] = fmt.Sprintf("%s %s until %s", kind, value, must("PEXPIRETIME", key).Text)
		}
	}
	return all
}

// TestDumpsAreExchanged restores what the one server dumps in the other, and there and back again.
func TestDumpsAreExchanged(t *testing.T) {
	ours := process.Start(t, process.Build(t), t.TempDir(), "--set-max-listpack-entries", "0")
	redis := process.Redis(t, t.TempDir())
	for _, from := range []*process.Server{ours, redis} {
		to := redis
		if from == redis {
			to = ours
		}
		want := fill(t, from)
		c, target := from.Dial(t), to.Dial(t)
		must := func(c *wire.Conn, args ...string) wire.Value {
			v, err := c.Must(args...)
			require.NoError(t, err, "%.100q", args)
			return v
		}
		must(target, "FLUSHALL")
		for db := range databases {
			must(c, "SELECT", strconv.Itoa(db))
			must(target, "SELECT", strconv.Itoa(db))
			for _, key := range must(c, "KEYS", "*").Strings() {
				payload := must(c, "DUMP", key).Text
				if from == ours && must(c, "TYPE", key).Text == "stream" {
					continue // versions before 11 have them as another type
				}
				if from == ours {
					// The real one is older than the version that ours writes, and reads all of its types but one.
					payload = asVersion(t, payload, redisVersion)
				}
				at := must(c, "PEXPIRETIME", key).Int64()
				must(target, "RESTORE", key, strconv.FormatInt(max(at, 0), 10), payload, "ABSTTL")
			}
		}
		if from == ours {
			maps.DeleteFunc(want, func(_, value string) bool { return strings.HasPrefix(value, "stream") })
		}
		requireContents(t, want, to)
		must(c, "FLUSHALL")
	}
}

// redisVersion is the version of the format that redis-server 7.0 writes, and the last that it reads.
const redisVersion = 10

// asVersion makes a payload one of another version. Sets in listpacks, which came with version 11, are not in question: the
// options of the test keep them out.
func asVersion(t *testing.T, payload string, version int) string {
	t.Helper()
	body := payload[:len(payload)-10]
	require.NotEqual(t, byte(rdb.TypeSetListpack), body[0])
	b := binary.LittleEndian.AppendUint16([]byte(body), uint16(version))
	return string(binary.LittleEndian.AppendUint64(b, rdb.Checksum(0, b)))
}
