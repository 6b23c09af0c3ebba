package load

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// prepareBatch is how many commands are in flight while data is written before a measurement.
const prepareBatch = 500

// A Test is one of redis-benchmark's tests that we know how to prepare for.
type Test struct {
	// Option is its name for redis-benchmark's -t, of a single test: "ping" alone would be two.
	Option string
	// prepare writes what the run needs, so that it measures the command on data that is there.
	prepare func(c *Conn, b Benchmark) error
}

// Tests are the known tests by name.
var Tests = map[string]Test{
	"ping": {"ping_mbulk", func(*Conn, Benchmark) error { return nil }},
	"get":  {"get", keys},
	"set":  {"set", keys},
	"mset": {"mset", keys},
	"incr": {"incr", counters},
	// The lists of pushes begin empty, those of pops with what will be popped.
	"lpush": {"lpush", func(c *Conn, _ Benchmark) error { return list(c, 0, 0) }},
	"rpush": {"rpush", func(c *Conn, _ Benchmark) error { return list(c, 0, 0) }},
	"lpop":  {"lpop", func(c *Conn, b Benchmark) error { return list(c, b.Requests, b.Value) }},
	"rpop":  {"rpop", func(c *Conn, b Benchmark) error { return list(c, b.Requests, b.Value) }},
}

// TestNames lists the names of Tests for a message.
func TestNames() string { return strings.Join(slices.Sorted(maps.Keys(Tests)), ", ") }

// Prepare writes the data that a run of b needs. The keys are those of redis-benchmark.
func Prepare(addr string, b Benchmark) error {
	c, err := Dial(addr)
	if err != nil {
		return err
	}
	defer c.Close()
	for _, t := range Tests {
		if t.Option == b.Test {
			return t.prepare(c, b)
		}
	}
	return fmt.Errorf("test %q is not known; there are: %s", b.Test, TestNames())
}

// keys sets every key that may be chosen, so that GET finds and SET replaces.
func keys(c *Conn, b Benchmark) error {
	value := strings.Repeat("x", b.Value)
	return c.Pipeline(b.Keys, prepareBatch, func(i int) error { return c.Queue("SET", fmt.Sprintf("key:%012d", i), value) })
}

func counters(c *Conn, b Benchmark) error {
	return c.Pipeline(b.Keys, prepareBatch, func(i int) error { return c.Queue("SET", fmt.Sprintf("counter:%012d", i), "0") })
}

// list makes redis-benchmark's list one of n elements of size bytes.
func list(c *Conn, n, size int) error {
	const name, perPush = "mylist", 100
	if _, err := c.Do("DEL", name); err != nil {
		return err
	}
	push := []string{"RPUSH", name}
	for range perPush {
		push = append(push, strings.Repeat("x", size))
	}
	return c.Pipeline((n+perPush-1)/perPush, 10, func(int) error { return c.Queue(push...) })
}
