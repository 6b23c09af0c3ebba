package lists_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/store"
)

const (
	syntax    = "-ERR syntax error"
	outOfSign = "-ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807"
)

// row is a request and its reply.
type row struct{ line, reply string }

func (u unit) rows(t *testing.T, rows []row) {
	t.Helper()
	for i, r := range rows {
		require.Equal(t, r.reply, u.Do(r.line), "row %d: %s", i, r.line)
	}
}

func TestChangesInside(t *testing.T) {
	u := newUnit(t)
	u.PutString("string", "value")
	u.PutList("l", "a", "b", "c", "b", "12")
	u.rows(t, []row{
		{"LINSERT l BEFORE b x", ":6"},
		{"LINSERT l aFTER 12 y", ":7"},
		{"LINSERT l AFTER nothing y", ":-1"},
		{"LINSERT nothing AFTER a y", ":0"},
		{"LINSERT nothing BESIDE a y", syntax},
		{"LINSERT string BESIDE a y", syntax},
		{"LINSERT string AFTER a y", wrongType},
		{"LRANGE l 0 -1", "*7 $1 a $1 x $1 b $1 c $1 b $2 12 $1 y"},
		{"LSET l 0 A", "+OK"},
		{"LSET l -1 9", "+OK"},
		{"LSET l 7 x", "-ERR index out of range"},
		{"LSET l -8 x", "-ERR index out of range"},
		{"LSET l 9223372036854775807 x", "-ERR index out of range"},
		{"LSET l -9223372036854775808 x", "-ERR index out of range"},
		{"LSET l x x", notInt},
		{"LSET nothing x x", "-ERR no such key"},
		{"LSET string x x", wrongType},
		{"LREM l 1 b", ":1"},
		{"LREM l 0 9", ":1"},
		{"LREM l 5 nothing", ":0"},
		{"LREM nothing 5 a", ":0"},
		{"LREM nothing x a", notInt},
		{"LREM string x a", notInt},
		{"LREM string 0 a", wrongType},
		{"LREM l -9223372036854775808 a", outOfSign},
		{"LRANGE l 0 -1", "*5 $1 A $1 x $1 c $1 b $2 12"},
		{"LTRIM l 1 -2", "+OK"},
		{"LTRIM l -9223372036854775808 9223372036854775807", "+OK"},
		{"LTRIM nothing 1 2", "+OK"},
		{"LTRIM nothing x 2", notInt},
		{"LTRIM string 0 x", notInt},
		{"LTRIM string 0 1", wrongType},
		{"LRANGE l 0 -1", "*3 $1 x $1 c $1 b"},
		{"LTRIM l 2 1", "+OK"},
		{"LLEN l", ":0"},
	})
	u.PutList("l", "1", "1", "1")
	u.rows(t, []row{{"LREM l -2 1", ":2"}, {"LREM l -9223372036854775807 1", ":1"}, {"LLEN l", ":0"}})
}

func TestWhatChangesInsideLog(t *testing.T) {
	for _, tc := range []struct {
		line, events string
		changes      int64
		logged       string // if not the line
	}{
		{"LINSERT l AFTER b x", "linsert l", 1, ""}, {"LINSERT l AFTER x x", "", 0, ""},
		{"LSET l 1 x", "lset l", 1, ""}, {"LSET l 7 x", "", 0, ""},
		{"LREM l 0 b", "lrem l", 2, ""}, {"LREM l 0 x", "", 0, ""}, {"LREM one 0 a", "lrem one,del one", 1, ""},
		{"LTRIM l 1 2", "ltrim l", 2, ""}, {"LTRIM l 0 -1", "ltrim l", 0, ""}, {"LTRIM l 5 1", "ltrim l,del l", 4, ""},
		{"LMOVE l one LEFT RIGHT", "rpush one,lpop l", 1, ""}, {"LMOVE one l RIGHT LEFT", "lpush l,rpop one,del one", 1, ""},
		{"LMOVE l l RIGHT LEFT", "lpush l,rpop l", 1, ""}, {"LMOVE one one LEFT LEFT", "lpush one,lpop one", 1, ""},
		{"LMOVE nothing l RIGHT LEFT", "", 0, ""}, {"RPOPLPUSH l fresh", "lpush fresh,rpop l", 1, ""},
		{"LMPOP 2 nothing l LEFT COUNT 2", "lpop l", 2, "LPOP l 2"}, {"LMPOP 1 l RIGHT", "rpop l", 1, "RPOP l 1"},
		{"LMPOP 2 one l RIGHT COUNT 9", "rpop one,del one", 1, "RPOP one 1"}, {"LMPOP 1 nothing LEFT", "", 0, ""},
		{"BLPOP nothing l 0", "lpop l", 1, "LPOP l"}, {"BRPOP one l 1.5", "rpop one,del one", 1, "RPOP one"},
		{"BLMPOP 0 2 nothing l LEFT COUNT 9", "lpop l,del l", 4, "LPOP l 4"}, {"BLPOP nothing 0", "", 0, ""},
		{"BLMOVE l one LEFT RIGHT 0", "rpush one,lpop l", 1, "LMOVE l one LEFT RIGHT"}, {"BLMOVE nothing l LEFT LEFT 0", "", 0, ""},
		{"BRPOPLPUSH l fresh 0", "lpush fresh,rpop l", 1, "RPOPLPUSH l fresh"},
	} {
		u := newUnit(t)
		u.PutList("l", "a", "b", "c", "b")
		u.PutList("one", "a")
		dirty := u.Store.Dirty()
		u.Logged()
		u.Store.SetEvents(store.EventList | store.EventGeneric)
		u.Do(tc.line)
		require.Equal(t, tc.events, strings.Join(u.Events(), ","), tc.line)
		require.Equal(t, tc.changes, u.Store.Dirty()-dirty, tc.line)
		want := []string{tc.line}
		if tc.changes == 0 {
			want = nil
		} else if tc.logged != "" {
			want = []string{tc.logged}
		}
		require.Equal(t, want, u.Logged(), tc.line)
	}
}

