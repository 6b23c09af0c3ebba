package strings_test

import (
	"math"
	gostrings "strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/command/strings"
	"github.com/miniredisd/miniredisd/store"
)

const (
	wrongType = "-WRONGTYPE Operation against a key holding the wrong kind of value"
	notInt    = "-ERR value is not an integer or out of range"
	notFloat  = "-ERR value is not a valid float"
	tooLong   = "-ERR string exceeds maximum allowed size (proto-max-bulk-len)"
	syntax    = "-ERR syntax error"
)

func TestGetAndSet(t *testing.T) {
	check(t, []row{
		{"GET k", "$-1"},
		{"SET k v", "+OK"},
		{"GET k", "$1 v"},
		{"SET k 17", "+OK"},
		{"GET k", "$2 17"},
		{"GET list", wrongType},
		{"SET k w NX", "$-1"},
		{"SET k w XX", "+OK"},
		{"SET new w XX", "$-1"},
		{"SET new w NX", "+OK"},
		{"SET k x GET", "$1 w"},
		{"SET absent x GET", "$-1"},
		{"GET absent", "$1 x"},
		{"SET k y NX GET", "$1 x"},
		{"GET k", "$1 x"},
		{"SET fresh y NX GET", "$-1"},
		{"GET fresh", "$1 y"},
		{"SET list v GET", wrongType},
		{"SET k v NX XX", syntax},
		{"SET k v XX NX", syntax},
		{"SET k v NX NX GET get", "$1 x"},
		{"SET list v", "+OK"},
		{"SETNX list w", ":0"},
		{"SETNX another w", ":1"},
		{"GETSET another v", "$1 w"},
		{"GETSET nothing v", "$-1"},
		{"GETDEL nothing", "$1 v"},
		{"GETDEL nothing", "$-1"},
	})
	check(t, []row{{"GETSET list v", wrongType}, {"GETDEL list", wrongType}})
}

func TestSetOptionsThatDoNotFit(t *testing.T) {
	check(t, []row{
		{"SET k v EX", syntax},
		{"SET k v EX 10 PX 10", syntax},
		{"SET k v EX 10 KEEPTTL", syntax},
		{"SET k v KEEPTTL PXAT 10", syntax},
		{"SET k v PERSIST", syntax},
		{"SET k v EXAT 10 EX 10", syntax},
		{"SET k v EX 10 EX 20", "+OK"},
		{"SET k v EX x NY", syntax}, // before the number is looked at
		{"SET k v EX x", notInt},
		{"SET k v EX 0", "-ERR invalid expire time in 'set' command"},
		{"SET k v PX -1", "-ERR invalid expire time in 'set' command"},
		{"SET k v EX 9223372036854775807", "-ERR invalid expire time in 'set' command"},
		{"SET k v PX 9223372036854775807", "-ERR invalid expire time in 'set' command"},
		{"SET k v EX 9223372036854775", "-ERR invalid expire time in 'set' command"},
		{"SET k v PXAT 9223372036854775807", "+OK"},
		{"SET list v GET EX 0", "-ERR invalid expire time in 'set' command"},
		{"SETEX k 0 v", "-ERR invalid expire time in 'setex' command"},
		{"SETEX k x v", notInt},
		{"PSETEX k -5 v", "-ERR invalid expire time in 'psetex' command"},
		{"GETEX k EX 10 PERSIST", syntax},
		{"GETEX k KEEPTTL", syntax},
		{"GETEX k NX", syntax},
		{"GETEX k PERSIST PERSIST", "$1 v"},
		{"GETEX k EX 0", "-ERR invalid expire time in 'getex' command"},
		{"GETEX nothing EX 0", "$-1"},
		{"GETEX list EX 0", wrongType},
	})
}

