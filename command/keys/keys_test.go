package keys_test

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/command/commandtest"
	"github.com/miniredisd/miniredisd/command/keys"
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/store"
)

func TestPresence(t *testing.T) {
	u := newUnit(t)
	u.PutString("a", "1")
	u.PutString("b", "x")
	u.PutList("l", "1")
	u.check([]step{
		{"EXISTS a", ":1", ""},
		{"EXISTS a a nope", ":2", ""},
		{"TOUCH a b nope", ":2", ""},
		{"TYPE a", "+string", ""},
		{"TYPE l", "+list", ""},
		{"TYPE nope", "+none", ""},
		{"DEL nope", ":0", ""},
		{"DEL a nope a", ":1", "="},
		{"UNLINK b l", ":2", "="},
		{"EXISTS a b l", ":0", ""},
	})
	require.Subset(t, u.Events(), []string{"del a", "del b", "del l"})
	stats := u.Store.Stats()
	require.EqualValues(t, 7, stats.Hits)
	require.EqualValues(t, 6, stats.Misses)
}

func TestDeadKeysAreDeletedByTheirTimeAndNotByDEL(t *testing.T) {
	u := newUnit(t)
	u.PutString("a", "1")
	u.Do("PEXPIRE a 10")
	u.Now += 10
	u.check([]step{{"DEL a", ":0", "DEL a"}})
}

func TestExpire(t *testing.T) {
	u := newUnit(t)
	u.PutString("a", "1")
	u.check([]step{
		{"EXPIRE nope 10", ":0", ""},
		{"EXPIRE a 10", ":1", "PEXPIREAT a 1010000"},
		{"PEXPIRE a 1500", ":1", "PEXPIREAT a 1001500"},
		{"EXPIREAT a 2000", ":1", "PEXPIREAT a 2000000"},
		{"PEXPIREAT a 2000001", ":1", "="},
		{"EXPIRE a 10 nx", ":0", ""},
		{"EXPIRE a 10 XX LT", ":1", "PEXPIREAT a 1010000 XX LT"},
		{"EXPIRE a 10 LT", ":0", ""},
		{"EXPIRE a 10 GT", ":0", ""},
		{"EXPIRE a 11 GT", ":1", "PEXPIREAT a 1011000 GT"},
		{"PERSIST a", ":1", "="},
		{"PERSIST a", ":0", ""},
		{"PERSIST nope", ":0", ""},
		{"EXPIRE a 10 XX", ":0", ""},
		{"EXPIRE a 10 GT", ":0", ""},
		{"EXPIRE a 10 LT", ":1", "PEXPIREAT a 1010000 LT"},
		{"PERSIST a", ":1", "="},
		{"EXPIRE a 10 NX", ":1", "PEXPIREAT a 1010000 NX"},
		{"PEXPIREAT a 9223372036854775807", ":1", "="},
		{"PEXPIRETIME a", ":9223372036854775807", ""},
		{"EXPIRETIME a", ":9223372036854776", ""},
		{"EXPIRE a 0 GT", ":0", ""},
		{"EXPIRE a -1", ":1", "DEL a"},
		{"EXISTS a", ":0", ""},
	})
	require.Contains(t, u.Events(), "expire a")
	for _, past := range []string{"PEXPIRE a 0", "EXPIREAT a 1000", "PEXPIREAT a -9223372036854775808", "PEXPIRE a -9223372036854775808"} {
		u.PutString("a", "1")
		u.check([]step{{past, ":1", "DEL a"}, {"EXISTS a", ":0", ""}})
	}
}

func TestExpireErrors(t *testing.T) {
	u := newUnit(t)
	u.PutString("a", "1")
	const (
		nx   = "-ERR NX and XX, GT or LT options at the same time are not compatible"
		gtLt = "-ERR GT and LT options at the same time are not compatible"
	)
	u.check([]step{
		{"EXPIRE a ten", "-ERR value is not an integer or out of range", ""},
		{"EXPIRE a ten what", "-ERR Unsupported option what", ""},
		{"EXPIRE a 1 NX XX", nx, ""},
		{"EXPIRE a 1 GT NX", nx, ""},
		{"EXPIRE a 1 LT NX GT", nx, ""},
		{"EXPIRE a 1 GT LT", gtLt, ""},
		{"EXPIRE a 9223372036854775807", "-ERR invalid expire time in 'expire' command", ""},
		{"EXPIRE a -9223372036854775808", "-ERR invalid expire time in 'expire' command", ""},
		{"EXPIRE a 9223372036854775", "-ERR invalid expire time in 'expire' command", ""},
		{"EXPIREAT a 9223372036854776", "-ERR invalid expire time in 'expireat' command", ""},
		{"PEXPIRE a 9223372036854775807", "-ERR invalid expire time in 'pexpire' command", ""},
		{"EXPIRE nope 9223372036854775807", "-ERR invalid expire time in 'expire' command", ""},
		{"TTL a", ":-1", ""},
	})
}