// Which encoding a list has depends on when its limits are looked at: before something is added, after something is taken.
func TestEncodingsOfChanges(t *testing.T) {
	const small, large = "listpack", "quicklist"
	for _, tc := range []struct{ name, build, line, l, m string }{
		{"room", "RPUSH l a b c", "LINSERT l BEFORE a x", small, ""},
		{"no room", "RPUSH l a b c d", "LINSERT l BEFORE a x", large, ""},
		{"no room, no pivot", "RPUSH l a b c d", "LINSERT l BEFORE nothing x", large, ""},
		{"half", "RPUSH l a b a a a", "LREM l -3 a", small, ""},
		{"over half", "RPUSH l a b a a a", "LREM l -2 a", large, ""},
		{"half in two nodes", "RPUSH l a b a a a", "LREM l 3 a", large, ""},
		{"none gone", "RPUSH l a b c d", "LREM l 0 x", small, ""},
		{"trimmed to half", "RPUSH l a b c d e", "LTRIM l 0 1", small, ""},
		{"two nodes", "RPUSH l a b c d e", "LTRIM l 3 4", large, ""},
		{"replaced", "RPUSH l a b c", "LSET l 0 x", small, ""},
		{"replaced, full", "RPUSH l a b c d", "LSET l 0 x", large, ""},
		{"nothing to replace", "RPUSH l a b c d", "LSET l 9 x", large, ""},
		{"moved", "RPUSH l a b c d e", "LMOVE l m RIGHT LEFT", large, small},
		{"round", "RPUSH l a b c d", "LMOVE l l RIGHT LEFT", small, small},
		{"round, full", "RPUSH l a b c d e", "LMOVE l l RIGHT LEFT", large, large},
		{"last of two nodes", "RPUSH l a b c d e", "LMPOP 1 l LEFT COUNT 4", small, ""},
	} {
		u := newUnit(t)
		u.nodeLimit(4)
		u.Do(tc.build)
		u.Do(tc.line)
		require.Equal(t, tc.l, u.Encoding("l"), tc.name)
		if key := strings.Fields(tc.line)[2]; tc.m != "" {
			require.Equal(t, tc.m, u.Encoding(key), tc.name)
		}
	}
	u := newUnit(t)
	u.nodeLimit(4)
	u.Do("RPUSH l a b c d e")
	u.Do("LPOP l 2")
	require.Equal(t, large, u.Encoding("l"))
	u.Do("LMOVE l l LEFT RIGHT")
	require.Equal(t, large, u.Encoding("l"), "it was never shorter")
}

// list-compress-depth is remembered; nodes stay as they are.
func TestCompressDepthIsTaken(t *testing.T) {
	u := newUnit(t)
	u.Configure(config.ListCompressDepth, "1")
	u.nodeLimit(2)
	u.Do("RPUSH l a b c d e f g")
	u.Do("LINSERT l AFTER d x")
	require.Equal(t, []string{"a", "b", "c", "d", "x", "e", "f", "g"}, u.elements("l"))
}

// Random changes inside of a list give what they give on a slice.
func TestChangesAgainstSlice(t *testing.T) {
	for seed, limit := range []int{-2, -1, 3, 1} {
		rng := rand.New(rand.NewPCG(uint64(seed), 3))
		u := newUnit(t)
		u.nodeLimit(limit)
		var model []string
		element := func() string {
			return []string{fmt.Sprintf("e%d", rng.IntN(20)), fmt.Sprint(rng.IntN(300)), strings.Repeat("z", 1+rng.IntN(900))}[rng.IntN(3)]
		}
		some := func() string {
			if len(model) == 0 {
				return element()
			}
			return model[rng.IntN(len(model))]
		}
		for range 1500 {
			switch rng.IntN(6) {
			case 0:
				v := element()
				u.Do("RPUSH l " + v)
				model = append(model, v)
			case 1:
				v, pivot := element(), some()
				u.Do("LINSERT l BEFORE " + pivot + " " + v)
				if i := slices.Index(model, pivot); i >= 0 {
					model = slices.Insert(model, i, v)
				}
			case 2:
				if v := element(); len(model) > 0 {
					i := rng.IntN(len(model))
					require.Equal(t, "+OK", u.Do(fmt.Sprintf("LSET l %d %s", i, v)))
					model[i] = v
				}
			case 3:
				v, n := some(), 0
				for i := len(model) - 1; i >= 0 && n < 2; i-- {
					if model[i] == v {
						model = slices.Delete(model, i, i+1)
						n++
					}
				}
				require.Equal(t, fmt.Sprintf(":%d", n), u.Do("LREM l -2 "+v))
			case 4:
				if len(model) > 200 {
					u.Do("LTRIM l 50 -51")
					model = model[50 : len(model)-50]
				}
			case 5:
				if len(model) > 0 {
					v := some()
					require.Equal(t, fmt.Sprintf(":%d", slices.Index(model, v)), u.Do("LPOS l "+v))
				}
			}
		}
		require.Equal(t, model, u.elements("l"))
	}
}
