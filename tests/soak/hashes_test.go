package soak

// hashCommand is a random command on few hashes, whose fields die while the clients work. The hashes are of both encodings.
func (d *dice) hashCommand() []string {
	key := d.key("h")
	field := func() string { return "f" + d.num(20) }
	switch d.IntN(20) {
	case 0:
		return []string{"HPEXPIRE", key, d.num(100), d.pick("NX", "XX", "GT", "LT"), "FIELDS", "2", field(), field()}
	case 1, 2:
		return []string{"HPEXPIRE", key, d.num(300), "FIELDS", "3", field(), field(), field()}
	case 3:
		return []string{"HINCRBY", key, field(), d.num(100)}
	case 4:
		return []string{"HINCRBYFLOAT", key, field(), "0.5"}
	case 5:
		return []string{"HDEL", key, field(), field()}
	case 6:
		return []string{"HSETNX", key, field(), "x"}
	case 7:
		return []string{"HSETEX", key, d.pick("FNX", "FXX", "KEEPTTL"), "FIELDS", "1", field(), d.num(1000)}
	case 8:
		return []string{"HSETEX", key, "PX", d.num(50), "FIELDS", "2", field(), d.num(1000), field(), "x"}
	case 9:
		return []string{"HGETEX", key, d.pick("PX", "PXAT"), d.num(50), "FIELDS", "2", field(), field()}
	case 10:
		return []string{"HGETDEL", key, "FIELDS", "1", field()}
	case 11:
		return []string{"HPERSIST", key, "FIELDS", "2", field(), field()}
	case 12:
		return []string{d.pick("HRANDFIELD", "HGETALL", "HLEN", "HKEYS"), key}
	case 13:
		return []string{d.pick("RENAME", "COPY"), key, d.key("h")}
	case 14:
		return []string{"PEXPIRE", key, d.num(1000)}
	case 15:
		return []string{"HSCAN", key, "0", "COUNT", d.num(30)}
	}
	return []string{"HSET", key, field(), d.num(1 << 30), field(), d.text(100)}
}