func TestLifetimes(t *testing.T) {
	const relative = startTime + 10_000
	for _, tc := range []struct {
		line string
		at   int64
	}{
		{"SET k v EX 10", relative}, {"SET k v PX 10000", relative}, {"SET k v EXAT 2000", 2_000_000},
		{"SET k v pxat 2000000", 2_000_000}, {"SETEX k 10 v", relative}, {"PSETEX k 10000 v", relative},
		{"GETEX k EX 10", relative}, {"GETEX k PX 10000", relative}, {"GETEX k EXAT 2000", 2_000_000},
		{"GETEX k PXAT 2000000", 2_000_000}, {"GETEX k", 1_500_000}, {"GETEX k PERSIST", 0},
		{"SET k v", 0}, {"SET k v KEEPTTL", 1_500_000}, {"SET k v XX GET KEEPTTL", 1_500_000}, {"SET k v GET", 0},
		{"GETSET k v", 0}, {"MSET k v", 0}, {"INCR n", 1_500_000}, {"INCRBYFLOAT n 1", 1_500_000},
		{"APPEND k v", 1_500_000}, {"SETRANGE k 3 v", 1_500_000},
	} {
		u := check(t, []row{{"SET k v PXAT 1500000", "+OK"}, {"SET n 1 PXAT 1500000", "+OK"}})
		u.Do(tc.line)
		require.Equal(t, tc.at, u.deadline(gostrings.Fields(tc.line)[1]), tc.line)
	}
	u := check(t, []row{{"SET k v PX 10", "+OK"}, {"GET k", "$1 v"}})
	u.Now += 10
	require.Equal(t, "$-1", u.Do("GET k"))
	require.Equal(t, "+OK", u.Do("SET k v PXAT 1"), "a time in the past is taken, and has come")
	require.Equal(t, "$-1", u.Do("GET k"))
}

func TestWhatIsLogged(t *testing.T) {
	for _, tc := range []struct{ line, logged, events string }{
		{"SET k w", "SET k w", "set k"},
		{"SET k w NX", "", ""},
		{"SET k w EX 10", "SET k w PXAT 1010000", "set k,expire k"},
		{"SET k w GET EXAT 2000", "SET k w PXAT 2000000", "set k,expire k"},
		{"SET k w XX GET", "SET k w", "set k"},
		{"SET k w GET KEEPTTL", "SET k w KEEPTTL", "set k"},
		{"SET k w keepttl", "SET k w KEEPTTL", "set k"},
		{"SET k w XX", "SET k w", "set k"},
		{"SET k w IFEQ v", "SET k w", "set k"},
		{"SET k w IFNE v", "", ""},
		{"SET k w IFNE w KEEPTTL", "SET k w KEEPTTL", "set k"},
		{"SET k w IFDNE 0000000000000000 PX 5", "SET k w PXAT 1000005", "set k,expire k"},
		{"DELEX k", "DEL k", "del k"},
		{"DELEX k IFEQ v", "DEL k", "del k"},
		{"DELEX k IFNE v", "", ""},
		{"MSETEX 1 k w", "SET k w", "set k"},
		{"MSETEX 2 k w new x PX 5", "[SET k w PXAT 1000005; SET new x PXAT 1000005]", "set k,expire k,set new,expire new"},
		{"MSETEX 2 k w new x XX", "", ""},
		{"SET k w PXAT 5", "SET k w PXAT 5", "set k,expire k"},
		{"SETNX k w", "", ""},
		{"SETNX new w", "SETNX new w", "set new"},
		{"SETEX k 10 w", "SET k w PXAT 1010000", "set k,expire k"},
		{"GETSET k w", "SET k w", "set k"},
		{"GETDEL k", "DEL k", "del k"},
		{"GETDEL new", "", ""},
		{"GETEX k", "", ""},
		{"GETEX k PERSIST", "", ""},
		{"GETEX t PERSIST", "PERSIST t", "persist t"},
		{"GETEX k PX 5", "PEXPIREAT k 1000005", "expire k"},
		{"GETEX k PXAT 5", "DEL k", "del k"},
		{"MSET k w new x", "MSET k w new x", "set k,set new"},
		{"MSETNX k w new x", "", ""},
		{"INCR n", "INCR n", "incrby n"},
		{"DECRBY n 5", "DECRBY n 5", "incrby n"},
		{"INCRBYFLOAT n 0.5", "SET n 1.5 KEEPTTL", "incrbyfloat n"},
		{"APPEND k w", "APPEND k w", "append k"},
		{"SETRANGE k 1 w", "SETRANGE k 1 w", "setrange k"},
		{`SETRANGE k 1 ""`, "", ""},
		{"INCR k", "", ""},
	} {
		u := check(t, []row{{"SET k v", "+OK"}, {"SET n 1", "+OK"}, {"SET t v EX 1000", "+OK"}})
		u.Logged()
		dirty := u.Store.Dirty()
		u.Store.SetEvents(store.EventString | store.EventGeneric)
		u.Do(tc.line)
		require.Equal(t, tc.logged, gostrings.Join(u.Logged(), "; "), tc.line)
		require.Equal(t, tc.events, gostrings.Join(u.Events(), ","), tc.line)
		changes := int64(0)
		if tc.logged != "" {
			changes = 1
		}
		if gostrings.HasPrefix(tc.line, "MSET ") || gostrings.Contains(tc.logged, ";") {
			changes = 2
		}
		require.Equal(t, changes, u.Store.Dirty()-dirty, tc.line)
	}
}

