package strings_test

import (
	"fmt"
	"math/rand/v2"
	gostrings "strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLCS(t *testing.T) {
	u := check(t, []row{
		{"MSET a ohmytext b mynewtext n 12345 m 2345", "+OK"},
		{"LCS a b", "$6 mytext"},
		{"LCS a b LEN", ":6"},
		{"LCS a b IDX", "*4 $7 matches *2 *2 *2 :4 :7 *2 :5 :8 *2 *2 :2 :3 *2 :0 :1 $3 len :6"},
		{"LCS a b IDX WITHMATCHLEN", "*4 $7 matches *2 *3 *2 :4 :7 *2 :5 :8 :4 *3 *2 :2 :3 *2 :0 :1 :2 $3 len :6"},
		{"LCS a b IDX MINMATCHLEN 4", "*4 $7 matches *1 *2 *2 :4 :7 *2 :5 :8 $3 len :6"},
		{"LCS a b IDX MINMATCHLEN -4", "*4 $7 matches *2 *2 *2 :4 :7 *2 :5 :8 *2 *2 :2 :3 *2 :0 :1 $3 len :6"},
		{"LCS a b IDX MINMATCHLEN 100", "*4 $7 matches *0 $3 len :6"},
		{"LCS n m", "$4 2345"},
		{"LCS a a IDX", "*4 $7 matches *1 *2 *2 :0 :7 *2 :0 :7 $3 len :8"},
		{"LCS a nothing", "$0 "},
		{"LCS a nothing LEN", ":0"},
		{"LCS nothing a IDX", "*4 $7 matches *0 $3 len :0"},
		{"LCS a b LEN IDX", "-ERR If you want both the length and indexes, please just use IDX."},
		{"LCS a b WHAT", syntax},
		{"LCS a b MINMATCHLEN", syntax},
		{"LCS a b MINMATCHLEN x", notInt},
		{"LCS a list WHAT", "-ERR The specified keys must contain string values"},
		{"LCS list nothing", "-ERR The specified keys must contain string values"},
	})
	u.Out.Proto = 3
	require.Equal(t, "%2 $7 matches *1 *2 *2 :4 :7 *2 :5 :8 $3 len :6", u.Do("LCS a b IDX MINMATCHLEN 3"))
}

func TestLCSTakesNoMoreMemoryThanAllowed(t *testing.T) {
	const refused = "-ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len"
	u := newUnit(t)
	u.limit(1 << 20) // 512×512 cells of 4 bytes
	u.Do("SET a " + gostrings.Repeat("x", 511))
	u.Do("SET b " + gostrings.Repeat("x", 511))
	require.Equal(t, ":511", u.Do("LCS a b LEN"))
	u.Do("APPEND b x")
	require.Equal(t, refused, u.Do("LCS a b LEN"))
	require.Equal(t, "$-1", u.Do("GET nothing"), "one reply")
}

// The ranges of random strings are equal parts of both, in order, and add up to the length.
func TestLCSRanges(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	text := func() string {
		b := make([]byte, 1+rng.IntN(30))
		for i := range b {
			b[i] = "abc"[rng.IntN(3)]
		}
		return string(b)
	}
	for range 300 {
		u := newUnit(t)
		a, b := text(), text()
		u.Do(fmt.Sprintf("MSET a %s b %s", a, b))
		whole := u.bulk("LCS a b")
		fields := gostrings.Fields(u.Do("LCS a b IDX WITHMATCHLEN"))
		var total, n int
		fmt.Sscanf(fields[3], "*%d", &n)
		fields = fields[4:]
		joined, endA, endB := "", len(a), len(b)
		for range n {
			var a0, a1, b0, b1, size int
			_, err := fmt.Sscanf(gostrings.Join(fields[:8], " "), "*3 *2 :%d :%d *2 :%d :%d :%d", &a0, &a1, &b0, &b1, &size)
			require.NoError(t, err)
			require.Equal(t, a[a0:a1+1], b[b0:b1+1])
			require.Equal(t, size, a1-a0+1)
			require.Less(t, a1, endA)
			require.Less(t, b1, endB)
			joined, endA, endB, total = a[a0:a1+1]+joined, a0, b0, total+size
			fields = fields[8:]
		}
		require.Equal(t, whole, joined)
		require.Equal(t, []string{"$3", "len", fmt.Sprintf(":%d", total)}, fields)
	}
}
