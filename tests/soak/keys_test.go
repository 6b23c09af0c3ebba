package soak

import "strconv"

// keyCommand is a random command on keys of any type, or on all of them.
func (d *dice) keyCommand() []string {
	prefix := d.pick(prefixes...)
	key, other := d.key(prefix), d.key(prefix)
	if d.IntN(20) == 0 {
		other = d.key(d.pick(prefixes...)) // which has another type from now on
	}
	switch d.IntN(20) {
	case 0, 1:
		return []string{"DUMP", key}
	case 2:
		return []string{"RESTORE", key, d.num(2000), d.payload, "REPLACE"}
	case 3:
		return []string{"RESTORE", key, "0", d.payload}
	case 4:
		return []string{"COPY", key, other, "DB", d.num(databases), "REPLACE"}
	case 5:
		return []string{"COPY", key, other}
	case 6:
		return []string{"RENAME", key, other}
	case 7:
		return []string{"RENAMENX", key, other}
	case 8:
		return []string{"MOVE", key, d.num(databases)}
	case 9:
		return []string{"SORT", key, d.pick("ALPHA", "ASC", "DESC"), "LIMIT", "0", "20", "STORE", d.key("k")}
	case 10:
		return []string{"SORT", key, "BY", "k*", "GET", "#", "GET", "h*->f1", "ALPHA", "STORE", d.key("k")}
	case 11:
		return []string{"PEXPIRE", key, d.num(1500)}
	case 12:
		return []string{d.pick("DEL", "UNLINK"), key}
	case 13:
		return []string{"PERSIST", key}
	case 14:
		return []string{d.pick("TYPE", "TOUCH", "EXISTS", "PTTL"), key}
	case 15:
		return []string{"OBJECT", d.pick("ENCODING", "IDLETIME"), key}
	case 16:
		return []string{"MEMORY", "USAGE", key}
	case 17:
		return []string{"SELECT", d.num(databases)}
	case 18:
		return []string{"CONFIG", "SET", d.pick(thresholds...), strconv.Itoa(1 + d.IntN(40))}
	}
	if d.IntN(150) == 0 {
		return [][]string{{"FLUSHDB"}, {"SWAPDB", "0", "1"}, {"FLUSHALL", "ASYNC"}}[d.IntN(3)]
	}
	return []string{"SCAN", d.num(1 << 16), "TYPE", d.pick("zset", "hash", "stream", "set")}
}

// thresholds are the options that decide when a value changes its encoding.
var thresholds = []string{"hash-max-listpack-entries", "hash-max-listpack-value", "set-max-intset-entries", "set-max-listpack-entries",
	"set-max-listpack-value", "zset-max-listpack-entries", "zset-max-listpack-value", "list-max-listpack-size", "stream-node-max-entries"}
