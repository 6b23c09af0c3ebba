package strings_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// Random changes of a string give what they give on plain bytes, whatever its encoding and spare memory are.
func TestAgainstBytes(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	u := newUnit(t)
	var model []byte
	text := func() string {
		if rng.IntN(3) == 0 {
			return fmt.Sprint(rng.Int64N(1_000_000) - 500_000)
		}
		b := make([]byte, 1+rng.IntN(60))
		for i := range b {
			b[i] = "abcdef"[rng.IntN(6)]
		}
		return string(b)
	}
	for range 20_000 {
		switch v := text(); rng.IntN(7) {
		case 0:
			u.Do("SET k " + v)
			model = []byte(v)
		case 1:
			model = append(model, v...)
			require.Equal(t, fmt.Sprintf(":%d", len(model)), u.Do("APPEND k "+v))
		case 2:
			offset := rng.IntN(100)
			for len(model) < offset+len(v) {
				model = append(model, 0)
			}
			copy(model[offset:], v)
			require.Equal(t, fmt.Sprintf(":%d", len(model)), u.Do(fmt.Sprintf("SETRANGE k %d %s", offset, v)))
		case 3:
			if len(model) > 9 {
				continue
			}
			reply := notInt
			if n, err := strconv.Atoi(string(model)); len(model) == 0 || err == nil && string(model) == fmt.Sprint(n) {
				model = []byte(fmt.Sprint(n + 7))
				reply = ":" + string(model)
			}
			require.Equal(t, reply, u.Do("INCRBY k 7"))
		case 4:
			if len(model) > 0 {
				from := rng.IntN(len(model))
				require.Equal(t, string(model[from:]), u.bulk(fmt.Sprintf("GETRANGE k %d -1", from)))
			}
		case 5:
			if rng.IntN(10) == 0 {
				u.Do("GETDEL k")
				model = nil
			}
		default:
			require.Equal(t, fmt.Sprintf(":%d", len(model)), u.Do("STRLEN k"))
		}
		if len(model) > 0 {
			require.Equal(t, string(model), u.bulk("GET k"))
		}
	}
}
