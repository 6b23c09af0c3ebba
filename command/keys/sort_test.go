package keys_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/set"
)

// A set's own order depends on how it is stored, and the log has the request: whatever the order, SORT … STORE makes the same
// list, also where all members count the same.
func TestSortedSetIsTheSameWhereTheLogIsRead(t *testing.T) {
	for _, request := range []string{"SORT s BY none* ALPHA STORE d", "SORT s BY w* ALPHA DESC STORE d", "SORT s BY none* STORE d",
		"SORT s BY nosort STORE d", "SORT s ALPHA LIMIT 1 2 STORE d"} {
		var lists []string
		for _, members := range [][]string{{"c", "a", "d", "b"}, {"b", "d", "a", "c"}, {"a", "b", "c", "d"}} {
			for _, lim := range []set.Limits{{}, {Listpack: 9, ListpackValue: 9}} {
				u := newUnit(t)
				u.Inside(func(tx *store.Tx) {
					s := set.New([]byte(members[0]), 1, lim)
					for _, m := range members {
						s.Insert([]byte(m), lim)
					}
					tx.PutSet([]byte("s"), s)
				})
				u.PutString("wa", "1")
				u.Do(request)
				u.Inside(func(tx *store.Tx) {
					list := ""
					tx.Peek([]byte("d")).Elements(func(parts ...[]byte) bool {
						list += string(parts[0])
						return true
					})
					lists = append(lists, list)
				})
			}
		}
		for _, list := range lists {
			require.Equal(t, lists[0], list, request)
		}
	}
}

// Elements of a list that count the same stay in the order that they have.
func TestSortKeepsEqualsOfLists(t *testing.T) {
	u := newUnit(t)
	u.PutList("l", "c", "a", "b", "a", "d", "e", "f", "b", "g", "h", "i", "j", "k")
	require.Equal(t, "*13 $1 c $1 a $1 b $1 a $1 d $1 e $1 f $1 b $1 g $1 h $1 i $1 j $1 k", u.Do("SORT l BY none* ALPHA"))
}
