package resp

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidwall/redcon"
)

func TestAppendBulk(t *testing.T) {
	for n := range BulkHeaderCount + 3 {
		s := bytes.Repeat([]byte{'x'}, n)
		for _, room := range []int{0, n, n + bulkFraming, n + 100} {
			require.Equal(t, string(redcon.AppendBulk([]byte("before"), s)), string(AppendBulk(append(make([]byte, 0, 6+room), "before"...), s)))
		}
	}
}

func BenchmarkAppendBulk(b *testing.B) {
	s, dst := []byte("member:0000001"), make([]byte, 0, 64)
	for b.Loop() {
		dst = AppendBulk(dst[:0], s)
	}
}
