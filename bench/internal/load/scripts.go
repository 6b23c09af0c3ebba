package load

import (
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

// The scripts of the tests, which are called by their digests, and the function.
const (
	scriptReturn = `return 1`
	// scriptUnlock is how a lock is given back: by nobody but who holds it.
	scriptUnlock = `if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) else return 0 end`
	scriptCalls  = `for i = 1, 1000 do redis.call('incr', KEYS[1]) end return 1`
	scriptJSON   = `return #cjson.encode(cjson.decode(redis.call('get', KEYS[1])))`

	functionName = "return1"
	library      = "#!lua name=bench\nredis.register_function('" + functionName + "', function() return 1 end)"
)

// The keys of what scripts change and read.
const callsName, documentName = "mycalls", "mydocument"

func digest(script string) string {
	sum := sha1.Sum([]byte(script))
	return hex.EncodeToString(sum[:])
}

// evalsha calls a script with these keys.
func evalsha(script string, keys ...string) func(Benchmark, *rand.Rand) []string {
	return constant(append([]string{"EVALSHA", digest(script), strconv.Itoa(len(keys))}, keys...)...)
}

// loaded makes a test begin with the script known, after what else there is to prepare.
func loaded(script string, prepare func(*Conn, Benchmark) error) func(*Conn, Benchmark) error {
	return func(c *Conn, b Benchmark) error {
		if _, err := c.Do("SCRIPT", "LOAD", script); err != nil {
			return err
		}
		return prepare(c, b)
	}
}

func nothing(*Conn, Benchmark) error { return nil }

// stored makes a key hold a string.
func stored(key, value string) func(*Conn, Benchmark) error {
	return func(c *Conn, _ Benchmark) error {
		_, err := c.Do("SET", key, value)
		return err
	}
}

func withFunction(c *Conn, _ Benchmark) error {
	_, err := c.Do("FUNCTION", "LOAD", "REPLACE", library)
	return err
}

// locks makes a lock for each request, so that all find theirs held by who gives it back.
func locks(c *Conn, b Benchmark) error {
	return c.Pipeline(b.Requests, prepareBatch, func(i int) error { return c.Queue("SET", lock(i), holder(i)) })
}

func unlock(i int) []string {
	return []string{"EVALSHA", digest(scriptUnlock), "1", lock(i), holder(i)}
}

func lock(i int) string { return fmt.Sprintf("lock:%012d", i) }

// holder is whose lock it is: 20 bytes, as random tokens often have.
func holder(i int) string { return fmt.Sprintf("holder:%013d", i) }

// document is 10 KB of JSON such as applications keep: 50 records with short strings, numbers, an array and an object each.
func document() string {
	var records []string
	for i := range 50 {
		records = append(records, fmt.Sprintf(
			`{"id":%d,"name":"customer number %d","email":"customer%d@example.com","balance":%d.25,"active":%v,"tags":["a","b","tag-%d"],`+
				`"address":{"street":"Long Street %d","city":"Anytown","zip":"%05d"}}`, 1000+i, i, i, i*37, i%2 == 0, i, i, i*91))
	}
	return `{"version":3,"records":[` + strings.Join(records, ",") + `]}`
}
