package bitmaps_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/store"
)

const (
	wrongType = "-WRONGTYPE Operation against a key holding the wrong kind of value"
	notInt    = "-ERR value is not an integer or out of range"
	syntax    = "-ERR syntax error"
	badOffset = "-ERR bit offset is not an integer or out of range"
	badBit    = "-ERR bit is not an integer or out of range"
	badType   = "-ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is."
)

func TestBits(t *testing.T) {
	u := check(t, []row{
		{"GETBIT k 0", ":0"},
		{"SETBIT k 7 1", ":0"},
		{"GET k", "$1 \x01"},
		{"SETBIT k 7 0", ":1"},
		{"SETBIT k 17 1", ":0"},
		{"GET k", "$3 \x00\x00\x40"},
		{"GETBIT k 17", ":1"},
		{"GETBIT k 16", ":0"},
		{"GETBIT k 24", ":0"},
		{"GETBIT k 4294967295", ":0"},
		{"SETBIT k 1 0", ":0"},
		{"SET number 12", "+OK"},
		{"GETBIT number 2", ":1"},
		{"GETBIT number 100", ":0"},
		{"SETBIT number 6 1", ":0"}, // '1' becomes '3'
		{"INCR number", ":33"},
		{"GETBIT list 0", wrongType},
		{"SETBIT list 0 1", wrongType},
		{"GETBIT k -1", badOffset},
		{"GETBIT list 01", badOffset},
		{"GETBIT k 4294967296", badOffset},
		{"GETBIT k 9223372036854775807", badOffset},
		{"SETBIT k 4294967296 x", badOffset},
		{"SETBIT k x 1", badOffset},
		{"SETBIT k #1 1", badOffset},
		{"SETBIT k 0 2", badBit},
		{"SETBIT k 0 -1", badBit},
		{"SETBIT list 0 x", badBit},
	})
	require.Equal(t, "raw", u.Encoding("k"))
}

func TestOnlyWhatChangesIsAChange(t *testing.T) {
	u := newUnit(t)
	u.Store.SetEvents(store.EventString | store.EventNew | store.EventGeneric)
	for _, r := range []struct {
		line   string
		logged bool
		events []string
	}{
		{"SETBIT k 3 0", true, []string{"new k", "setbit k"}},
		{"SETBIT k 3 0", false, nil},
		{"SETBIT k 3 1", true, []string{"setbit k"}},
		{"SETBIT k 30 0", true, []string{"setbit k"}}, // it grows
		{"BITFIELD k SET u4 0 1", false, nil},
		{"BITFIELD k SET u4 0 2 SET u4 0 1", true, []string{"setbit k"}},
		{"BITFIELD k INCRBY u4 0 0 GET u8 0", false, nil},
		{"BITFIELD k GET u8 100", false, nil},
		{"BITFIELD k OVERFLOW FAIL INCRBY u4 0 100", false, nil},
		{"BITFIELD k OVERFLOW FAIL INCRBY u4 80 100", true, nil}, // refused, but the string has grown
		{"BITFIELD new GET u8 0", false, nil},
		{"BITFIELD new SET u8 0 0", true, []string{"new new", "setbit new"}},
		{"BITOP NOT k k", true, []string{"set k"}},
		{"BITOP NOT dest k", true, []string{"new dest", "set dest"}},
		{"BITOP AND dest none", true, []string{"del dest"}},
		{"BITOP AND dest none", false, nil},
		{"BITCOUNT k", false, nil},
	} {
		u.Do(r.line)
		var logged []string
		if r.logged {
			logged = []string{r.line}
		}
		require.Equal(t, logged, u.Logged(), r.line)
		require.Equal(t, r.events, u.Events(), r.line)
	}
}

