package load

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
)

// prepareBatch is how many commands are in flight while data is written before a measurement.
const prepareBatch = 500

// A Test is one of redis-benchmark's tests that we know how to prepare for, and to make ourselves.
type Test struct {
	// Option is its name for redis-benchmark's -t, of a single test: "ping" alone would be two.
	Option string
	// prepare writes what the run needs, so that it measures the command on data that is there.
	prepare func(c *Conn, b Benchmark) error
	// request is one request as redis-benchmark makes it.
	request func(b Benchmark, random *rand.Rand) []string
}

// Tests are the known tests by name.
var Tests = map[string]Test{
	"ping": {"ping_mbulk", func(*Conn, Benchmark) error { return nil }, constant("PING")},
	"get":  {"get", keys, func(b Benchmark, r *rand.Rand) []string { return []string{"GET", randomKey(b, r)} }},
	"set":  {"set", keys, func(b Benchmark, r *rand.Rand) []string { return []string{"SET", randomKey(b, r), b.value()} }},
	"mset": {"mset", keys, msetTen},
	"incr": {"incr", counters, func(b Benchmark, r *rand.Rand) []string { return []string{"INCR", counter(r.IntN(b.Keys))} }},
	// The lists of pushes begin empty, those of pops with what will be popped.
	"lpush": {"lpush", func(c *Conn, _ Benchmark) error { return list(c, 0, 0) }, push("LPUSH")},
	"rpush": {"rpush", func(c *Conn, _ Benchmark) error { return list(c, 0, 0) }, push("RPUSH")},
	"lpop":  {"lpop", func(c *Conn, b Benchmark) error { return list(c, b.Requests, b.Value) }, constant("LPOP", listName)},
	"rpop":  {"rpop", func(c *Conn, b Benchmark) error { return list(c, b.Requests, b.Value) }, constant("RPOP", listName)},
}

// listName is the key of the list that is pushed to and popped from.
const listName = "mylist"

func (b Benchmark) value() string { return strings.Repeat("x", b.Value) }

func key(i int) string { return fmt.Sprintf("key:%012d", i) }

func counter(i int) string { return fmt.Sprintf("counter:%012d", i) }

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

// list makes redis-benchmark's list one of n elements of size bytes.
func list(c *Conn, n, size int) error {
	const perPush = 100
	if _, err := c.Do("DEL", listName); err != nil {
		return err
	}
	push := []string{"RPUSH", listName}
	for range perPush {
		push = append(push, strings.Repeat("x", size))
	}
	return c.Pipeline((n+perPush-1)/perPush, 10, func(int) error { return c.Queue(push...) })
}