func TestReplayTakesDeadlinesOfThePast(t *testing.T) {
	u := newUnit(t)
	u.Loading = true
	require.Equal(t, "+OK", u.Do("SET k v PXAT 5"))
	require.Equal(t, "$1 v", u.Do("GET k"), "it stays until the log says otherwise")
	require.Equal(t, "$1 v", u.Do("GETEX k PXAT 6"))
	require.Equal(t, int64(6), u.deadline("k"))
	require.Equal(t, ":2", u.Do("APPEND k w"))
	u.limit(1 << 20)
	require.Equal(t, ":1048578", u.Do("SETRANGE k 1048577 x"), "written when the limit was higher")
	require.Equal(t, tooLong, u.Do("SETRANGE k 4294967296 x"))
}

func TestManyKeys(t *testing.T) {
	u := check(t, []row{
		{"MSET a 1 b 2 a 3", "+OK"},
		{"MGET a b c list a", "*5 $1 3 $1 2 $-1 $-1 $1 3"},
		{"MSETNX c 1 b 5", ":0"},
		{"MGET c b", "*2 $-1 $1 2"},
		{"MSETNX c 1 d 5 c 2", ":1"},
		{"MGET c d", "*2 $1 2 $1 5"},
		{"MSETNX x 1 list 2", ":0"},
		{"MSET a 1 b", "-ERR wrong number of arguments for 'mset' command"},
		{"MSETNX a 1 b", "-ERR wrong number of arguments for 'msetnx' command"},
	})
	u.Out.Proto = 3
	require.Equal(t, "*2 _ $1 3", u.Do("MGET nothing a"))
}

func TestCounters(t *testing.T) {
	check(t, []row{
		{"INCR n", ":1"},
		{"INCRBY n 10", ":11"},
		{"DECR n", ":10"},
		{"DECRBY n 11", ":-1"},
		{"GET n", "$2 -1"},
		{"INCRBY n x", notInt},
		{"INCRBY n 9223372036854775808", notInt},
		{"DECRBY n x", notInt},
		{"INCR list", wrongType},
		{"INCRBY list x", notInt},
		{"SET n 9223372036854775807", "+OK"},
		{"INCR n", "-ERR increment or decrement would overflow"},
		{"DECRBY n -9223372036854775808", "-ERR decrement would overflow"},
		{"SET n -9223372036854775808", "+OK"},
		{"DECR n", "-ERR increment or decrement would overflow"},
		{"INCRBY n 9223372036854775807", ":-1"},
		{"DECR fresh", ":-1"},
		{"SET n 1x", "+OK"},
		{"INCR n", notInt},
		{"SET n 007", "+OK"},
		{"INCR n", notInt},
		{`SET n ""`, "+OK"},
		{"INCR n", notInt},
		{"SET n 1", "+OK"},
		{"APPEND n 1", ":2"},
		{"INCR n", ":12"},
	})
}

func TestEncodings(t *testing.T) {
	u := newUnit(t)
	long := gostrings.Repeat("x", 44)
	for _, tc := range []struct{ line, encoding string }{
		{"SET k 12", "int"}, {"SET k x", "embstr"}, {"SET k " + long, "embstr"}, {"SET k x" + long, "raw"},
		{"SET k 1", "int"}, {"APPEND k 2", "raw"}, {"INCR k", "int"}, {"SETRANGE k 0 9", "raw"}, {"DECR k", "int"},
		{"INCRBYFLOAT k 1", "embstr"}, {"INCR k", "int"}, {`APPEND k ""`, "raw"}, {"GETSET k 5", "int"},
		{`SETRANGE k 1 ""`, "int"}, {"GETDEL k", ""}, {"APPEND k 5", "int"}, {"GETDEL k", ""}, {"SETRANGE k 0 5", "raw"},
	} {
		u.Do(tc.line)
		require.Equal(t, tc.encoding, u.Encoding("k"), tc.line)
	}
}

