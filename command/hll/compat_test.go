//go:build compat

package hll_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/tests/process"
)

// TestRedis does the same to a real redis-server and here. The values must be the same to the byte, and what one server
// wrote the other reads and goes on with.
func TestRedis(t *testing.T) {
	redis := process.Redis(t, t.TempDir())
	defer redis.Kill()
	c := redis.Dial(t)
	u := newUnit(t)
	real := func(args ...string) string {
		v, err := c.Do(args...)
		require.NoError(t, err)
		return v.Text
	}
	ours := func(key string) string {
		u.Run([][]byte{[]byte("GET"), []byte(key)})
		var n int
		_, err := fmt.Sscanf(string(u.Out.Buf), "$%d\r\n", &n)
		require.NoError(t, err)
		return string(u.Out.Buf[len(u.Out.Buf)-2-n : len(u.Out.Buf)-2])
	}
	both := func(args ...string) {
		t.Helper()
		words := make([][]byte, len(args))
		for i, a := range args {
			words[i] = []byte(a)
		}
		u.Run(words)
		v, err := c.Do(args...)
		require.NoError(t, err)
		require.Equal(t, string(u.Out.Buf), string(v.Kind)+v.Text+"\r\n", "%q", args)
	}
	rng := rand.New(rand.NewPCG(9, 10))
	keys := []string{"a", "b", "c", "d"}
	elements := 20 // as many different ones there are at first
	for step := range 12_000 {
		if step%2000 == 0 {
			for _, key := range keys {
				real("DEL", key)
				u.Do("GETDEL " + key)
			}
			elements *= 7
		}
		key := keys[rng.IntN(len(keys))]
		switch p := rng.IntN(100); {
		case p < 70:
			args := []string{"PFADD", key}
			for range rng.IntN(5) {
				args = append(args, fmt.Sprint("element ", rng.IntN(elements)))
			}
			both(args...)
		case p < 80:
			both("PFCOUNT", key)
		case p < 85:
			both("PFCOUNT", key, keys[rng.IntN(len(keys))], keys[rng.IntN(len(keys))])
		case p < 90:
			both("PFMERGE", key, keys[rng.IntN(len(keys))], keys[rng.IntN(len(keys))])
		case p < 92 && u.Encoding(key) != "":
			require.Equal(t, real("GET", key), ours(key))
			switch rng.IntN(2) { // one goes on with the other's bytes
			case 0:
				real("SET", key, ours(key))
			default:
				u.PutString(key, real("GET", key))
			}
		case p == 99 && u.Encoding(key) != "" && rng.IntN(10) == 0:
			both("PFDEBUG", "TODENSE", key)
		}
	}
	for _, key := range keys {
		require.Equal(t, real("GET", key), ours(key))
	}
}
