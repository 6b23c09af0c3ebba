package hashes_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/command/commandtest"
	"github.com/miniredisd/miniredisd/store"
)

const tooLate = "-ERR invalid expire time in '%s' command"

func TestExpireReplies(t *testing.T) {
	both(t, func(t *testing.T, u unit) {
		u.Do("HSET h a 1 b 2 c 3")
		u.rows(t, []row{
			{"HEXPIRE none 10 FIELDS 2 a b", "*2 :-2 :-2"},
			{"HTTL none FIELDS 1 a", "*1 :-2"},
			{"HPERSIST none FIELDS 1 a", "*1 :-2"},
			{"HTTL h FIELDS 2 a none", "*2 :-1 :-2"},
			{"HPERSIST h FIELDS 2 a none", "*2 :-1 :-2"},
			{"HEXPIRE h 10 FIELDS 2 a none", "*2 :1 :-2"},
			{"HTTL h FIELDS 2 a b", "*2 :10 :-1"},
			{"HPTTL h FIELDS 1 a", "*1 :10000"},
			{"HEXPIRETIME h FIELDS 1 a", "*1 :1010"},
			{"HPEXPIRETIME h FIELDS 1 a", "*1 :1010000"},
			{"HPEXPIRE h 1500 FIELDS 1 a", "*1 :1"},
			{"HTTL h FIELDS 1 a", "*1 :2"},
			{"HEXPIRETIME h FIELDS 1 a", "*1 :1002"},
			{"HPEXPIRE h 1000 NX FIELDS 2 a b", "*2 :0 :1"},
			{"HPEXPIRE h 1000 XX FIELDS 2 a c", "*2 :1 :0"},
			{"HPEXPIRE h 1000 GT FIELDS 2 a c", "*2 :0 :0"},
			{"HPEXPIRE h 1001 gt FIELDS 1 a", "*1 :1"},
			{"HPEXPIRE h 1001 LT FIELDS 2 a b", "*2 :0 :0"},
			{"HPEXPIRE h 999 LT FIELDS 3 a b c", "*3 :1 :1 :1"},
			{"HPERSIST h FIELDS 2 a b", "*2 :1 :1"},
			{"HEXPIREAT h 2000 FIELDS 1 a", "*1 :1"},
			{"HPTTL h FIELDS 1 a", "*1 :1000000"},
			{"HPEXPIREAT h 2000000 FIELDS 1 b", "*1 :1"},
			{"HPTTL h FIELDS 1 b", "*1 :1000000"},
			{"HPEXPIREAT h 999999 FIELDS 2 a b", "*2 :2 :2"},
			{"HEXPIRE h 0 FIELDS 1 c", "*1 :2"},
			{"HLEN h", ":0"},
		})
	})
}