func TestReplayKeepsPastDeadlines(t *testing.T) {
	u := newUnit(t)
	u.PutString("a", "1")
	u.Loading = true
	u.check([]step{{"PEXPIREAT a 5", ":1", ""}, {"EXISTS a", ":1", ""}, {"SCAN 0", "*2 $1 0 *1 $1 a", ""}})
	u.Loading = false
	u.check([]step{{"EXISTS a", ":0", "DEL a"}})
}

func TestTTL(t *testing.T) {
	u := newUnit(t)
	u.PutString("a", "1")
	u.check([]step{{"TTL a", ":-1", ""}, {"PTTL nope", ":-2", ""}, {"EXPIRETIME a", ":-1", ""}, {"PEXPIRETIME nope", ":-2", ""}})
	u.Do("PEXPIRE a 1499")
	u.check([]step{{"TTL a", ":1", ""}, {"PTTL a", ":1499", ""}, {"EXPIRETIME a", ":1001", ""}, {"PEXPIRETIME a", ":1001499", ""}})
	u.Do("PEXPIRE a 1500")
	u.check([]step{{"TTL a", ":2", ""}, {"EXPIRETIME a", ":1002", ""}})
	u.Now += 1499
	u.check([]step{{"TTL a", ":0", ""}, {"PTTL a", ":1", ""}})
	u.Now++
	u.check([]step{{"TTL a", ":-2", "DEL a"}})
}

func TestRename(t *testing.T) {
	u := newUnit(t)
	u.PutString("a", "1")
	u.PutString("b", "2")
	u.Do("EXPIRE b 100")
	dirty := u.Store.Dirty()
	u.check([]step{
		{"RENAME nope x", "-ERR no such key", ""},
		{"RENAME nope nope", "-ERR no such key", ""},
		{"RENAMENX nope x", "-ERR no such key", ""},
		{"RENAME a a", "+OK", ""},
		{"RENAMENX a a", ":0", ""},
		{"RENAMENX a b", ":0", ""},
		{"RENAME a b", "+OK", "="},
		{"TTL b", ":-1", ""},
		{"EXISTS a", ":0", ""},
		{"EXPIRE b 100", ":1", "PEXPIREAT b 1100000"},
		{"RENAMENX b c", ":1", "="},
		{"TTL c", ":100", ""},
	})
	require.EqualValues(t, dirty+3, u.Store.Dirty())
	require.Subset(t, u.Events(), []string{"rename_from a", "rename_to b", "rename_to c"})
}

// Who listens is told that a value has gone for another one, and whether that is of another kind.
func TestReplacedValuesAreTold(t *testing.T) {
	u := newUnit(t)
	u.PutString("a", "1")
	payload := u.Do("DUMP a")
	_, payload, _ = strings.Cut(payload, " ")
	u.Store.SetEvents(store.EventGeneric | store.EventOverwritten | store.EventTypeChanged)
	for line, events := range map[string]string{
		"RENAME a l": "rename_from a,rename_to l,overwritten l,type_changed l", "RENAME a b": "rename_from a,rename_to b,overwritten b",
		"COPY a l REPLACE": "copy_to l,overwritten l,type_changed l", "COPY a new": "copy_to new",
		"RESTORE l 0 payload REPLACE": "restore l,overwritten l,type_changed l", "RESTORE b 0 payload REPLACE": "restore b,overwritten b",
		"RESTORE new 0 payload REPLACE": "restore new",
	} {
		u.Inside(func(tx *store.Tx) { tx.Delete([]byte("new")) })
		u.PutString("a", "1")
		u.PutString("b", "2")
		u.PutList("l", "x")
		u.Events()
		var args [][]byte
		for _, arg := range strings.Fields(line) {
			args = append(args, []byte(strings.Replace(arg, "payload", payload, 1)))
		}
		u.Run(args)
		require.NotContains(t, string(u.Out.Buf), "-", line)
		require.Equal(t, events, strings.Join(u.Events(), ","), line)
	}
}

