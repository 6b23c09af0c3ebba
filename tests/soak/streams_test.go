package soak

import "strconv"

var groups = []string{"g0", "g1", "g2"}

// historian is the only consumer who asks for what it has already.
const historian = "c0"

// streamCommand is a random command on few streams with few groups of few consumers.
func (d *dice) streamCommand() []string {
	key := d.key("x")
	group, consumer := d.pick(groups...), "c"+d.num(3)
	// The streams begin near zero, so that IDs that somebody names hit entries.
	id := func() string { return strconv.Itoa(1+d.IntN(30)) + "-" + d.num(4) }
	count := strconv.Itoa(1 + d.IntN(6))
	switch d.IntN(30) {
	case 0:
		return []string{"XADD", key, "*", "f", d.text(200)}
	case 1:
		return []string{"XADD", key, "MAXLEN", d.pick("=", "~"), d.num(20), id(), "f", "v", "g", d.num(100)}
	case 2:
		return []string{"XADD", key, "MINID", "~", id(), "LIMIT", d.num(50), id(), "f", "v"}
	case 3:
		return []string{"XADD", key, "NOMKSTREAM", id(), "other", d.num(9)}
	case 4:
		return []string{"XADD", key, d.num(30) + "-*", "f", d.num(1 << 40)}
	case 5:
		return []string{"XTRIM", key, "MAXLEN", d.num(15)}
	case 6:
		return []string{"XTRIM", key, "MINID", id()}
	case 7:
		return []string{"XDEL", key, id(), id(), id()}
	case 8:
		return []string{"XDELEX", key, d.pick("KEEPREF", "DELREF", "ACKED"), "IDS", "2", id(), id()}
	case 9:
		return []string{"XACKDEL", key, group, d.pick("KEEPREF", "DELREF", "ACKED"), "IDS", "2", id(), id()}
	case 10, 11:
		return []string{"XGROUP", "CREATE", key, group, d.pick("0", "$", id()), "MKSTREAM"}
	case 12:
		return []string{"XGROUP", "SETID", key, group, d.pick("0", "$", id())}
	case 13:
		return []string{"XGROUP", "SETID", key, group, id(), "ENTRIESREAD", d.num(30)}
	case 14:
		return []string{"XGROUP", d.pick("CREATECONSUMER", "DELCONSUMER"), key, group, consumer}
	case 15, 16, 17:
		return []string{"XREADGROUP", "GROUP", group, consumer, "COUNT", count, "STREAMS", key, d.key("x"), ">", ">"}
	case 18:
		return []string{"XREADGROUP", "GROUP", group, consumer, "NOACK", "STREAMS", key, ">"}
	case 19:
		return []string{"XREADGROUP", "GROUP", group, historian, "STREAMS", key, id()}
	case 20, 21:
		return []string{"XACK", key, group, id(), id(), id()}
	case 22:
		return []string{"XCLAIM", key, group, consumer, d.num(10), id(), id()}
	case 23:
		return []string{"XCLAIM", key, group, consumer, "0", id(), d.pick("FORCE", "JUSTID"), "RETRYCOUNT", d.num(9), "IDLE", d.num(100)}
	case 24:
		return []string{"XAUTOCLAIM", key, group, consumer, d.num(10), d.pick("0", id()), "COUNT", count}
	case 25:
		return []string{"XINFO", "STREAM", key, "FULL"}
	case 26:
		return []string{"XSETID", key, id(), "ENTRIESADDED", d.num(90), "MAXDELETEDID", "0-0"}
	case 27:
		if d.IntN(10) == 0 {
			return []string{"XGROUP", "DESTROY", key, group}
		}
		return []string{"XREAD", "COUNT", count, "STREAMS", key, id()}
	}
	return []string{"XADD", key, id(), "f", d.text(50), "g", d.num(1000)}
}
