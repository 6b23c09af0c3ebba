package load

import (
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestKinds(t *testing.T) {
	for _, k := range Kinds {
		const n = 250
		f := startFake(t, func(args []string) string {
			if slices.Equal(args, k.count) {
				return ":" + strconv.Itoa(n) + "\r\n"
			}
			return ok(args)
		})
		require.NoError(t, k.Write(f.addr, n))
		elements := map[string]bool{}
		for _, args := range f.seen() {
			for _, a := range args {
				if len(a) == 16 && a[1] == ':' {
					elements[a] = true
				}
			}
		}
		if k.Name == "hash" { // with as many values
			require.Len(t, elements, 2*n, k.Name)
		} else {
			require.Len(t, elements, n, k.Name)
		}
		require.ErrorContains(t, k.Write(f.addr, n+1), "251 "+k.Name+" were written, but there are ")
		f = startFake(t, func([]string) string { return "-ERR no\r\n" })
		require.ErrorContains(t, k.Write(f.addr, n), "ERR no")
	}
}