func TestTheLimit(t *testing.T) {
	u := newUnit(t)
	u.Configure(config.ProtoMaxBulkLen, "1048576")
	for _, r := range []row{
		{"SETBIT k 8388607 1", ":0"},
		{"SETBIT k 8388608 1", badOffset},
		{"GETBIT k 8388608", badOffset},
		{"BITFIELD k SET u8 8388607 255", "*1 :128"}, // begins within
		{"STRLEN k", ":1048577"},
		{"BITFIELD k GET u8 #1048575", "*1 :1"},
		{"BITFIELD k GET u8 #1048576", badOffset},
		{"BITFIELD k GET i64 #9223372036854775807", badOffset},
		{"BITFIELD k GET i64 #144115188075855872", badOffset}, // 2^57, which times 64 is 2^63
		{"BITFIELD k GET i64 #288230376151711744", badOffset}, // 2^58, which times 64 is 2^64
	} {
		require.Equal(t, r.reply, u.Do(r.line), r.line)
	}
	u.Configure(config.ProtoMaxBulkLen, "9223372036854775807")
	require.Equal(t, badOffset, u.Do("BITFIELD k GET i64 #288230376151711744"))
	require.Equal(t, "*1 :0", u.Do("BITFIELD k GET i64 9223372036854775807"))
	require.Equal(t, ":0", u.Do("GETBIT k 9223372036854775807"))
	u.Configure(config.ProtoMaxBulkLen, "1048576")
	u.Loading = true // what was logged under a higher limit
	require.Equal(t, ":0", u.Do("SETBIT k 8388640 1"))
	require.Equal(t, ":1048581", u.Do("STRLEN k"))
}

func TestRanges(t *testing.T) {
	check(t, []row{
		{"SET k foobar", "+OK"},
		{"BITCOUNT k", ":26"},
		{"BITCOUNT k 0 0", ":4"},
		{"BITCOUNT k 1 1 BYTE", ":6"},
		{"BITCOUNT k 5 30 bit", ":17"},
		{"BITCOUNT k -2 -1", ":7"},
		{"BITCOUNT k -1 -2", ":0"},
		{"BITCOUNT k -100 -200", ":0"},
		{"BITCOUNT k -200 -100", ":4"},
		{"BITCOUNT k 100 200", ":0"},
		{"BITCOUNT k 0 9223372036854775807", ":26"},
		{"BITCOUNT k -9223372036854775808 9223372036854775807 BIT", ":26"},
		{"BITCOUNT k 3 3 BIT", ":0"},
		{"BITCOUNT k 2 2 BIT", ":1"},
		{"BITCOUNT none", ":0"},
		{"BITCOUNT none 0 -1", ":0"},
		{"BITCOUNT k 0", syntax},
		{"BITCOUNT k 0 1 NIBBLE", syntax},
		{"BITCOUNT k 0 1 BIT BIT", syntax},
		{"BITCOUNT list x 1", notInt},
		{"BITCOUNT list 0 x", notInt},
		{"BITCOUNT list 0 1", wrongType},
		{"BITCOUNT list", wrongType},
		{"SET number 7", "+OK"},
		{"BITCOUNT number", ":5"},

		{"BITPOS k 1", ":1"},
		{"BITPOS k 0", ":0"},
		{"BITPOS k 0 0 -1", ":0"},
		{"BITPOS none 0", ":0"},
		{"BITPOS none 1", ":-1"},
		{"BITPOS none 1 5 BIT", notInt},
		{`SETRANGE ones 0 "\xff\xff\xff"`, ":3"},
		{"BITPOS ones 0", ":24"},
		{"BITPOS ones 0 1", ":24"},
		{"BITPOS ones 0 3", ":-1"},
		{"BITPOS ones 0 0 -1", ":-1"},
		{"BITPOS ones 0 0 100", ":-1"},
		{"BITPOS ones 0 2 1", ":-1"},
		{"BITPOS ones 1 2", ":16"},
		{"BITPOS ones 1 7 15 BIT", ":7"},
		{"BITPOS ones 1 30 40 BIT", ":-1"},
		{"SETBIT ones 12 0", ":1"},
		{"BITPOS ones 0 5 12 BIT", ":12"},
		{"BITPOS ones 0 5 11 BIT", ":-1"},
		{"BITPOS ones 0 13 -1 BIT", ":-1"},
		{"BITPOS ones 0 -100 -200 BIT", ":-1"},
		{`SET zeros "\x00\x00"`, "+OK"},
		{"BITPOS zeros 1", ":-1"},
		{"BITPOS zeros 1 1", ":-1"},
		{"BITPOS k 2", "-ERR The bit argument must be 1 or 0."},
		{"BITPOS k x", notInt},
		{"BITPOS list 1 x", notInt},
		{"BITPOS list 1 0 x", notInt},
		{"BITPOS list 1 0 x NIBBLE", syntax},
		{"BITPOS list 1 0 1 BIT x", syntax},
		{"BITPOS list 1", wrongType},
		{"SETRANGE empty 0 x", ":1"},
	})
}