func TestExpireErrors(t *testing.T) {
	u := newUnit(t)
	u.Do("HSET h a 1")
	const (
		missing  = "-ERR Mandatory argument FIELDS is missing or not at the right position"
		mismatch = "-ERR The `numfields` parameter must match the number of arguments"
		number   = "-ERR Number of fields must be a positive integer"
		negative = "-ERR invalid expire time, must be >= 0"
	)
	u.rows(t, []row{
		{"HEXPIRE string x FIELDS 1 a", wrongType},
		{"HEXPIRE h x FIELDS 1 a", notInt},
		{"HEXPIRE h -1 FIELDS 1 a", negative},
		{"HEXPIRE h 70368744177 FIELDS 1 a", fmt.Sprintf(tooLate, "hexpire")},
		{"HEXPIREAT h 70368744178 FIELDS 1 a", fmt.Sprintf(tooLate, "hexpireat")},
		{"HPEXPIRE h 70368744177663 FIELDS 1 a", fmt.Sprintf(tooLate, "hpexpire")},
		{"HPEXPIREAT h 70368744177664 FIELDS 1 a", fmt.Sprintf(tooLate, "hpexpireat")},
		{"HPEXPIREAT h 9223372036854775807 FIELDS 1 a", fmt.Sprintf(tooLate, "hpexpireat")},
		{"HEXPIRE h 10 FIELD 1 a", missing},
		{"HEXPIRE h 10 NX 1 a b", missing},
		{"HEXPIRE h 10 NX XX FIELDS 1 a", missing},
		{"HEXPIRE h 10 FIELDS 0 a", "-ERR Parameter `numFields` should be greater than 0"},
		{"HEXPIRE h 10 FIELDS x a", "-ERR Parameter `numFields` should be greater than 0"},
		{"HEXPIRE h 10 FIELDS 2 a", mismatch},
		{"HEXPIRE h 10 FIELDS 1 a b", mismatch},
		{"HEXPIRE h 10 FIELDS 9223372036854775807 a b", mismatch},
		{"HTTL string FIELDS 1 a", wrongType},
		{"HTTL h FIELD 1 a", missing},
		{"HTTL h FIELDS 0 a", number},
		{"HTTL h FIELDS 2 a", mismatch},
		{"HPERSIST string FIELDS 1 a", wrongType},
		{"HPERSIST h FIELD 1 a", missing},
		{"HPERSIST h FIELDS -1 a", number},
		{"HPERSIST h FIELDS 2 a", mismatch},
		{"HGETDEL string FIELDS 1 a", wrongType},
		{"HGETDEL h FIELD 1 a", missing},
		{"HGETDEL h FIELDS 0 a", number},
		{"HGETDEL h FIELDS 2 a", mismatch},
		{"HGETEX string FIELDS 1 a", wrongType},
		{"HGETEX h EX x FIELDS 1 a", notInt},
		{"HGETEX h EX -1 FIELDS 1 a", negative},
		{"HGETEX h EX 70368744177 FIELDS 1 a", fmt.Sprintf(tooLate, "hgetex")},
		{"HGETEX h EX 10 FIELD 1 a", missing},
		{"HGETEX h EX 10 FIELDS", "-ERR wrong number of arguments for 'hgetex' command"},
		{"HGETEX h PERSIST FIELDS 2 a", mismatch},
		{"HGETEX h PERSIST 1 a", missing},
		{"HSETEX string FIELDS 1 a b", wrongType},
		{"HSETEX h FNX FXX FIELDS 1 a b", "-ERR Only one of FXX or FNX arguments can be specified"},
		{"HSETEX h EX 1 KEEPTTL FIELDS 1 a b", "-ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified"},
		{"HSETEX h EX -1 FIELDS 1 a b", negative},
		{"HSETEX h FNX KEEPTTL KEEPTTL EX", "-ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified"},
		{"HSETEX h FNX x FIELDS 1", "-ERR unknown argument: x"},
		{"HSETEX h FIELDS 0 a b", "-ERR invalid number of fields"},
		{"HSETEX h FIELDS 2147483648 a b", "-ERR invalid number of fields"},
		{"HGETEX h EX 10 a", "-ERR wrong number of arguments for 'hgetex' command"},
		{"HSETEX h FIELDS 2 a b", "-ERR wrong number of arguments for 'hsetex' command"},
		{"HSETEX h FIELDS 1 a b c", "-ERR wrong number of arguments for 'hsetex' command"},
		{"HSETEX h FNX FIELDS 1 a", "-ERR wrong number of arguments for 'hsetex' command"},
		{"HSETEX h FNX EX 10 EX", "-ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified"},
		{"HSETEX h FNX KEEPTTL FNX x", "-ERR Only one of FXX or FNX arguments can be specified"},
	})
	require.Empty(t, u.Logged()[1:])
}

// TestLazy: who looks at a field whose time has come removes it, and HLEN does not look.
func TestLazy(t *testing.T) {
	both(t, func(t *testing.T, u unit) {
		u.Do("HSET h a 1 b 2 c 3 d 4 stays 5")
		u.Do("HPEXPIRE h 10 FIELDS 4 a b c d")
		u.Now += 9
		require.Equal(t, "$1 1", u.Do("HGET h a"))
		u.Now++
		u.Logged()
		u.Events()
		u.rows(t, []row{
			{"HLEN h", ":5"},
			{"HGETALL h", "*2 $5 stays $1 5"},
			{"HKEYS h", "*1 $5 stays"},
			{"HVALS h", "*1 $1 5"},
			{"HSCAN h 0 COUNT 100", "*2 $1 0 *2 $5 stays $1 5"},
			{"HTTL h FIELDS 1 a", "*1 :-2"},
			{"HPERSIST h FIELDS 1 a", "*1 :-2"},
			{"HLEN h", ":5"},
		})
		require.Empty(t, u.Logged())
		require.Equal(t, "$-1", u.Do("HGET h a"))
		require.Equal(t, []string{"HDEL h a"}, u.Logged())
		require.Equal(t, []string{"hexpired h"}, u.Events())
		require.Equal(t, ":4", u.Do("HLEN h"))
		require.Equal(t, "*3 $-1 $-1 $1 5", u.Do("HMGET h b c stays"))
		require.Equal(t, []string{"[HDEL h b; HDEL h c]"}, u.Logged())
		require.Equal(t, []string{"hexpired h"}, u.Events())
		require.Equal(t, "*1 :-2", u.Do("HEXPIRE h 10 FIELDS 1 d"), "it is too late to prolong its life")
		require.Equal(t, []string{"HDEL h d"}, u.Logged())
		require.EqualValues(t, 4, u.Store.Stats().ExpiredFields)
		require.Equal(t, ":1", u.Do("HLEN h"))
	})
}

