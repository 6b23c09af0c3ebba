package keys_test

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/command/keys"
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/store"
)

type step struct {
	line, reply string
	logged      string // what it logs; "" nothing, "=" the request
}

func (h *house) check(steps []step) {
	h.t.Helper()
	for _, s := range steps {
		h.logged()
		require.Equal(h.t, s.reply, h.do(s.line), s.line)
		want := s.logged
		if want == "=" {
			want = "0: " + s.line
		}
		require.Equal(h.t, want, strings.Join(h.logged(), " | "), s.line)
	}
}

func TestPresence(t *testing.T) {
	h := newHouse(t)
	h.set("a", "1")
	h.set("b", "x")
	h.push("l", "1")
	h.check([]step{
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
	require.Subset(t, h.noted(), []string{"0 del a", "0 del b", "0 del l"})
	stats := h.st.Stats()
	require.EqualValues(t, 7, stats.Hits)
	require.EqualValues(t, 6, stats.Misses)
}

func TestDeadKeysAreDeletedByTheirTimeAndNotByDEL(t *testing.T) {
	h := newHouse(t)
	h.set("a", "1")
	h.do("PEXPIRE a 10")
	h.now += 10
	h.check([]step{{"DEL a", ":0", "0: DEL a"}})
}

func TestExpire(t *testing.T) {
	h := newHouse(t)
	h.set("a", "1")
	h.check([]step{
		{"EXPIRE nope 10", ":0", ""},
		{"EXPIRE a 10", ":1", "0: PEXPIREAT a 1010000"},
		{"PEXPIRE a 1500", ":1", "0: PEXPIREAT a 1001500"},
		{"EXPIREAT a 2000", ":1", "0: PEXPIREAT a 2000000"},
		{"PEXPIREAT a 2000001", ":1", "="},
		{"EXPIRE a 10 nx", ":0", ""},
		{"EXPIRE a 10 XX LT", ":1", "0: PEXPIREAT a 1010000 XX LT"},
		{"EXPIRE a 10 LT", ":0", ""},
		{"EXPIRE a 10 GT", ":0", ""},
		{"EXPIRE a 11 GT", ":1", "0: PEXPIREAT a 1011000 GT"},
		{"PERSIST a", ":1", "="},
		{"PERSIST a", ":0", ""},
		{"PERSIST nope", ":0", ""},
		{"EXPIRE a 10 XX", ":0", ""},
		{"EXPIRE a 10 GT", ":0", ""},
		{"EXPIRE a 10 LT", ":1", "0: PEXPIREAT a 1010000 LT"},
		{"PERSIST a", ":1", "="},
		{"EXPIRE a 10 NX", ":1", "0: PEXPIREAT a 1010000 NX"},
		{"PEXPIREAT a 9223372036854775807", ":1", "="},
		{"PEXPIRETIME a", ":9223372036854775807", ""},
		{"EXPIRETIME a", ":9223372036854776", ""},
		{"EXPIRE a 0 GT", ":0", ""},
		{"EXPIRE a -1", ":1", "0: DEL a"},
		{"EXISTS a", ":0", ""},
	})
	require.Contains(t, h.noted(), "0 expire a")
	for _, past := range []string{"PEXPIRE a 0", "EXPIREAT a 1000", "PEXPIREAT a -9223372036854775808", "PEXPIRE a -9223372036854775808"} {
		h.set("a", "1")
		h.check([]step{{past, ":1", "0: DEL a"}, {"EXISTS a", ":0", ""}})
	}
}

func TestExpireErrors(t *testing.T) {
	h := newHouse(t)
	h.set("a", "1")
	const (
		nx   = "-ERR NX and XX, GT or LT options at the same time are not compatible"
		gtLt = "-ERR GT and LT options at the same time are not compatible"
	)
	h.check([]step{
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
	h := newHouse(t)
	h.set("a", "1")
	h.tx.Loading = true
	h.check([]step{{"PEXPIREAT a 5", ":1", ""}, {"EXISTS a", ":1", ""}, {"SCAN 0", "*2 $1 0 *1 $1 a", ""}})
	h.tx.Loading = false
	h.check([]step{{"EXISTS a", ":0", "0: DEL a"}})
}

func TestTTL(t *testing.T) {
	h := newHouse(t)
	h.set("a", "1")
	h.check([]step{{"TTL a", ":-1", ""}, {"PTTL nope", ":-2", ""}, {"EXPIRETIME a", ":-1", ""}, {"PEXPIRETIME nope", ":-2", ""}})
	h.do("PEXPIRE a 1499")
	h.check([]step{{"TTL a", ":1", ""}, {"PTTL a", ":1499", ""}, {"EXPIRETIME a", ":1001", ""}, {"PEXPIRETIME a", ":1001499", ""}})
	h.do("PEXPIRE a 1500")
	h.check([]step{{"TTL a", ":2", ""}, {"EXPIRETIME a", ":1002", ""}})
	h.now += 1499
	h.check([]step{{"TTL a", ":0", ""}, {"PTTL a", ":1", ""}})
	h.now++
	h.check([]step{{"TTL a", ":-2", "0: DEL a"}})
}

func TestRename(t *testing.T) {
	h := newHouse(t)
	h.set("a", "1")
	h.set("b", "2")
	h.do("EXPIRE b 100")
	dirty := h.st.Dirty()
	h.check([]step{
		{"RENAME nope x", "-ERR no such key", ""},
		{"RENAME nope nope", "-ERR no such key", ""},
		{"RENAMENX nope x", "-ERR no such key", ""},
		{"RENAME a a", "+OK", ""},
		{"RENAMENX a a", ":0", ""},
		{"RENAMENX a b", ":0", ""},
		{"RENAME a b", "+OK", "="},
		{"TTL b", ":-1", ""},
		{"EXISTS a", ":0", ""},
		{"EXPIRE b 100", ":1", "0: PEXPIREAT b 1100000"},
		{"RENAMENX b c", ":1", "="},
		{"TTL c", ":100", ""},
	})
	require.EqualValues(t, dirty+3, h.st.Dirty())
	require.Subset(t, h.noted(), []string{"0 rename_from a", "0 rename_to b", "0 rename_to c"})
}

func TestMove(t *testing.T) {
	h := newHouse(t)
	h.set("a", "1")
	h.do("EXPIRE a 100")
	h.check([]step{
		{"MOVE a x", "-ERR value is not an integer or out of range", ""},
		{"MOVE a 4294967296", "-ERR value is out of range, value must between -2147483648 and 2147483647", ""},
		{"MOVE a 16", "-ERR DB index is out of range", ""},
		{"MOVE a -1", "-ERR DB index is out of range", ""},
		{"MOVE a 0", "-ERR source and destination objects are the same", ""},
		{"MOVE nope 1", ":0", ""},
		{"MOVE a 1", ":1", "="},
		{"EXISTS a", ":0", ""},
	})
	h.set("a", "2")
	h.check([]step{{"MOVE a 1", ":0", ""}, {"TTL a", ":-1", ""}})
	h.db = 1
	h.check([]step{{"TTL a", ":100", ""}})
	h.now += 100_000
	h.db = 0
	h.check([]step{{"MOVE a 1", ":1", "1: [DEL a; SELECT 0; MOVE a 1]"}})
	require.Subset(t, h.noted(), []string{"0 move_from a", "1 move_to a"})
}

func TestCopy(t *testing.T) {
	h := newHouse(t)
	h.set("a", "1")
	h.push("l", "x", "y")
	h.do("EXPIRE a 100")
	h.check([]step{
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
	require.Contains(t, h.noted(), "3 copy_to l")
	h.unit(func(tx *store.Tx) {
		e := tx.Peek([]byte("b"))
		tx.Mutate(e)
		e.List().PushBack([]byte("z"))
		require.Equal(t, 2, tx.Peek([]byte("l")).List().Len())
	})
	h.db = 3
	h.check([]step{{"EXISTS l", ":1", ""}})
}

func TestKeysAndRandomKey(t *testing.T) {
	h := newHouse(t)
	h.check([]step{{"KEYS *", "*0", ""}, {"RANDOMKEY", "$-1", ""}})
	h.set("foo", "1")
	h.check([]step{
		{"KEYS foo", "*1 $3 foo", ""},
		{"KEYS bar", "*0", ""},
		{"KEYS f?o", "*1 $3 foo", ""},
		{"KEYS f[a-z]o", "*1 $3 foo", ""},
		{`KEYS f\oo`, "*1 $3 foo", ""},
		{"KEYS *x*", "*0", ""},
		{"RANDOMKEY", "$3 foo", ""},
	})
	h.unit(func(tx *store.Tx) { tx.SetString(nil, []byte("v"), false) })
	h.check([]step{{"KEYS f*", "*1 $3 foo", ""}, {"KEYS ''", "*1 $0 ", ""}, {"DEL foo", ":1", "="}, {"KEYS *", "*1 $0 ", ""}})
	h.check([]step{{"DEL ''", ":1", "0: DEL "}})
}

func TestRandomKeyRemovesTheDead(t *testing.T) {
	h := newHouse(t)
	for i := range 20 {
		h.set(strconv.Itoa(i), "x")
		h.do("PEXPIRE " + strconv.Itoa(i) + " 1")
	}
	h.now++
	h.check([]step{{"KEYS *", "*0", ""}})
	h.logged()
	require.Equal(t, "$-1", h.do("RANDOMKEY"))
	log := h.logged()
	require.Len(t, log, 20)
	require.NotContains(t, log[0], "[", "each on its own, as no transaction")
	h.set("alive", "x")
	h.check([]step{{"RANDOMKEY", "$5 alive", ""}})
}

func TestScanErrors(t *testing.T) {
	h := newHouse(t)
	h.set("a", "1")
	const syntax, cursor, integer = "-ERR syntax error", "-ERR invalid cursor", "-ERR value is not an integer or out of range"
	h.check([]step{
		{"SCAN x", cursor, ""},
		{"SCAN -1", cursor, ""},
		{"SCAN 0x", cursor, ""},
		{"SCAN 18446744073709551616", cursor, ""},
		{"SCAN 0 COUNT", syntax, ""},
		{"SCAN 0 COUNT 0", syntax, ""},
		{"SCAN 0 COUNT -5", syntax, ""},
		{"SCAN 0 COUNT x", integer, ""},
		{"SCAN 0 what 1", syntax, ""},
		{"SCAN 0 NOVALUES", "-ERR NOVALUES option can only be used in HSCAN", ""},
		{"SCAN 0", "*2 $1 0 *1 $1 a", ""},
		{"SCAN ''", "*2 $1 0 *1 $1 a", ""},
		{"SCAN 00", "*2 $1 0 *1 $1 a", ""},
		{"SCAN 0 COUNT 9223372036854775807", "*2 $1 0 *1 $1 a", ""},
		{"SCAN 0 TYPE STRING", "*2 $1 0 *1 $1 a", ""},
		{"SCAN 0 TYPE list", "*2 $1 0 *0", ""},
		{"SCAN 0 TYPE nothing", "*2 $1 0 *0", ""},
		{"SCAN 0 MATCH * COUNT 1000", "*2 $1 0 *1 $1 a", ""},
		{"SCAN 0 MATCH b*", "*2 $1 0 *0", ""},
	})
	for _, c := range []string{"18446744073709551615", "63", "64", "9999999999"} {
		h.do("SCAN " + c) // any cursor is allowed
	}
}

// scanAll walks from cursor 0 to the end and counts how often each key came; no reply may hold more than most.
func (h *house) scanAll(options string, most int) map[string]int {
	found := map[string]int{}
	for cursor := "0"; ; {
		words := strings.Fields(h.do("SCAN " + cursor + options))
		cursor = words[2]
		n, err := strconv.Atoi(words[3][1:])
		require.NoError(h.t, err)
		require.LessOrEqual(h.t, n, most)
		for i := range n {
			found[words[5+2*i]]++
		}
		if cursor == "0" {
			return found
		}
	}
}

func TestScan(t *testing.T) {
	h := newHouse(t)
	const n = 2000
	for i := range n {
		h.set("k"+strconv.Itoa(i), "x")
	}
	h.push("l1", "x")
	for options, want := range map[string]int{"": n + 1, " COUNT 1": n + 1, " COUNT 100": n + 1, " MATCH k1??": 100,
		" TYPE list": 1, " MATCH *1 TYPE list COUNT 3": 1} {
		found := h.scanAll(options, 200)
		require.Len(t, found, want, options)
	}
	require.Equal(t, "*2 $1 0 *0", h.do("SCAN 0 MATCH zz* COUNT 100000"))
}

func TestScanRemovesTheDead(t *testing.T) {
	h := newHouse(t)
	for i := range 100 {
		h.set(strconv.Itoa(i), "x")
		if i%2 == 0 {
			h.do("PEXPIRE " + strconv.Itoa(i) + " 1")
		}
	}
	h.now++
	h.logged()
	require.Len(t, h.scanAll(" TYPE string", 50), 50)
	require.Len(t, h.logged(), 50)
	h.unit(func(tx *store.Tx) { require.Equal(t, 50, tx.Size()) })
}

func TestObject(t *testing.T) {
	h := newHouse(t)
	h.set("int", "12")
	h.set("big", "10000")
	h.set("short", "abc")
	h.set("long", strings.Repeat("x", 45))
	h.push("l", "x")
	h.check([]step{
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
	h.now += 5000
	h.check([]step{{"OBJECT IDLETIME int", ":5", ""}, {"EXISTS int", ":1", ""}, {"TYPE int", "+string", ""},
		{"TTL int", ":-1", ""}, {"OBJECT IDLETIME int", ":5", ""}, {"TOUCH int", ":1", ""}, {"OBJECT IDLETIME int", ":0", ""}})
	h.now += 5000
	h.check([]step{{"COPY int int2", ":1", "="}, {"OBJECT IDLETIME int2", ":0", ""}})
	require.Contains(t, h.do("OBJECT FREQ int"), "-ERR An LFU maxmemory policy is not selected")
	require.Contains(t, h.do("OBJECT HELP"), "+OBJECT <subcommand>")
	h.st.SetLFU(true, 10, 1)
	h.set("f", "1")
	require.Equal(t, ":5", h.do("OBJECT FREQ f"))
	require.Contains(t, h.do("OBJECT IDLETIME f"), "-ERR An LFU maxmemory policy is selected")
	cfg := h.ctx.Host.Config()
	require.NoError(t, cfg.Set([]config.Pair{{Name: "maxmemory", Value: "1gb"}, {Name: "maxmemory-policy", Value: "allkeys-lru"}}, config.Caller{}))
	require.Equal(t, ":1", h.do("OBJECT REFCOUNT int"))
}

func TestNoTouchIsLeftAsItWas(t *testing.T) {
	h := newHouse(t)
	h.set("a", "1")
	h.tx.NoTouch = true
	h.now += 9000
	h.check([]step{{"EXISTS a", ":1", ""}, {"OBJECT IDLETIME a", ":9", ""}, {"TOUCH a", ":1", ""}, {"OBJECT IDLETIME a", ":0", ""}})
	require.True(t, h.tx.NoTouch)
}

func TestNoAllocationOnTheHotPath(t *testing.T) {
	h := newHouse(t)
	h.st = store.New(store.Options{})
	h.set("a", "1")
	lines := [][][]byte{
		{[]byte("EXPIRE"), []byte("a"), []byte("100")},
		{[]byte("EXISTS"), []byte("a")},
		{[]byte("TTL"), []byte("a")},
		{[]byte("DEL"), []byte("nope")},
		{[]byte("PERSIST"), []byte("a")},
	}
	for _, args := range lines {
		spec, _ := h.registry.Find(args)
		allocs := testing.AllocsPerRun(100, func() {
			h.out.Buf = h.out.Buf[:0]
			h.st.Begin(&h.tx, 0, spec.Plan(args), 0)
			h.tx.SetTime(h.now)
			h.ctx.Spec, h.ctx.Args = spec, args
			spec.Run(&h.ctx)
			h.tx.Settle(args, true)
			h.tx.End()
		})
		require.Zero(t, allocs, "%s", args[0])
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
		h := newHouse(t)
		h.set("a", "1")
		h.run([][]byte{[]byte(name), []byte("a"), []byte(when), []byte(option)})
		require.NotEmpty(t, h.out.Buf)
		require.Equal(t, 0, h.tx.DB())
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
