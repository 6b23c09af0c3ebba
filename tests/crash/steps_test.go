package crash

import (
	"slices"
	"strconv"
	"strings"
)

// kinds is how many kinds of steps there are; step n is of kind n % kinds.
const kinds = 13

// The kinds whose steps leave something to count, not their number.
const (
	counting = 2
	filling  = 6 // adds fill members to a set
	popping  = 7 // takes one of them away
	fill     = 3
)

// step is the requests of step n: one, or a transaction, so that no half of it can be found later. Nearly each leaves n behind.
func (h *history) step(n int) [][]string {
	value, p := strconv.Itoa(n), h.prefix
	switch n % kinds {
	case 1:
		return [][]string{{"SET", p + value, value}}
	case counting:
		return [][]string{{"INCR", p + "counter"}}
	case 3:
		return [][]string{{"RPUSH", p + "list", value}}
	case 4:
		return atOnce([]string{"HSET", p + "hash", value, value}, []string{"HINCRBY", p + "hash", "sum", value},
			[]string{"HINCRBYFLOAT", p + "hash", "half", "0.5"})
	case 5:
		return [][]string{{"SADD", p + "set", value}}
	case filling:
		return [][]string{{"SADD", p + "lots", value + "a", value + "b", value + "c"}}
	case popping: // which one it is only the log knows
		return [][]string{{"SPOP", p + "lots"}}
	case 8:
		return atOnce([]string{"ZADD", p + "queue", value, value}, []string{"ZPOPMAX", p + "queue"},
			[]string{"ZPOPMIN", p + "queue"}, []string{"ZADD", p + "queue", value, value})
	case 9:
		return [][]string{{"XADD", p + "stream", "*", "n", value}}
	case 10:
		return atOnce([]string{"LPUSH", p + "from", value}, []string{"LMOVE", p + "from", p + "to", "RIGHT", "LEFT"})
	case 11:
		return [][]string{{"HSETEX", p + "fields", "EX", "1000000", "FIELDS", "1", value, value}}
	case 12:
		return [][]string{{"ZINCRBY", p + "zset", value + ".5", value}}
	}
	return atOnce([]string{"SET", p + "left", value}, []string{"SET", p + "right", value, "EX", "1000000"})
}

// atOnce is a transaction.
func atOnce(requests ...[]string) [][]string {
	return slices.Concat([][]string{{"MULTI"}}, requests, [][]string{{"EXEC"}})
}

// after is the data that the first m steps make, by key, in the form of read.
func (h *history) after(m int) map[string]string {
	elements := map[string][]string{}
	add := func(key string, list ...string) { elements[key] = append(elements[key], list...) }
	counter, lots, sum, halves := 0, 0, 0, 0
	for n := 1; n <= m; n++ {
		value := strconv.Itoa(n)
		switch n % kinds {
		case 1:
			add(value, value)
		case counting:
			counter++
		case 3:
			add("list", value)
		case 4:
			sum, halves = sum+n, halves+1
			add("hash", value+"="+value)
		case 5:
			add("set", value)
		case filling:
			lots += fill
		case popping:
			lots--
		case 8:
			elements["queue"] = []string{value + "=" + value}
		case 9:
			add("stream", value)
		case 10:
			add("to", value)
		case 11:
			add("fields", value+"="+value)
		case 12:
			add("zset", value+"="+value+".5")
		case 0:
			elements["left"], elements["right"] = []string{value}, []string{value}
		}
	}
	for key, n := range map[string]int{"counter": counter, "lots": lots} {
		if n > 0 {
			add(key, strconv.Itoa(n))
		}
	}
	if halves > 0 {
		add("hash", "sum="+strconv.Itoa(sum), "half="+strconv.FormatFloat(float64(halves)/2, 'f', -1, 64))
	}
	slices.Reverse(elements["to"])
	slices.Sort(elements["hash"])
	slices.Sort(elements["set"])
	slices.Sort(elements["fields"])
	data := map[string]string{}
	for key, list := range elements {
		if len(list) > 0 {
			data[h.prefix+key] = strings.Join(list, " ")
		}
	}
	return data
}

// lastStep finds the last step that has left a trace in data.
func (h *history) lastStep(data map[string]string) (m int) {
	for key, value := range data {
		n, _ := strconv.Atoi(value)
		switch strings.TrimPrefix(key, h.prefix) {
		case "counter":
			m = max(m, (n-1)*kinds+counting)
		case "lots":
			last := (n/(fill-1)-1)*kinds + popping
			if n%(fill-1) != 0 { // it was filled, and nothing popped since
				last = (n-fill)/(fill-1)*kinds + filling
			}
			m = max(m, last)
		default:
			for element := range strings.FieldsSeq(value) {
				number, _, _ := strings.Cut(element, "=")
				n, _ := strconv.Atoi(number) // 0: a name
				m = max(m, n)
			}
		}
	}
	return m
}

// contents shows a reply: elements with spaces between, a name and its value with an equals sign.
func contents(read string, reply []string) string {
	var list []string
	switch read {
	case "HGETALL", "ZRANGE":
		for pair := range slices.Chunk(reply, 2) {
			list = append(list, strings.Join(pair, "="))
		}
	default:
		list = reply
	}
	if read == "HGETALL" || read == "SMEMBERS" {
		slices.Sort(list)
	}
	return strings.Join(list, " ")
}
