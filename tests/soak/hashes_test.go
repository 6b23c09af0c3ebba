package soak

import (
	"math/rand/v2"
	"strconv"
	"strings"
)

// hashCommand is a random command on few hashes, whose fields die while the clients work. The hashes are of both encodings.
func hashCommand(r *rand.Rand) []string {
	key := "h" + strconv.Itoa(r.IntN(keys/4))
	num := func(n int) string { return strconv.Itoa(r.IntN(n)) }
	field := func() string { return "f" + num(20) }
	pick := func(words ...string) string { return words[r.IntN(len(words))] }
	switch r.IntN(20) {
	case 0:
		return []string{"HPEXPIRE", key, num(100), pick("NX", "XX", "GT", "LT"), "FIELDS", "2", field(), field()}
	case 1, 2:
		return []string{"HPEXPIRE", key, num(300), "FIELDS", "3", field(), field(), field()}
	case 3:
		return []string{"HINCRBY", key, field(), num(100)}
	case 4:
		return []string{"HINCRBYFLOAT", key, field(), "0.5"}
	case 5:
		return []string{"HDEL", key, field(), field()}
	case 6:
		return []string{"HSETNX", key, field(), "x"}
	case 7:
		return []string{"HSETEX", key, pick("FNX", "FXX", "KEEPTTL"), "FIELDS", "1", field(), num(1000)}
	case 8:
		return []string{"HSETEX", key, "PX", num(50), "FIELDS", "2", field(), num(1000), field(), "x"}
	case 9:
		return []string{"HGETEX", key, pick("PX", "PXAT"), num(50), "FIELDS", "2", field(), field()}
	case 10:
		return []string{"HGETDEL", key, "FIELDS", "1", field()}
	case 11:
		return []string{"HPERSIST", key, "FIELDS", "2", field(), field()}
	case 12:
		return []string{pick("HRANDFIELD", "HGETALL", "HLEN", "HKEYS"), key}
	case 13:
		return []string{pick("RENAME", "COPY"), key, "h" + num(keys/4)}
	case 14:
		return []string{"PEXPIRE", key, num(1000)}
	default:
		return []string{"HSET", key, field(), num(1 << 30), field(), strings.Repeat("v", r.IntN(100))}
	}
}