func TestMove(t *testing.T) {
	u := newUnit(t)
	u.PutString("a", "1")
	u.Do("EXPIRE a 100")
	u.check([]step{
		{"MOVE a x", "-ERR value is not an integer or out of range", ""},
		{"MOVE a 4294967296", "-ERR value is out of range, value must between -2147483648 and 2147483647", ""},
		{"MOVE a 16", "-ERR DB index is out of range", ""},
		{"MOVE a -1", "-ERR DB index is out of range", ""},
		{"MOVE a 0", "-ERR source and destination objects are the same", ""},
		{"MOVE nope 1", ":0", ""},
		{"MOVE a 1", ":1", "="},
		{"EXISTS a", ":0", ""},
	})
	u.PutString("a", "2")
	u.check([]step{{"MOVE a 1", ":0", ""}, {"TTL a", ":-1", ""}})
	u.DB = 1
	u.check([]step{{"TTL a", ":100", ""}})
	u.Now += 100_000
	u.DB = 0
	u.check([]step{{"MOVE a 1", ":1", "1: [DEL a; SELECT 0; MOVE a 1]"}})
	require.Subset(t, u.Events(), []string{"move_from a", "1: move_to a"})
}

func TestCopy(t *testing.T) {
	u := newUnit(t)
	u.PutString("a", "1")
	u.PutList("l", "x", "y")
	u.Do("EXPIRE a 100")
	u.check([]step{
		{"COPY a b WHAT", "-ERR syntax error", ""},
		{"COPY a b DB", "-ERR syntax error", ""},
		{"COPY a b DB x", "-ERR value is not an integer or out of range", ""},
		{"COPY a b DB 16", "-ERR DB index is out of range", ""},
		{"COPY a a", "-ERR source and destination objects are the same", ""},
		{"COPY nope b", ":0", ""},
		{"COPY a b", ":1", "="},
		{"TTL b", ":100", ""},
		{"COPY l b", ":0", ""},
		{"COPY l b REPLACE", ":1", "="},
		{"TTL b", ":-1", ""},
		{"TYPE b", "+list", ""},
		{"COPY l l DB 3", ":1", "="},
		{"COPY l l DB 3", ":0", ""},
		{"COPY l l REPLACE DB 3", ":1", "="},
	})
	require.Contains(t, u.Events(), "3: copy_to l")
	u.Inside(func(tx *store.Tx) {
		e := tx.Peek([]byte("b"))
		tx.Mutate(e)
		e.List().PushBack([]byte("z"))
		require.Equal(t, 2, tx.Peek([]byte("l")).List().Len())
	})
	u.DB = 3
	u.check([]step{{"EXISTS l", ":1", ""}})
}

func TestKeysAndRandomKey(t *testing.T) {
	u := newUnit(t)
	u.check([]step{{"KEYS *", "*0", ""}, {"RANDOMKEY", "$-1", ""}})
	u.PutString("foo", "1")
	u.check([]step{
		{"KEYS foo", "*1 $3 foo", ""},
		{"KEYS bar", "*0", ""},
		{"KEYS f?o", "*1 $3 foo", ""},
		{"KEYS f[a-z]o", "*1 $3 foo", ""},
		{`KEYS f\oo`, "*1 $3 foo", ""},
		{"KEYS *x*", "*0", ""},
		{"RANDOMKEY", "$3 foo", ""},
	})
	u.Inside(func(tx *store.Tx) { tx.SetString(nil, []byte("v"), false) })
	u.check([]step{{"KEYS f*", "*1 $3 foo", ""}, {"KEYS ''", "*1 $0 ", ""}, {"DEL foo", ":1", "="}, {"KEYS *", "*1 $0 ", ""}})
	u.check([]step{{"DEL ''", ":1", "DEL "}})
}

func TestRandomKeyRemovesTheDead(t *testing.T) {
	u := newUnit(t)
	for i := range 20 {
		u.PutString(strconv.Itoa(i), "x")
		u.Do("PEXPIRE " + strconv.Itoa(i) + " 1")
	}
	u.Now++
	u.check([]step{{"KEYS *", "*0", ""}})
	u.Logged()
	require.Equal(t, "$-1", u.Do("RANDOMKEY"))
	log := u.Logged()
	require.Len(t, log, 20)
	require.NotContains(t, log[0], "[", "each on its own, as no transaction")
	u.PutString("alive", "x")
	u.check([]step{{"RANDOMKEY", "$5 alive", ""}})
}

