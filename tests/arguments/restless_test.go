package arguments

// Clients of whom nobody knows what they will be told, or whether they live to hear it: they wait for others, listen, watch,
// and are killed or go in the middle of it.

import (
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/tests/differential"
	"github.com/miniredisd/miniredisd/tests/wire"
)

// restless is how many of them there are at a time.
const restless = 16

// restlessName is what they are called, so that no others are killed.
const restlessName = "restless"

// restlessClient is one connection after the other.
type restlessClient struct {
	*rand.Rand
	catalog *differential.Catalog
	addr    string
}

// live is the life of one connection: what it asks for, in one piece or in several, and its end. Its replies are read, but not
// looked at; some do not even read.
func (r *restlessClient) live() error {
	c, err := wire.Dial(r.addr)
	if err != nil {
		return err
	}
	defer c.Close()
	c.Timeout = patience
	if _, err := c.Must("CLIENT", "SETNAME", restlessName); err != nil { // so that no more come than the server accepts
		return err
	}
	if r.IntN(8) > 0 {
		read := make(chan struct{})
		c.SetReadDeadline(time.Time{})
		go func() { io.Copy(io.Discard, c); close(read) }()
		defer func() { c.Close(); <-read }()
	}
	for range 1 + r.IntN(20) {
		c.Send(r.request()...)
		if r.IntN(4) == 0 {
			if c.Flush() != nil { // it was killed
				return nil
			}
			r.pause()
		}
	}
	c.Flush()
	r.pause()
	return nil
}

// pause gives others time to find this client in what it has come to.
func (r *restlessClient) pause() {
	if r.IntN(2) == 0 {
		time.Sleep(time.Duration(r.IntN(2000)) * time.Microsecond)
	}
}

// request is mostly one that changes what the client is.
func (r *restlessClient) request() []string {
	channel := "c" + strconv.Itoa(r.IntN(3))
	list := [][]string{{"SUBSCRIBE", channel, "__keyevent@0__:lpush"}, {"PSUBSCRIBE", "c*", "__key*"}, {"SSUBSCRIBE", channel}, {"UNSUBSCRIBE"},
		{"PUNSUBSCRIBE", "c*"}, {"SUNSUBSCRIBE", channel}, {"PUBLISH", channel, "message"}, {"SPUBLISH", channel, "message"}, {"MONITOR"},
		{"CLIENT", "REPLY", "OFF"}, {"CLIENT", "REPLY", "SKIP"}, {"CLIENT", "REPLY", "ON"}, {"HELLO", "2"}, {"HELLO", "3"}, {"RESET"}, {"QUIT"},
		{"MULTI"}, {"EXEC"}, {"DISCARD"}, {"WATCH", "s1", "l1"}, {"UNWATCH"}, {"CLIENT", "PAUSE", "2", "WRITE"}, {"CLIENT", "NO-EVICT", "on"},
		{"CLIENT", "NO-TOUCH", "on"}, {"CLIENT", "LIST"}, {"CLIENT", "INFO"}, {"CLIENT", "UNBLOCK", strconv.Itoa(1 + r.IntN(1000))},
		{"CLIENT", "SETINFO", "LIB-NAME", "restless"}, {"SELECT", strconv.Itoa(r.IntN(differential.Databases))}, {"INFO", "clients"},
		{"LPUSH", "l1", "a"}, {"RPUSH", "l2", "a", "b"}, {"ZADD", "z1", "1", "a"}, {"XADD", "x1", "*", "f", "v"}, {"SET", "s1", "v", "PX", "3"},
		{"XGROUP", "CREATE", "x1", "g1", "$", "MKSTREAM"}, {"XGROUP", "DESTROY", "x1", "g1"}, {"FLUSHDB"}}
	if r.IntN(2) == 0 {
		return r.catalog.Waiting(r.Rand)
	}
	return list[r.IntN(len(list))]
}

// disturb ends some restless clients, and the waits of others.
func disturb(c *wire.Conn, r *rand.Rand) error {
	list, err := c.Must("CLIENT", "LIST")
	if err != nil {
		return err
	}
	for line := range strings.Lines(list.Text) {
		if !strings.Contains(line, " name="+restlessName+" ") {
			continue
		}
		id, _, _ := strings.Cut(strings.TrimPrefix(line, "id="), " ")
		switch r.IntN(10) {
		case 0:
			_, err = c.Must("CLIENT", "KILL", "ID", id)
		case 1, 2:
			_, err = c.Must("CLIENT", "UNBLOCK", id, []string{"ERROR", "TIMEOUT"}[r.IntN(2)])
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// checkNothingIsLeft waits until the server knows of no client but c, and has as many goroutines as before all others came.
func checkNothingIsLeft(t *testing.T, c *wire.Conn, goroutines int) {
	t.Helper()
	must := func(args ...string) string {
		v, err := c.Must(args...)
		require.NoError(t, err, "-seed %d", *seed)
		return v.Text
	}
	var left string
	gone := func() bool {
		left = must("INFO", "clients")
		if n := runtime.NumGoroutine(); n > goroutines {
			left += fmt.Sprintf("%d goroutines instead of %d", n, goroutines)
		}
		for _, none := range []string{"connected_clients:1", "blocked_clients:0", "pubsub_clients:0", "watching_clients:0", "clients_in_timeout_table:0",
			"total_watched_keys:0", "total_blocking_keys:0", "total_blocking_keys_on_nokey:0"} {
			if !strings.Contains(left, none+"\r\n") {
				return false
			}
		}
		return runtime.NumGoroutine() <= goroutines && must("PUBSUB", "CHANNELS") == ""
	}
	for end := time.Now().Add(patience); !gone(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			stacks := make([]byte, 1<<20)
			t.Fatalf("-seed %d: left behind:\n%s\n%s", *seed, left, stacks[:runtime.Stack(stacks, true)])
		}
	}
}
