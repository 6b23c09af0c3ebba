package soak

import "strconv"

// zsetCommand is a random command on few sorted sets, some of which hold places on the earth.
func (d *dice) zsetCommand() []string {
	key, other := d.key("z"), d.key("z")
	member := func() string { return "m" + d.num(80) }
	score := func() string {
		return d.pick(d.num(50), "-"+d.num(50), d.num(1000)+".25", "inf", "-inf", "1e300", "-0")
	}
	pair := []string{score(), member()}
	switch d.IntN(26) {
	case 0, 1:
		return append([]string{"ZADD", key, d.pick("NX", "XX", "CH", "GT", "LT")}, pair...)
	case 2:
		return append([]string{"ZADD", key, "INCR"}, pair...)
	case 3:
		return []string{"ZINCRBY", key, d.pick("1.5", "-3", "0.1"), member()}
	case 4:
		return []string{d.pick("ZPOPMIN", "ZPOPMAX"), key, d.num(5)}
	case 5:
		return []string{"ZMPOP", "2", key, other, d.pick("MIN", "MAX"), "COUNT", strconv.Itoa(1 + d.IntN(4))}
	case 6:
		return []string{"ZREM", key, member(), member(), member()}
	case 7:
		return []string{"ZREMRANGEBYRANK", key, d.num(10), strconv.Itoa(d.IntN(15) - 1)}
	case 8:
		return []string{"ZREMRANGEBYSCORE", key, "(" + d.num(40), d.num(60)}
	case 9:
		return []string{"ZREMRANGEBYLEX", key, "[m1", "(m2"}
	case 10:
		return []string{d.pick("ZUNIONSTORE", "ZINTERSTORE"), key, "2", other, d.key("s"), "WEIGHTS", "2", "0.5", "AGGREGATE", d.pick("SUM", "MIN", "MAX")}
	case 11:
		return []string{"ZDIFFSTORE", key, "2", other, d.key("z")}
	case 12:
		return []string{"ZRANGESTORE", key, other, d.num(5), "-" + d.num(5), "REV"}
	case 13:
		return []string{"ZRANGESTORE", key, other, "-inf", "(" + d.num(50), "BYSCORE", "LIMIT", d.num(3), "10"}
	case 14:
		return []string{"ZRANDMEMBER", key, strconv.Itoa(d.IntN(20) - 10), "WITHSCORES"}
	case 15:
		return []string{"ZRANGE", key, "0", "-1", "WITHSCORES"}
	case 16:
		return []string{"ZSCAN", key, "0"}
	case 17:
		return []string{"ZADD", key, d.num(100), d.text(100)}
	case 18, 19:
		return []string{"GEOADD", key, d.num(180) + ".5", d.num(85) + ".25", member(), "-" + d.num(180), "-" + d.num(85), member()}
	case 20:
		return []string{"GEOSEARCHSTORE", key, other, "FROMLONLAT", d.num(180), d.num(85), "BYRADIUS", d.num(9000), "km", "COUNT", "9"}
	case 21:
		return []string{"GEOSEARCHSTORE", key, other, "FROMMEMBER", member(), "BYBOX", d.num(9000), d.num(9000), "km", "STOREDIST"}
	case 22:
		return []string{"GEORADIUSBYMEMBER", key, member(), d.num(9000), "km", d.pick("STORE", "STOREDIST"), other}
	}
	request := []string{"ZADD", key}
	for range 1 + d.IntN(10) {
		request = append(request, score(), member())
	}
	return request
}