// TestLastFieldDies looks at the last field after its time in every way.
func TestLastFieldDies(t *testing.T) {
	for _, tc := range []struct {
		line, reply    string
		logged, events string
	}{
		{"HGET h a", "$-1", "HDEL h a", "hexpired h,del h"},
		{"HMGET h a b", "*2 $-1 $-1", "HDEL h a", "hexpired h,del h"},
		{"HEXISTS h a", ":0", "HDEL h a", "hexpired h,del h"},
		{"HSTRLEN h a", ":0", "HDEL h a", "hexpired h,del h"},
		{"HRANDFIELD h", "$-1", "HDEL h a", "hexpired h,del h"},
		{"HRANDFIELD h 3", "*0", "HDEL h a", "hexpired h,del h"},
		{"HDEL h a", ":1", "HDEL h a", "hdel h,del h"},
		{"HSETNX h a 2", ":1", "[HDEL h a; HSETNX h a 2]", "hexpired h,del h,hset h"},
		{"HINCRBY h a 2", ":2", "[HDEL h a; HINCRBY h a 2]", "hexpired h,del h,hincrby h"},
		{"HINCRBYFLOAT h a 2", "$1 2", "[HDEL h a; HSET h a 2]", "hexpired h,del h,hincrbyfloat h"},
		{"HSET h a 2", ":0", "HSET h a 2", "hset h"},
		{"HGETDEL h FIELDS 1 a", "*1 $-1", "HDEL h a", "hexpired h,del h"},
		{"HGETEX h EX 10 FIELDS 1 a", "*1 $-1", "HDEL h a", "hexpired h,del h"},
		{"HGETEX h FIELDS 1 a", "*1 $-1", "HDEL h a", "hexpired h,del h"},
		{"HSETEX h FXX FIELDS 1 a 2", ":0", "HDEL h a", "hexpired h,del h"},
		{"HSETEX h FNX FIELDS 1 a 2", ":1", "[HDEL h a; HSETEX h FNX FIELDS 1 a 2]", "hexpired h,del h,hset h"},
		{"HSETEX h KEEPTTL FIELDS 1 a 2", ":1", "[HDEL h a; HSETEX h KEEPTTL FIELDS 1 a 2]", "hexpired h,del h,hset h"},
		{"HSETEX h PX 5 FIELDS 1 a 2", ":1", "HSETEX h PXAT " + at(15) + " FIELDS 1 a 2", "hset h,hexpire h"},
		{"HPEXPIRE h 10 FIELDS 1 a", "*1 :-2", "HDEL h a", "hexpired h,del h"},
		{"HTTL h FIELDS 1 a", "*1 :-2", "", ""},
		{"HGETALL h", "*0", "", ""},
	} {
		both(t, func(t *testing.T, u unit) {
			u.Do("HSET h a 1")
			u.Do("HPEXPIRE h 10 FIELDS 1 a")
			u.Now += 10
			u.Logged()
			u.Events()
			require.Equal(t, tc.reply, u.Do(tc.line), tc.line)
			require.Equal(t, tc.logged, strings.Join(u.Logged(), ","), tc.line)
			require.Equal(t, tc.events, strings.Join(u.Events(), ","), tc.line)
			u.expireDue()
			u.Inside(func(tx *store.Tx) {
				e := tx.Peek([]byte("h"))
				require.Equal(t, !strings.HasSuffix(tc.events, "set h") && !strings.Contains(tc.events, "hincr") &&
					!strings.HasSuffix(tc.events, "hexpire h"), e == nil, tc.line)
			})
			if n := u.Do("HLEN h"); n == ":1" {
				want := "*1 :-1"
				if strings.Contains(tc.line, "PX") {
					want = "*1 :5"
				}
				require.Equal(t, want, u.Do("HPTTL h FIELDS 1 a"), tc.line)
			}
		})
	}
}