func TestScanErrors(t *testing.T) {
	u := newUnit(t)
	u.PutString("a", "1")
	const syntax, cursor, integer = "-ERR syntax error", "-ERR invalid cursor", "-ERR value is not an integer or out of range"
	u.check([]step{
		{"SCAN x", cursor, ""},
		{"SCAN -1", cursor, ""},
		{"SCAN 0x", cursor, ""},
		{"SCAN ''", cursor, ""},
		{"SCAN 18446744073709551616", cursor, ""},
		{"SCAN 0 COUNT", syntax, ""},
		{"SCAN 0 COUNT 0", syntax, ""},
		{"SCAN 0 COUNT -5", syntax, ""},
		{"SCAN 0 COUNT x", integer, ""},
		{"SCAN 0 what 1", syntax, ""},
		{"SCAN 0 NOVALUES", "-ERR NOVALUES option can only be used in HSCAN", ""},
		{"SCAN 0", "*2 $1 0 *1 $1 a", ""},
		{"SCAN 00", "*2 $1 0 *1 $1 a", ""},
		{"SCAN 0 COUNT 9223372036854775807", "*2 $1 0 *1 $1 a", ""},
		{"SCAN 0 TYPE STRING", "*2 $1 0 *1 $1 a", ""},
		{"SCAN 0 TYPE list", "*2 $1 0 *0", ""},
		{"SCAN 0 TYPE nothing", "*2 $1 0 *0", ""},
		{"SCAN 0 MATCH * COUNT 1000", "*2 $1 0 *1 $1 a", ""},
		{"SCAN 0 MATCH b*", "*2 $1 0 *0", ""},
	})
	for _, c := range []string{"18446744073709551615", "63", "64", "9999999999"} {
		u.Do("SCAN " + c) // any cursor is allowed
	}
}

// scanAll walks from cursor 0 to the end and counts how often each key came; no reply may hold more than most.
func (u unit) scanAll(options string, most int) map[string]int {
	found := map[string]int{}
	for cursor := "0"; ; {
		words := strings.Fields(u.Do("SCAN " + cursor + options))
		cursor = words[2]
		n, err := strconv.Atoi(words[3][1:])
		require.NoError(u.t, err)
		require.LessOrEqual(u.t, n, most)
		for i := range n {
			found[words[5+2*i]]++
		}
		if cursor == "0" {
			return found
		}
	}
}

func TestScan(t *testing.T) {
	u := newUnit(t)
	const n = 2000
	for i := range n {
		u.PutString("k"+strconv.Itoa(i), "x")
	}
	u.PutList("l1", "x")
	for options, want := range map[string]int{"": n + 1, " COUNT 1": n + 1, " COUNT 100": n + 1, " MATCH k1??": 100,
		" TYPE list": 1, " MATCH *1 TYPE list COUNT 3": 1} {
		found := u.scanAll(options, 200)
		require.Len(t, found, want, options)
	}
	require.Equal(t, "*2 $1 0 *0", u.Do("SCAN 0 MATCH zz* COUNT 100000"))
}

func TestScanRemovesTheDead(t *testing.T) {
	u := newUnit(t)
	for i := range 100 {
		u.PutString(strconv.Itoa(i), "x")
		if i%2 == 0 {
			u.Do("PEXPIRE " + strconv.Itoa(i) + " 1")
		}
	}
	u.Now++
	u.Logged()
	require.Len(t, u.scanAll(" TYPE string", 50), 50)
	require.Len(t, u.Logged(), 50)
	u.Inside(func(tx *store.Tx) { require.Equal(t, 50, tx.Size()) })
}

