package soak

import (
	"strconv"
	"strings"
)

// stringCommand is a random command on strings and lists, which share their keys.
func (d *dice) stringCommand() []string {
	key := d.key("k")
	other := d.key("k")
	switch d.IntN(30) {
	case 0:
		return []string{"SET", key, d.text(300), "PX", strconv.Itoa(1 + d.IntN(500))}
	case 1:
		return []string{"SET", key, d.num(1 << 40), "KEEPTTL"}
	case 2:
		return []string{"GETEX", key, "PX", strconv.Itoa(1 + d.IntN(300))}
	case 3:
		return []string{"DEL", key, other}
	case 4:
		return []string{"APPEND", key, d.text(60)}
	case 5:
		return []string{"PEXPIRE", key, d.num(800)}
	case 6:
		return []string{"LMOVE", key, other, d.pick("LEFT", "RIGHT"), d.pick("LEFT", "RIGHT")}
	case 7:
		return []string{"RENAME", key, other}
	case 8:
		return []string{"COPY", key, other, "DB", d.num(databases), "REPLACE"}
	case 9:
		return []string{"SETRANGE", key, d.num(5000), "zz"}
	case 10, 11:
		return []string{"RPUSH", key, d.num(9), d.text(200), d.num(1 << 30)}
	case 12:
		return []string{"LPUSH", key, d.num(9)}
	case 13:
		return []string{"LPOP", key, d.num(4)}
	case 14:
		return []string{"RPOP", key}
	case 15:
		return []string{"MSET", key, d.num(100), other, "text"}
	case 16:
		return []string{"LMPOP", "2", key, other, d.pick("LEFT", "RIGHT"), "COUNT", strconv.Itoa(1 + d.IntN(5))}
	case 17:
		return []string{"INCRBYFLOAT", key, "0.5"}
	case 18:
		return []string{"INCR", key}
	case 19:
		return []string{"LREM", key, strconv.Itoa(d.IntN(5) - 2), d.num(9)}
	case 20:
		return []string{"LTRIM", key, d.num(3), "-" + strconv.Itoa(1+d.IntN(3))}
	case 21:
		return []string{"GETDEL", key}
	case 22:
		return []string{"LSET", key, strconv.Itoa(d.IntN(20) - 10), d.text(100)}
	case 23:
		return []string{"LINSERT", key, d.pick("BEFORE", "AFTER"), d.num(9), d.text(100)}
	case 24:
		return []string{d.pick("RANDOMKEY", "DBSIZE")}
	case 25:
		return []string{"SET", key, d.num(10), d.pick("IFEQ", "IFNE"), d.num(10)}
	case 26:
		return []string{"MSETEX", "2", key, d.num(10), other, d.text(60), d.pick("NX", "XX", "KEEPTTL")}
	case 27:
		return []string{"DELEX", key, d.pick("IFEQ", "IFNE"), d.num(10)}
	case 28:
		return []string{"MSETNX", key, strings.Repeat("n", d.IntN(80)), other, d.num(10)}
	}
	return []string{"MGET", key, other, d.key("k")}
}

// bitmapCommand is a random command on strings that are bitmaps or count something.
func (d *dice) bitmapCommand() []string {
	key, hll := d.key("b"), d.key("p")
	switch d.IntN(12) {
	case 0, 1:
		return []string{"SETBIT", key, d.num(4000), d.num(2)}
	case 2:
		return []string{"BITFIELD", key, "OVERFLOW", d.pick("WRAP", "SAT", "FAIL"), "INCRBY", d.pick("i5", "u8", "i64"), "#" + d.num(30), d.num(100)}
	case 3:
		return []string{"BITFIELD", key, "GET", "u4", d.num(100), "SET", "i16", d.num(3000), d.num(1 << 16)}
	case 4:
		return []string{"BITOP", d.pick("AND", "OR", "XOR", "DIFF", "DIFF1", "ANDOR", "ONE"), key, d.key("b"), d.key("b"), d.key("b")}
	case 5:
		return []string{"BITOP", "NOT", key, d.key("b")}
	case 6:
		return []string{"BITPOS", key, d.num(2)}
	case 7, 8:
		return some([]string{"PFADD", hll}, d.IntN(60), func() string { return d.num(1 << 20) })
	case 9:
		return []string{"PFMERGE", hll, d.key("p"), d.key("p")}
	case 10:
		return []string{"PFCOUNT", hll}
	}
	return []string{"PFCOUNT", hll, d.key("p")}
}
