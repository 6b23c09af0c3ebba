package soak

import "strconv"

// setCommand is a random command on few sets, of numbers, of short texts, and of both.
func (d *dice) setCommand() []string {
	key := d.key("s")
	member := func() string {
		if d.IntN(2) == 0 {
			return d.num(60)
		}
		return "m" + d.num(60)
	}
	switch d.IntN(18) {
	case 0:
		return []string{"SPOP", key}
	case 1:
		return []string{"SPOP", key, d.num(6)}
	case 2, 3:
		return some([]string{"SREM", key}, 1+d.IntN(5), member)
	case 4:
		return []string{"SMOVE", key, d.key("s"), member()}
	case 5:
		return []string{d.pick("SUNIONSTORE", "SINTERSTORE", "SDIFFSTORE"), key, d.key("s"), d.key("s"), d.key("s")}
	case 6:
		return []string{d.pick("SUNION", "SINTER", "SDIFF"), key, d.key("s")}
	case 7:
		return []string{"SRANDMEMBER", key, strconv.Itoa(d.IntN(20) - 10)}
	case 8:
		return []string{"SSCAN", key, d.num(100)}
	case 9:
		return []string{"SINTERCARD", "2", key, d.key("s"), "LIMIT", d.num(5)}
	case 10:
		return []string{"SADD", key, d.text(100)}
	case 11:
		return some([]string{"SADD", key}, 1+d.IntN(40), func() string { return d.num(1 << 20) })
	case 12, 13:
		return some([]string{"SADD", key}, 1+d.IntN(10), func() string { return strconv.Itoa(d.IntN(60)) })
	}
	return some([]string{"SADD", key}, 1+d.IntN(10), member)
}
