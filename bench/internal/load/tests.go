package load

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
)

// prepareBatch is how many commands are in flight while data is written before a measurement.
const prepareBatch = 500

// A Test is a load that we know how to prepare for and to make: most are also redis-benchmark's.
type Test struct {
	// Option is its name for redis-benchmark's -t, of a single test: "ping" alone would be two. Some are ours alone.
	Option string
	// prepare writes what the run needs, so that it measures the command on data that is there.
	prepare func(c *Conn, b Benchmark) error
	// request is one request as redis-benchmark makes it.
	request func(b Benchmark, random *rand.Rand) []string
	// numbered is the i-th request, instead of request, where each can be made but once.
	numbered func(i int) []string
	// Weight is about how many requests of a simple command cost as much as one of these; 0 is 1.
	Weight int
}

// Tests are the known tests by name.
var Tests = map[string]Test{
	"ping": {Option: "ping_mbulk", prepare: nothing, request: constant("PING")},
	"get":  {Option: "get", prepare: keys, request: func(b Benchmark, r *rand.Rand) []string { return []string{"GET", randomKey(b, r)} }},
	"set": {Option: "set", prepare: keys, request: func(b Benchmark, r *rand.Rand) []string {
		return []string{"SET", randomKey(b, r), b.value()}
	}},
	"mset": {Option: "mset", prepare: keys, request: msetTen},
	"incr": {Option: "incr", prepare: counters, request: func(b Benchmark, r *rand.Rand) []string {
		return []string{"INCR", counter(r.IntN(b.Keys))}
	}},
	// The lists of pushes begin empty, those of pops with what will be popped.
	"lpush": {Option: "lpush", prepare: remove(listName), request: push("LPUSH")},
	"rpush": {Option: "rpush", prepare: remove(listName), request: push("RPUSH")},
	"lpop":  {Option: "lpop", prepare: allPopped, request: constant("LPOP", listName)},
	"rpop":  {Option: "rpop", prepare: allPopped, request: constant("RPOP", listName)},

	"lrange_100": {Option: "lrange_100", prepare: rangeList, request: constant("LRANGE", listName, "0", "99"), Weight: 4},
	"lrange_600": {Option: "lrange_600", prepare: rangeList, request: constant("LRANGE", listName, "0", "599"), Weight: 10},
	// What these add to begins empty; soon most of what they add is there.
	"sadd": {Option: "sadd", prepare: remove(setName), request: func(b Benchmark, r *rand.Rand) []string {
		return []string{"SADD", setName, element(r.IntN(b.Keys))}
	}},
	"hset": {Option: "hset", prepare: remove(hashName), request: func(b Benchmark, r *rand.Rand) []string {
		return []string{"HSET", hashName, element(r.IntN(b.Keys)), b.value()}
	}},
	"zadd": {Option: "zadd", prepare: remove(zsetName), request: func(b Benchmark, r *rand.Rand) []string {
		return []string{"ZADD", zsetName, strconv.Itoa(r.IntN(b.Keys)), element(r.IntN(b.Keys))}
	}},
	"zpopmin": {Option: "zpopmin", prepare: func(c *Conn, b Benchmark) error { return zset(c, zsetName, b.Requests) },
		request: constant("ZPOPMIN", zsetName)},
	"xadd": {Option: "xadd", prepare: remove(streamName), request: func(b Benchmark, _ *rand.Rand) []string {
		return []string{"XADD", streamName, "*", "field", b.value()}
	}},
	"zrange_100": {Option: "zrange_100", prepare: bigSet, request: func(b Benchmark, r *rand.Rand) []string {
		from := r.IntN(b.Members)
		return []string{"ZRANGE", bigName, strconv.Itoa(from), strconv.Itoa(from + 99)}
	}, Weight: 4},
	"zrank": {Option: "zrank", prepare: bigSet, request: func(b Benchmark, r *rand.Rand) []string {
		return []string{"ZRANK", bigName, element(r.IntN(b.Members))}
	}},

	"evalsha_return": {Option: "evalsha_return", prepare: loaded(scriptReturn, nothing), request: evalsha(scriptReturn)},
	"evalsha_unlock": {Option: "evalsha_unlock", prepare: loaded(scriptUnlock, locks), numbered: unlock, Weight: 2},
	"evalsha_calls": {Option: "evalsha_calls", prepare: loaded(scriptCalls, stored(callsName, "0")),
		request: evalsha(scriptCalls, callsName), Weight: 100},
	"evalsha_json": {Option: "evalsha_json", prepare: loaded(scriptJSON, stored(documentName, document())),
		request: evalsha(scriptJSON, documentName), Weight: 100},
	"fcall_return": {Option: "fcall_return", prepare: withFunction, request: constant("FCALL", functionName, "0")},
}

