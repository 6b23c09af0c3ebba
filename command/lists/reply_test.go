package lists_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/command/commandtest"
)

// edges are texts around the lengths, and integers around the sizes, that are written in different ways.
func edges() []string {
	var list []string
	for n := range 82 {
		list = append(list, strings.Repeat("abcdefghij", 9)[:n])
	}
	for _, n := range []int{99, 100, 999, 1000, 1023, 1024, 4095, 4096, 9000} {
		list = append(list, strings.Repeat("x", n))
	}
	for bits := range 63 {
		n := int64(1) << bits
		list = append(list, fmt.Sprint(n), fmt.Sprint(-n), fmt.Sprint(n-1), "0"+fmt.Sprint(n))
	}
	return append(list, "9223372036854775807", "-9223372036854775808", "9223372036854775808", "-0", "\r\n", "\x00")
}

func encoded(elements []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "*%d\r\n", len(elements))
	for _, e := range elements {
		fmt.Fprintf(&b, "$%d\r\n%s\r\n", len(e), e)
	}
	return b.String()
}

// Every range is replied byte for byte, wherever the reply buffer ends.
func TestRangeReplies(t *testing.T) {
	list := edges()
	for _, limit := range []int{-1, -2, 1, 7, 200} {
		u := newUnit(t)
		u.nodeLimit(limit)
		for _, e := range list {
			u.Run([][]byte{[]byte("RPUSH"), []byte("l"), []byte(e)})
		}
		for from := 0; from < len(list); from += 3 {
			for _, to := range []int{from, from + 1, from + 20, len(list) - 1} {
				to = min(to, len(list)-1)
				u.Out.Buf = make([]byte, 0, (from+to)%97)
				u.Run(commandtest.Words(fmt.Sprintf("LRANGE l %d %d", from, to)))
				require.Equal(t, encoded(list[from:to+1]), string(u.Out.Buf), "%d to %d", from, to)
			}
		}
		u.Run(commandtest.Words("RPOP l 300"))
		last := slices.Clone(list[len(list)-300:])
		slices.Reverse(last)
		require.Equal(t, encoded(last), string(u.Out.Buf))
		u.Run(commandtest.Words("LPOP l 9999"))
		require.Equal(t, encoded(list[:len(list)-300]), string(u.Out.Buf))
	}
}