func TestParts(t *testing.T) {
	u := check(t, []row{
		{"APPEND k abc", ":3"},
		{"APPEND k def", ":6"},
		{`APPEND k ""`, ":6"},
		{"GET k", "$6 abcdef"},
		{"STRLEN k", ":6"},
		{"STRLEN nothing", ":0"},
		{"STRLEN list", wrongType},
		{"APPEND list x", wrongType},
		{"SETRANGE k 2 XY", ":6"},
		{"GET k", "$6 abXYef"},
		{"SETRANGE k 5 123", ":8"},
		{"GET k", "$8 abXYe123"},
		{"SETRANGE k 10 z", ":11"},
		{"GET k", "$11 abXYe123\x00\x00z"},
		{"SETRANGE new 2 v", ":3"},
		{"GET new", "$3 \x00\x00v"},
		{`SETRANGE nothing 5 ""`, ":0"},
		{"GET nothing", "$-1"},
		{`SETRANGE k 500000000000 ""`, ":11"},
		{"SETRANGE k -1 x", "-ERR offset is out of range"},
		{"SETRANGE k x x", notInt},
		{`SETRANGE list 0 ""`, wrongType},
		{"SETRANGE list -1 x", "-ERR offset is out of range"},
		{"SET n -12345", "+OK"},
		{"STRLEN n", ":6"},
		{"SETRANGE n 1 9", ":6"},
		{"GET n", "$6 -92345"},
	})
	require.Equal(t, tooLong, u.Do("SETRANGE k 536870912 x"))
	require.Equal(t, tooLong, u.Do("SETRANGE nothing 9223372036854775807 x"))
	require.Equal(t, "$-1", u.Do("GET nothing"))
	u.limit(1 << 20)
	require.Equal(t, ":1048576", u.Do("SETRANGE k 1048575 x"))
	require.Equal(t, tooLong, u.Do("APPEND k x"))
	require.Equal(t, tooLong, u.Do("SETRANGE k 1048576 x"))
	require.Equal(t, ":1048576", u.Do(`APPEND k ""`))
}

// A string that was made shorter keeps its memory: what was in it must not come back.
func TestSetrangeGrowsWithZeros(t *testing.T) {
	u := check(t, []row{{"SET k abcdefghijklmnop", "+OK"}, {"SET k 0123456789", "+OK"}})
	require.Equal(t, ":14", u.Do("SETRANGE k 13 x"))
	require.Equal(t, "0123456789\x00\x00\x00x", u.bulk("GET k"))
}

func TestGetrange(t *testing.T) {
	check(t, []row{
		{"SET k HelloWorld", "+OK"},
		{"SET n 12345", "+OK"},
		{"GETRANGE k 0 4", "$5 Hello"},
		{"SUBSTR k 0 4", "$5 Hello"},
		{"GETRANGE k -3 -1", "$3 rld"},
		{"GETRANGE k 5 100", "$5 World"},
		{"GETRANGE k -100 100", "$10 HelloWorld"},
		{"GETRANGE k 3 2", "$0 "},
		{"GETRANGE k -1 -5", "$0 "},
		{"GETRANGE k 0 -11", "$1 H"},
		{"GETRANGE k -12 -11", "$1 H"},
		{"GETRANGE k 10 20", "$0 "},
		{"GETRANGE n 1 -2", "$3 234"},
		{"GETRANGE k -9223372036854775808 9223372036854775807", "$10 HelloWorld"},
		{"GETRANGE nothing 0 1", "$0 "},
		{"GETRANGE list 0 1", wrongType},
		{"GETRANGE list x 1", notInt},
		{"GETRANGE k 0 x", notInt},
		{`SET k ""`, "+OK"},
		{"GETRANGE k 0 -1", "$0 "},
	})
}

// Whatever the range is, it lies in the string.
func FuzzGetrange(f *testing.F) {
	f.Add("abc", int64(0), int64(-1))
	f.Add("", int64(math.MinInt64), int64(math.MaxInt64))
	f.Fuzz(func(t *testing.T, value string, from, to int64) {
		u := newUnit(t)
		u.Run([][]byte{[]byte("SET"), []byte("k"), []byte(value)})
		u.Run([][]byte{[]byte("GETRANGE"), []byte("k"), store.AppendInt(nil, from), store.AppendInt(nil, to)})
		_, text, _ := gostrings.Cut(string(u.Out.Buf), "\r\n")
		require.Contains(t, value, gostrings.TrimSuffix(text, "\r\n"))
	})
}

func TestDeclarations(t *testing.T) {
	names := map[string]bool{}
	for _, s := range command.NewRegistry(strings.Commands).All() {
		names[s.Name] = true
		require.NotEmpty(t, s.Complexity, s.Name)
		require.NotEmpty(t, s.Keys, s.Name)
	}
	require.Len(t, names, 25)
}