func TestObject(t *testing.T) {
	u := newUnit(t)
	u.PutString("int", "12")
	u.PutString("big", "10000")
	u.PutString("short", "abc")
	u.PutString("long", strings.Repeat("x", 45))
	u.PutList("l", "x")
	u.check([]step{
		{"OBJECT ENCODING int", "$3 int", ""},
		{"OBJECT ENCODING short", "$6 embstr", ""},
		{"OBJECT ENCODING long", "$3 raw", ""},
		{"OBJECT ENCODING l", "$8 listpack", ""},
		{"OBJECT ENCODING nope", "$-1", ""},
		{"OBJECT REFCOUNT int", ":2147483647", ""},
		{"OBJECT REFCOUNT big", ":1", ""},
		{"OBJECT REFCOUNT l", ":1", ""},
		{"OBJECT IDLETIME int", ":0", ""},
	})
	u.Now += 5000
	u.check([]step{{"OBJECT IDLETIME int", ":5", ""}, {"EXISTS int", ":1", ""}, {"TYPE int", "+string", ""},
		{"TTL int", ":-1", ""}, {"OBJECT IDLETIME int", ":5", ""}, {"TOUCH int", ":1", ""}, {"OBJECT IDLETIME int", ":0", ""}})
	u.Now += 5000
	u.check([]step{{"COPY int int2", ":1", "="}, {"OBJECT IDLETIME int2", ":0", ""}})
	require.Contains(t, u.Do("OBJECT FREQ int"), "-ERR An LFU maxmemory policy is not selected")
	require.Contains(t, u.Do("OBJECT HELP"), "+OBJECT <subcommand>")
	u.Store.SetLFU(true, 10, 1)
	u.PutString("f", "1")
	require.Equal(t, ":5", u.Do("OBJECT FREQ f"))
	require.Contains(t, u.Do("OBJECT IDLETIME f"), "-ERR An LFU maxmemory policy is selected")
	u.Configure(config.MaxMemory, "1gb")
	u.Configure(config.MaxMemoryPolicy, "allkeys-lru")
	require.Equal(t, ":1", u.Do("OBJECT REFCOUNT int"))
}

func TestNoTouchIsLeftAsItWas(t *testing.T) {
	u := newUnit(t)
	u.PutString("a", "1")
	u.Tx.NoTouch = true
	u.Now += 9000
	u.check([]step{{"EXISTS a", ":1", ""}, {"OBJECT IDLETIME a", ":9", ""}, {"TOUCH a", ":1", ""}, {"OBJECT IDLETIME a", ":0", ""}})
	require.True(t, u.Tx.NoTouch)
}

func TestNoAllocationOnTheHotPath(t *testing.T) {
	u := newUnit(t)
	u.Store.SetEvents(0)
	u.DropLog = true
	u.PutString("a", "1")
	for _, line := range []string{"EXPIRE a 100", "EXISTS a", "TTL a", "DEL nope", "PERSIST a"} {
		args := commandtest.Words(line)
		u.Run(args)
		require.Zero(t, testing.AllocsPerRun(100, func() { u.Run(args) }), line)
	}
}

func FuzzArguments(f *testing.F) {
	f.Add("EXPIRE", "10", "NX")
	f.Add("SCAN", "COUNT", "3")
	f.Add("COPY", "b", "REPLACE")
	f.Add("PEXPIREAT", strconv.Itoa(math.MinInt64), "GT")
	f.Fuzz(func(t *testing.T, name, when, option string) {
		if spec := command.NewRegistry(keys.Commands).Lookup([]byte(name)); spec == nil || !spec.ArityOK(4) {
			return
		}
		u := newUnit(t)
		u.PutString("a", "1")
		u.Run([][]byte{[]byte(name), []byte("a"), []byte(when), []byte(option)})
		require.NotEmpty(t, u.Out.Buf)
		require.Equal(t, 0, u.Tx.DB())
	})
}

func TestDeclarations(t *testing.T) {
	r := command.NewRegistry(keys.Commands)
	for name, want := range map[string]string{"del": "1 -1 1", "rename": "1 2 1", "copy": "1 2 1", "move": "1 1 1", "keys": "0 0 0",
		"object": "0 0 0", "expire": "1 1 1"} {
		first, last, by := r.Lookup([]byte(name)).Legacy()
		require.Equal(t, want, fmt.Sprint(first, last, by), name)
	}
	require.ElementsMatch(t, []string{"keyspace", "read", "slow", "dangerous"}, r.Lookup([]byte("keys")).Categories.Names())
	require.ElementsMatch(t, []string{"keyspace", "write", "fast"}, r.Lookup([]byte("expire")).Categories.Names())
	require.ElementsMatch(t, []string{"slow"}, r.Lookup([]byte("object")).Categories.Names())
	require.ElementsMatch(t, []string{"keyspace", "slow"}, r.Lookup([]byte("object")).Subcommand("help").Categories.Names())
}