func TestBitop(t *testing.T) {
	u := check(t, []row{
		{`SET a "\xf0\x0f\xff"`, "+OK"},
		{`SET b "\xaa\xaa"`, "+OK"},
		{`SET c "\x01"`, "+OK"},
		{"BITOP AND d a b", ":3"},
		{"GET d", "$3 \xa0\x0a\x00"},
		{"BITOP or d a b c none", ":3"},
		{"GET d", "$3 \xfb\xaf\xff"},
		{"BITOP XOR d a b c", ":3"},
		{"GET d", "$3 \x5b\xa5\xff"},
		{"BITOP NOT d a", ":3"},
		{"GET d", "$3 \x0f\xf0\x00"},
		{"BITOP DIFF d a b c", ":3"},
		{"GET d", "$3 \x50\x05\xff"},
		{"BITOP DIFF1 d a b c", ":3"},
		{"GET d", "$3 \x0b\xa0\x00"},
		{"BITOP ANDOR d a b c", ":3"},
		{"GET d", "$3 \xa0\x0a\x00"},
		{"BITOP ONE d a b c a", ":3"},
		{"GET d", "$3 \x0b\xa0\x00"},
		{"BITOP ONE d c", ":1"},
		{"GET d", "$1 \x01"},
		{"BITOP OR b b a", ":3"}, // the destination grows, and is a source
		{"GET b", "$3 \xfa\xaf\xff"},
		{"BITOP XOR b a b b", ":3"},
		{"GET b", "$3 \xf0\x0f\xff"},
		{"SET n 12", "+OK"},
		{"SET m 5", "+OK"},
		{"BITOP XOR n n m", ":2"},
		{"GET n", "$2 \x042"},
		{"SET n 12", "+OK"},
		{"BITOP OR n m n m", ":2"},
		{"GET n", "$2 52"},
		{"BITOP AND a none c", ":1"},
		{"GET a", "$1 \x00"},
		{"BITOP NOT d none", ":0"},
		{"GET d", "$-1"},
		{"BITOP OR list c", ":1"},
		{"GET list", "$1 \x01"},
		{"BITOP NAND d a", syntax},
		{"BITOP NOT d a b", "-ERR BITOP NOT must be called with a single source key."},
		{"BITOP diff d a", "-ERR BITOP DIFF must be called with at least two source keys."},
		{"BITOP DIFF1 d a", "-ERR BITOP DIFF1 must be called with at least two source keys."},
		{"BITOP ANDOR d a", "-ERR BITOP ANDOR must be called with at least two source keys."},
	})
	require.Equal(t, "raw", u.Encoding("list"))
	check(t, []row{{"SET a x", "+OK"}, {"BITOP AND a a list", wrongType}, {"GET a", "$1 x"}})
	check(t, []row{{"BITOP AND list none", ":0"}, {"GET list", "$-1"}})
}

// The destination loses its deadline, also when it is a source; SETBIT and BITFIELD keep it.
func TestDeadlines(t *testing.T) {
	u := newUnit(t)
	for line, keeps := range map[string]bool{"SETBIT k 500 1": true, "BITFIELD k SET u8 900 1": true,
		"BITOP NOT k k": false, "BITOP NOT k other": false, "BITOP OR k k other": false} {
		u.Do("SET k abc EX 100")
		u.Do("SET other abcdef")
		u.Do(line)
		require.Equal(t, keeps, u.deadline("k") != 0, line)
	}
}