// The keys of values that are changed and asked, redis-benchmark's but for the last.
const (
	listName, setName, hashName, zsetName, streamName = "mylist", "myset", "myhash", "myzset", "mystream"
	bigName                                           = "bigzset"
)

func (b Benchmark) value() string { return strings.Repeat("x", b.Value) }

func key(i int) string { return fmt.Sprintf("key:%012d", i) }

func counter(i int) string { return fmt.Sprintf("counter:%012d", i) }

func element(i int) string { return fmt.Sprintf("element:%012d", i) }

func randomKey(b Benchmark, random *rand.Rand) string { return key(random.IntN(b.Keys)) }

func constant(args ...string) func(Benchmark, *rand.Rand) []string {
	return func(Benchmark, *rand.Rand) []string { return args }
}

func push(name string) func(Benchmark, *rand.Rand) []string {
	return func(b Benchmark, _ *rand.Rand) []string { return []string{name, listName, b.value()} }
}

// msetTen sets ten keys.
func msetTen(b Benchmark, random *rand.Rand) []string {
	args := []string{"MSET"}
	for range 10 {
		args = append(args, randomKey(b, random), b.value())
	}
	return args
}

// testOf finds the test that has this option.
func testOf(option string) (Test, error) {
	for _, t := range Tests {
		if t.Option == option {
			return t, nil
		}
	}
	return Test{}, fmt.Errorf("test %q is not known; there are: %s", option, TestNames())
}

// TestNames lists the names of Tests for a message.
func TestNames() string { return strings.Join(slices.Sorted(maps.Keys(Tests)), ", ") }

// Prepare writes the data that a run of b needs. The keys are those of redis-benchmark.
func Prepare(addr string, b Benchmark) error {
	test, err := testOf(b.Test)
	if err != nil {
		return err
	}
	c, err := Dial(addr)
	if err != nil {
		return err
	}
	defer c.Close()
	return test.prepare(c, b)
}

// keys sets every key that may be chosen, so that GET finds and SET replaces.
func keys(c *Conn, b Benchmark) error {
	value := b.value()
	return c.Pipeline(b.Keys, prepareBatch, func(i int) error { return c.Queue("SET", key(i), value) })
}

func counters(c *Conn, b Benchmark) error {
	return c.Pipeline(b.Keys, prepareBatch, func(i int) error { return c.Queue("SET", counter(i), "0") })
}

// remove makes a test begin with the key absent.
func remove(key string) func(*Conn, Benchmark) error {
	return func(c *Conn, _ Benchmark) error {
		_, err := c.Do("DEL", key)
		return err
	}
}

func allPopped(c *Conn, b Benchmark) error { return list(c, b.Requests, b.Value) }

// rangeList is longer than what is asked of it.
func rangeList(c *Conn, b Benchmark) error { return list(c, 1000, b.Value) }

// perCommand is how many elements a command brings while data is written, and inFlight how many such commands are under way.
const perCommand, inFlight = 100, 10

// list makes redis-benchmark's list one of n elements of size bytes.
func list(c *Conn, n, size int) error {
	if _, err := c.Do("DEL", listName); err != nil {
		return err
	}
	push := []string{"RPUSH", listName}
	for range perCommand {
		push = append(push, strings.Repeat("x", size))
	}
	return c.Pipeline((n+perCommand-1)/perCommand, inFlight, func(int) error { return c.Queue(push...) })
}

// zset makes key a sorted set of n members with random scores.
func zset(c *Conn, key string, n int) error {
	if _, err := c.Do("DEL", key); err != nil {
		return err
	}
	random := rand.New(rand.NewPCG(2, uint64(n)))
	return c.Pipeline((n+perCommand-1)/perCommand, inFlight, func(i int) error {
		add := []string{"ZADD", key}
		for j := i * perCommand; j < min((i+1)*perCommand, n); j++ {
			add = append(add, strconv.FormatFloat(random.Float64(), 'g', 17, 64), element(j))
		}
		return c.Queue(add...)
	})
}

// bigSet is written once; nothing changes it.
func bigSet(c *Conn, b Benchmark) error {
	if n, err := c.Int("ZCARD", bigName); err != nil || n == b.Members {
		return err
	}
	return zset(c, bigName, b.Members)
}
