package admin_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
)

func TestDebugIsProtected(t *testing.T) {
	start(t, "--enable-debug-command", "no").run(steps{{"DEBUG DIGEST", "-ERR DEBUG command not allowed. If the " +
		"enable-debug-command option is set to \"local\", you can run it from a local connection, otherwise you need to set this " +
		"option in the configuration file, and then restart the server."}})
}

func TestDebugRefuses(t *testing.T) {
	unknown := func(sub string) string {
		return "-ERR unknown subcommand or wrong number of arguments for '" + sub + "'. Try DEBUG HELP."
	}
	start(t).run(steps{
		{"DEBUG NOSUCH", unknown("NOSUCH")}, {"DEBUG DIGEST x", unknown("DIGEST")}, {"debug object", unknown("object")},
		{"DEBUG REPLYBUFFER WHAT 1", unknown("REPLYBUFFER")}, {"DEBUG REPLYBUFFER PEAK-RESET-TIME x", "-ERR value is not an integer or out of range"},
		{"DEBUG PROTOCOL nosuch", "-ERR Wrong protocol type name. Please use one of the following: string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|false"},
		{"DEBUG PROTOCOL push", "-ERR RESP2 is not supported by this command"},
		{"DEBUG QUICKLIST-PACKED-THRESHOLD 4gb", "-ERR argument must be a memory value bigger than 1 and smaller than 4gb"},
		{"DEBUG QUICKLIST-PACKED-THRESHOLD 1x", "-ERR argument must be a memory value bigger than 1 and smaller than 4gb"},
		{"DEBUG POPULATE x", "-ERR value is not an integer or out of range"}, {"DEBUG POPULATE -1", "-ERR value is out of range, must be positive"},
		{"DEBUG POPULATE 9223372036854775807", "-ERR OOM in dictTryExpand"}, {"DEBUG POPULATE 1 p 1099511627776", "-ERR OOM in dictTryExpand"},
		{"DEBUG HTSTATS 16", "-ERR Out of range database"}, {"DEBUG HTSTATS x", "-ERR value is not an integer or out of range"},
		{"DEBUG STRINGMATCH-LEN 2000000 *", "-ERR index out of range"}, {"DEBUG STRINGMATCH-LEN x *", "-ERR value is not an integer or out of range"},
		{"DEBUG RELOAD what", "-ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options."},
		{"DEBUG RELOAD NOSAVE", "-ERR Error trying to load the RDB dump, check server logs."},
		{"DEBUG RELOAD NOFLUSH", "-ERR Error trying to load the RDB dump, check server logs."},
		{"DEBUG LOADAOF", "-ERR Error trying to load the AOF files, check server logs."},
		{"DEBUG ERROR LOST", "-LOST"},
	})
}

func TestDebugAccepts(t *testing.T) {
	s := start(t)
	for _, sub := range []string{"JMAP", "DICT-RESIZING 0", "PAUSE-CRON 1", "REPLYBUFFER RESIZING 0", "SLEEP -1", "SLEEP 0.001", "SLEEP nan",
		"REPLYBUFFER PEAK-RESET-TIME never", "REPLYBUFFER PEAK-RESET-TIME 100", "SET-DISABLE-DENY-SCRIPTS 1", "CHANGE-REPL-ID",
		"SET-SKIP-CHECKSUM-VALIDATION 1", "LOG here", "QUICKLIST-PACKED-THRESHOLD 1k", "QUICKLIST-PACKED-THRESHOLD 0"} {
		require.Equal(t, "OK", s.do("DEBUG "+sub), sub)
	}
	s.run(steps{{"DEBUG STRINGMATCH-LEN 1000 a*a", "1"}, {"DEBUG STRINGMATCH-LEN 1000 *b", "0"}})
}

func TestDebugProtocolRESP3(t *testing.T) {
	m := start(t)
	client := redis.NewClient(&redis.Options{Addr: m.Addr(), Protocol: 3})
	defer client.Close()
	for kind, want := range map[string]any{
		"string": "Hello World", "integer": int64(12345), "double": 3.141, "true": true, "false": false,
		"array": []any{int64(0), int64(1), int64(2)}, "set": []any{int64(0), int64(1), int64(2)},
		"map": map[any]any{int64(0): false, int64(1): true, int64(2): false}, "verbatim": "This is a verbatim\nstring",
	} {
		got, err := client.Do(ctx, "DEBUG", "PROTOCOL", kind).Result()
		require.NoError(t, err, kind)
		require.Equal(t, want, got, kind)
	}
}