func TestActive(t *testing.T) {
	both(t, func(t *testing.T, u unit) {
		u.Do("HSET h a 1 b 2 c 3")
		u.Do("HPEXPIRE h 10 FIELDS 2 a b")
		u.Do("HPEXPIRE h 20 FIELDS 1 c")
		u.Do("HSET stays a 1 b 2")
		u.Do("HPEXPIRE stays 10 FIELDS 1 a")
		u.Logged()
		u.Events()
		u.Now += 10
		u.expireDue()
		require.ElementsMatch(t, []string{"HDEL h a", "HDEL h b", "HDEL stays a"}, u.Logged())
		require.ElementsMatch(t, []string{"hexpired h", "hexpired stays"}, u.Events())
		require.Equal(t, ":1", u.Do("HLEN h"))
		u.Now += 10
		u.expireDue()
		require.Equal(t, []string{"HDEL h c"}, u.Logged())
		require.Equal(t, []string{"hexpired h", "del h"}, u.Events())
		require.Equal(t, ":0", u.Do("HLEN h"))
		require.Equal(t, ":1", u.Do("HLEN stays"))
		require.EqualValues(t, 4, u.Store.Stats().ExpiredFields)
		require.Zero(t, u.Store.Stats().Expired)
	})
}

// TestActiveMany has more fields due than are removed at a time.
func TestActiveMany(t *testing.T) {
	u := newUnit(t)
	u.Store.SetEvents(0)
	u.DropLog = true
	for i := range 5000 {
		u.Do(fmt.Sprintf("HSET h f%d v", i))
		u.Do(fmt.Sprintf("HPEXPIRE h %d FIELDS 1 f%d", 1+i%7, i))
	}
	u.Do("HSET h stays v")
	u.Now += 7
	u.expireDue()
	require.Equal(t, ":1", u.Do("HLEN h"))
}

func TestActiveIsOff(t *testing.T) {
	u := newUnit(t)
	u.Store.SetActiveExpire(false)
	u.Do("HSET h a 1")
	u.Do("HPEXPIRE h 10 FIELDS 1 a")
	u.Now += 10
	u.expireDue()
	require.Equal(t, ":1", u.Do("HLEN h"))
	u.Store.SetActiveExpire(true)
	u.expireDue()
	require.Equal(t, ":0", u.Do("HLEN h"))
}

func TestSetForgetsDeadline(t *testing.T) {
	both(t, func(t *testing.T, u unit) {
		u.Do("HSET h a 1 b 2")
		u.Do("HPEXPIRE h 10 FIELDS 2 a b")
		u.rows(t, []row{
			{"HINCRBY h a 1", ":2"},
			{"HPTTL h FIELDS 1 a", "*1 :10"},
			{"HINCRBYFLOAT h a 1", "$1 3"},
			{"HPTTL h FIELDS 1 a", "*1 :10"},
			{"HSETEX h KEEPTTL FIELDS 1 a 4", ":1"},
			{"HPTTL h FIELDS 1 a", "*1 :10"},
			{"HSET h a 5", ":0"},
			{"HPTTL h FIELDS 1 a", "*1 :-1"},
			{"HSETEX h FIELDS 1 b 5", ":1"},
			{"HPTTL h FIELDS 1 b", "*1 :-1"},
		})
		u.Inside(func(tx *store.Tx) { require.Zero(t, tx.SizeSubexpiring()) })
	})
}