func TestBitfield(t *testing.T) {
	check(t, []row{
		{"BITFIELD k", "*0"},
		{"BITFIELD k GET u8 0 GET i64 #5", "*2 :0 :0"},
		{"STRLEN k", ":0"},
		{"BITFIELD k SET u5 7 23 GET u5 7", "*2 :0 :23"},
		{"GET k", "$2 \x01\x70"},
		{"BITFIELD k SET i8 #1 -3 GET u8 #1", "*2 :112 :253"},
		{"BITFIELD k incrby i5 100 1 get u4 0", "*2 :1 :0"},
		{"STRLEN k", ":14"},
		{"BITFIELD k INCRBY u2 100 1 OVERFLOW SAT INCRBY u2 102 1", "*2 :1 :1"},
		{"BITFIELD k INCRBY u2 100 1 OVERFLOW SAT INCRBY u2 102 1", "*2 :2 :2"},
		{"BITFIELD k INCRBY u2 100 1 OVERFLOW SAT INCRBY u2 102 1", "*2 :3 :3"},
		{"BITFIELD k INCRBY u2 100 1 OVERFLOW SAT INCRBY u2 102 1", "*2 :0 :3"},
		{"BITFIELD k OVERFLOW FAIL INCRBY u2 102 1 SET u2 102 1 SET u2 102 4", "*3 $-1 :3 $-1"},
		{"BITFIELD new SET i64 3 -1 GET u63 3 GET u63 4 GET i64 3", "*4 :0 :9223372036854775807 :9223372036854775807 :-1"},
		{"SET number 65", "+OK"},
		{"BITFIELD number GET u8 8", "*1 :53"},
		{"BITFIELD number INCRBY u8 8 1", "*1 :54"},
		{"GET number", "$2 66"},
		{"BITFIELD list GET u8 0", wrongType},
		{"BITFIELD list SET u8 0 1", wrongType},
		{"BITFIELD list GET", syntax},
		{"BITFIELD list GET u8", syntax},
		{"BITFIELD list SET u8 0", syntax},
		{"BITFIELD list INCRBY u8 0", syntax},
		{"BITFIELD list OVERFLOW", syntax},
		{"BITFIELD list OVERFLOW NEVER", "-ERR Invalid OVERFLOW type specified"},
		{"BITFIELD list GET u8 0 PUT u8 0 1", syntax},
		{"BITFIELD list GET u64 0", badType},
		{"BITFIELD list GET i65 0", badType},
		{"BITFIELD list GET i0 0", badType},
		{"BITFIELD list GET i-1 0", badType},
		{"BITFIELD list GET i 0", badType},
		{"BITFIELD list GET 8 0", badType},
		{`BITFIELD list GET "" 0`, badType},
		{"BITFIELD list GET I8 0", badType},
		{"BITFIELD list GET u8 -1", badOffset},
		{"BITFIELD list GET u8 #", badOffset},
		{"BITFIELD list GET u8 #-1", badOffset},
		{`BITFIELD list GET u8 ""`, badOffset},
		{"BITFIELD list SET u8 0 x", notInt},
		{"BITFIELD_RO k GET u8 #1", "*1 :253"},
		{"BITFIELD_RO none GET u8 1", "*1 :0"},
		{"BITFIELD_RO k", "*0"},
		{"BITFIELD_RO list SET u8 1 1", "-ERR BITFIELD_RO only supports the GET subcommand"},
		{"BITFIELD_RO list OVERFLOW SAT GET u8 1", wrongType},
	})
}

// More operations than usual are none the less executed.
func TestManyOperations(t *testing.T) {
	u := newUnit(t)
	line, reply := "BITFIELD k", "*50"
	for range 50 {
		line += " INCRBY u8 #2 7"
	}
	for i := range 50 {
		reply += " :" + itoa((i+1)*7%256)
	}
	require.Equal(t, reply, u.Do(line))
}

func TestWhatBitfieldDoesWithItsKey(t *testing.T) {
	u := newUnit(t)
	for line, names := range map[string][]string{
		"BITFIELD k":                              {"RO", "access"},
		"BITFIELD k GET u8 0 OVERFLOW SAT":        {"RO", "access"},
		"BITFIELD k GET u8 0 SET u8 0 1":          {"RW", "access", "update"},
		"BITFIELD k GET u8 0 GET":                 {"RW", "access", "update"},
		"BITFIELD_RO k GET u8 0":                  {"RO", "access"},
		"BITFIELD k OVERFLOW SAT INCRBY u8 0 100": {"RW", "access", "update"},
	} {
		args := words(line)
		spec, _ := u.Registry.Find(args)
		refs, err := spec.KeysOf(args)
		require.NoError(t, err)
		require.Len(t, refs, 1)
		require.Equal(t, names, refs[0].Flags.Names(), line)
	}
}