func TestDigest(t *testing.T) {
	a, b := start(t), start(t)
	zeros := strings.Repeat("0", 40)
	a.run(steps{{"DEBUG DIGEST", zeros}, {"DEBUG DIGEST-VALUE none", "[" + zeros + "]"}, {"DEBUG DIGEST-VALUE", "[]"}})
	same := func(want bool) {
		t.Helper()
		require.Equal(t, want, a.do("DEBUG DIGEST") == b.do("DEBUG DIGEST"))
	}
	a.run(steps{{"MSET x 1 y two", "OK"}, {"RPUSH l 1 2 three", "3"}})
	b.run(steps{{"RPUSH l 1 2", "2"}, {"RPUSH l three", "3"}, {"SET y two", "OK"}, {"SET x 0", "OK"}, {"INCR x", "1"}})
	same(true)
	a.run(steps{{"RPOPLPUSH none none", a.do("RPOPLPUSH none none")}, {"LPUSH l 0", "4"}})
	same(false)
	a.run(steps{{"LPOP l", "0"}})
	same(true)
	a.run(steps{{"PEXPIREAT x 99999999999999", "1"}})
	same(false)
	b.run(steps{{"PEXPIREAT x 99999999999999", "1"}})
	same(true)
	a.run(steps{{"MOVE y 1", "1"}})
	same(false)
	require.Equal(t, a.do("DEBUG DIGEST-VALUE x l"), b.do("DEBUG DIGEST-VALUE x l"))
}

func TestDebugData(t *testing.T) {
	s := start(t)
	s.run(steps{
		{"DEBUG OBJECT none", "-ERR no such key"}, {"SET key:1 mine", "OK"}, {"DEBUG POPULATE 100", "OK"}, {"DBSIZE", "100"},
		{"GET key:1", "mine"}, {"GET key:99", "value:99"}, {"DEBUG POPULATE 2 p 3", "OK"}, {"GET p:1", "val"},
		{"DEBUG POPULATE 1 q 10", "OK"}, {"STRLEN q:0", "10"},
	})
	s.run(steps{
		{"DEBUG LISTPACK none", "-ERR no such key"}, {"DEBUG LISTPACK key:1", "-ERR Not a listpack encoded object."},
		{"HSET h a 1", "1"}, {"DEBUG LISTPACK h", "Listpack structure written to the log"}, {"DEL h", "1"},
	})
	require.Regexp(t, `^Value at:0x[0-9a-f]+ refcount:1 encoding:embstr serializedlength:5 lru:\d+ lru_seconds_idle:0$`, s.do("DEBUG OBJECT key:1"))
	require.Contains(t, s.do("DEBUG HTSTATS 0"), " number of elements: 103\n")
	require.Contains(t, s.do("DEBUG HTSTATS 9 full"), "No stats available for empty dictionaries\n")
	s.send("RPUSH", "l", strings.Repeat("x", 5000), strings.Repeat("y", 5000))
	require.Regexp(t, ` encoding:quicklist .* ql_nodes:2 ql_avg_node:1.00 ql_listpack_max:-2 ql_compressed:0 ql_uncompressed_size:\d+$`, s.do("DEBUG OBJECT l"))
}

func TestReload(t *testing.T) {
	s := start(t)
	s.run(steps{{"MSET a 1 b two", "OK"}, {"RPUSH l 1 2 3", "3"}, {"EXPIRE a 100", "1"}, {"SELECT 3", "OK"}, {"SET c 3", "OK"}})
	digest := s.do("DEBUG DIGEST")
	for _, line := range []string{"DEBUG RELOAD", "DEBUG RELOAD NOFLUSH MERGE"} {
		require.Equal(t, "OK", s.do(line))
		require.Equal(t, digest, s.do("DEBUG DIGEST"))
	}
	s.run(steps{{"GET c", "3"}, {"SELECT 0", "OK"}, {"TTL a", "100"}})
}

// A log that is turned on at run time holds what was in memory before.
func TestAppendOnlyAtRunTime(t *testing.T) {
	dir := t.TempDir()
	s := start(t, "--dir", dir)
	s.run(steps{{"MSET a 1 b two", "OK"}, {"RPUSH l 1 2 3", "3"}, {"EXPIRE a 100", "1"}, {"SELECT 3", "OK"}, {"SET c 3", "OK"},
		{"CONFIG SET appendonly yes", "OK"}, {"SET d 4", "OK"}, {"SELECT 0", "OK"}, {"DEL b", "1"}})
	digest := s.do("DEBUG DIGEST")
	s.run(steps{{"DEBUG LOADAOF", "OK"}, {"DEBUG DIGEST", digest}})
	require.Contains(t, s.do("INFO persistence"), "aof_enabled:1\r\n")

	again := start(t, "--dir", copyOf(t, dir), "--appendonly", "yes")
	require.Equal(t, digest, again.do("DEBUG DIGEST"))

	// Off, changed, and on again: a new log of what is there now.
	s.run(steps{{"CONFIG SET appendonly no", "OK"}, {"SET e 5", "OK"}, {"CONFIG SET appendonly yes", "OK"}, {"FLUSHDB", "OK"},
		{"SET f 6", "OK"}, {"SELECT 3", "OK"}, {"SWAPDB 3 4", "OK"}})
	digest = s.do("DEBUG DIGEST")
	again = start(t, "--dir", copyOf(t, dir), "--appendonly", "yes")
	require.Equal(t, digest, again.do("DEBUG DIGEST"))
}

// copyOf is a directory with the same log, as a server would find it that is started after the first was killed.
func copyOf(t *testing.T, dir string) string {
	to := t.TempDir()
	require.NoError(t, os.CopyFS(filepath.Join(to, "appendonlydir"), os.DirFS(filepath.Join(dir, "appendonlydir"))))
	return to
}