func TestExpireEffects(t *testing.T) {
	both(t, func(t *testing.T, u unit) {
		u.Do("HSET h a 1 b 2 c 3 d 4")
		u.Logged()
		u.Events()
		for _, tc := range []struct{ line, logged, events string }{
			{"HEXPIRE h 10 FIELDS 2 a none", "HPEXPIREAT h " + at(10000) + " FIELDS 1 a", "hexpire h"},
			{"HPEXPIRE h 20 NX FIELDS 2 a b", "HPEXPIREAT h " + at(20) + " NX FIELDS 1 b", "hexpire h"},
			{"HEXPIRE h 10 XX FIELDS 1 c", "", ""},
			{"HEXPIRE none 10 FIELDS 1 c", "", ""},
			{"HEXPIREAT h 2000 GT FIELDS 2 a b", "HPEXPIREAT h 2000000 GT FIELDS 2 a b", "hexpire h"},
			{"HPERSIST h FIELDS 1 c", "", ""},
			{"HPERSIST h FIELDS 2 a c", "HPERSIST h FIELDS 2 a c", "hpersist h"},
			{"HGETEX h FIELDS 1 a", "", ""},
			{"HGETEX h PERSIST FIELDS 1 a", "", ""},
			{"HGETEX h PX 10 FIELDS 2 a none", "HPEXPIREAT h " + at(10) + " FIELDS 1 a", "hexpire h"},
			{"HGETEX h PERSIST FIELDS 2 a c", "HPERSIST h FIELDS 1 a", "hpersist h"},
			{"HGETEX h PXAT 1 FIELDS 1 a", "HDEL h a", "hdel h"},
			{"HSETEX h EX 10 FIELDS 1 a 2", "HSETEX h PXAT " + at(10000) + " FIELDS 1 a 2", "hset h,hexpire h"},
			{"HSETEX h FXX PXAT 1500000 FIELDS 1 a 2", "HSETEX h FXX PXAT 1500000 FIELDS 1 a 2", "hset h,hexpire h"},
			{"HSETEX h FNX FIELDS 1 a 2", "", ""},
			{"HSETEX h FXX FIELDS 2 a 2 none 3", "", ""},
			{"HSETEX none FXX FIELDS 1 a 2", "", ""},
			{"HSETEX h EXAT 1 FIELDS 2 a 2 e 3", "[HDEL h a; HDEL h e]", "hset h,hdel h"},
			{"HEXPIREAT h 1 FIELDS 3 b c none", "[HDEL h b; HDEL h c]", "hdel h"},
			{"HEXPIREAT h 1 FIELDS 1 d", "HDEL h d", "hdel h,del h"},
			{"HSETEX n PXAT 1 FIELDS 1 a 2", "HDEL n a", "hset n,hdel n,del n"},
		} {
			u.Do(tc.line)
			require.Equal(t, tc.logged, strings.Join(u.Logged(), ","), tc.line)
			require.Equal(t, tc.events, strings.Join(u.Events(), ","), tc.line)
		}
		require.Equal(t, ":0", u.Do("HLEN n"))
	})
}

// TestReplay: what a log says is done, however late it is.
func TestReplay(t *testing.T) {
	both(t, func(t *testing.T, u unit) {
		u.Loading = true
		u.rows(t, []row{
			{"HSET h a 1 b 2", ":2"},
			{"HPEXPIREAT h 0 FIELDS 1 a", "*1 :1"},
			{"HPEXPIREAT h 5 FIELDS 1 b", "*1 :1"},
			{"HSETEX h KEEPTTL FIELDS 1 b 7", ":1"},
			{"HSETEX h PXAT 6 FIELDS 1 c 8", ":1"},
			{"HPEXPIREAT h 999999 NX FIELDS 1 c", "*1 :0"},
			{"HGET h b", "$1 7"},
			{"HLEN h", ":3"},
		})
		u.Loading = false
		require.Equal(t, "*0", u.Do("HGETALL h"))
		u.expireDue()
		require.Equal(t, ":0", u.Do("HLEN h"))
	})
}

func TestRandomRemovesDead(t *testing.T) {
	both(t, func(t *testing.T, u unit) {
		u.Do("HSET h a 1 b 2 c 3")
		u.Do("HPEXPIRE h 10 FIELDS 2 a b")
		u.Now += 10
		u.Logged()
		require.Equal(t, "*1 $1 c", u.Do("HRANDFIELD h 5"))
		require.ElementsMatch(t, []string{"[HDEL h a; HDEL h b]"}, u.Logged())
		require.Equal(t, ":1", u.Do("HLEN h"))
	})
}

// TestFieldDeadlinesTravel: RENAME, COPY and MOVE take them along.
func TestFieldDeadlinesTravel(t *testing.T) {
	both(t, func(t *testing.T, u unit) {
		u.Do("HSET h a 1 b 2")
		u.Do("HPEXPIRE h 10 FIELDS 1 a")
		u.Inside(func(tx *store.Tx) {
			copied := tx.Peek([]byte("h")).Clone()
			tx.Give([]byte("copy"), copied)
			tx.Give([]byte("moved"), tx.Take([]byte("h")))
			require.Equal(t, 2, tx.SizeSubexpiring())
			tx.Expire(tx.Peek([]byte("moved")), commandtest.StartTime+1000) // the record moves
			tx.SetString([]byte("copy"), []byte("string"), false)
			require.Equal(t, 1, tx.SizeSubexpiring())
		})
		require.Equal(t, "*1 :10", u.Do("HPTTL moved FIELDS 1 a"))
		u.Now += 10
		u.expireDue()
		require.Equal(t, ":1", u.Do("HLEN moved"))
	})
}
