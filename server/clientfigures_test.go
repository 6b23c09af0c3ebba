package server

// What CLIENT LIST tells about a client's traffic, as the fields that Redis 8 has.

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/internal/drivertest"
)

// figures are the traffic of the client of that name: bytes that it has sent and been sent, and commands that it has executed.
func (p *peer) figures(name string) (f [3]int) {
	p.t.Helper()
	for i, field := range []string{"tot-net-in", "tot-net-out", "tot-cmds"} {
		n, err := strconv.Atoi(p.field(name, field))
		require.NoError(p.t, err)
		f[i] = n
	}
	return f
}

// counted waits until these figures have grown by as much as is given since before: what a client has read may not have been counted as
// sent yet.
func (p *peer) counted(name string, before [3]int, in, out, commands int) {
	p.t.Helper()
	var got [3]int
	require.Eventually(p.t, func() bool {
		got = p.figures(name)
		return got == [3]int{before[0] + in, before[1] + out, before[2] + commands}
	}, patience, time.Millisecond, "%v and %v", before, &got)
}

func TestTrafficOfClients(t *testing.T) {
	s := startWith(t, nil)
	watcher := dial(t, s)
	for i, c := range []struct {
		send     string // with \r\n behind each command
		replies  []string
		commands int
	}{
		{"PING\r\n", []string{"+PONG"}, 1},
		{"SET k v\r\nGET k\r\nGET none\r\n", []string{"+OK", "$1", "v", "$-1"}, 3},
		{"NOSUCH\r\n", []string{"-ERR unknown command 'NOSUCH', with args beginning with: "}, 0},
		{"GET\r\n", []string{"-ERR wrong number of arguments for 'get' command"}, 0},
		{"LPUSH k x\r\n", []string{"-WRONGTYPE Operation against a key holding the wrong kind of value"}, 1},
		{"MULTI\r\nSET k v\r\nGET k\r\nEXEC\r\n", []string{"+OK", "+QUEUED", "+QUEUED", "*2", "+OK", "$1", "v"}, 4},
		{"MULTI\r\nSET k v\r\nDISCARD\r\n", []string{"+OK", "+QUEUED", "+OK"}, 2},
		{"EVAL \"redis.call('set','k','v') redis.pcall('get') return redis.call('get','k')\" 0\r\n", []string{"$1", "v"}, 3},
		{"EVAL \"redis.call('info','server') redis.call('ping') return 1\" 0\r\n", []string{":1"}, 3}, // INFO must be alone
		{"MULTI\r\nEVAL \"redis.call('ping') return 1\" 0\r\nEXEC\r\n", []string{"+OK", "+QUEUED", "*1", ":1"}, 4},
		{"BLPOP none 0.01\r\n", []string{"*-1"}, 1},
		{"SELECT 3\r\nSUBSCRIBE c\r\n", []string{"+OK", "*3", "$9", "subscribe", "$1", "c", ":1"}, 2},
	} {
		p, name := dial(t, s), fmt.Sprint("c", i)
		p.do("CLIENT SETNAME "+name, "+OK")
		before := [3]int{len("CLIENT SETNAME  \r\n") - 1 + len(name), len("+OK\r\n"), 1}
		watcher.counted(name, before, 0, 0, 0)
		p.write(c.send)
		p.expect(c.replies...)
		out := 0
		for _, line := range c.replies {
			out += len(line) + len("\r\n")
		}
		watcher.counted(name, before, len(c.send), out, c.commands)
	}
}

// A command that waits counts when its wait is over, whoever ends it; what has come of one that is not whole counts at once.
func TestTrafficOfClientsThatWait(t *testing.T) {
	s := startWith(t, nil)
	p, other := dial(t, s), dial(t, s)
	p.do("CLIENT SETNAME p", "+OK")
	other.counted("p", [3]int{}, len("CLIENT SETNAME p\r\n"), len("+OK\r\n"), 1)
	const wait = "BLPOP k l 0\r\n"
	for _, end := range []struct {
		commands, replies []string
		reply             []string
	}{
		{[]string{"RPUSH k v"}, []string{":1"}, []string{"*2", "$1", "k", "$1", "v"}},
		{[]string{"MULTI", "RPUSH k v", "EXEC"}, []string{"+OK", "+QUEUED", "*1", ":1"}, []string{"*2", "$1", "k", "$1", "v"}},
		{[]string{"CLIENT UNBLOCK " + other.field("p", "id")}, []string{":1"}, []string{"*-1"}},
	} {
		before := other.figures("p")
		p.write(wait)
		waitFor(t, func() bool { return other.field("p", "flags") == "b" })
		other.counted("p", before, len(wait), 0, 0)
		other.send(end.commands...)
		other.expect(end.replies...)
		p.expect(end.reply...)
		out := 0
		for _, line := range end.reply {
			out += len(line) + len("\r\n")
		}
		other.counted("p", before, len(wait), out, 1)
	}
	before := other.figures("p")
	p.write("*2\r\n$4\r\nPI")
	other.counted("p", before, len("*2\r\n$4\r\nPI"), 0, 0)
}

// Clients are dealt to the loops in turn; a goroutine of its own counts as the first.
func TestIOThreadOfClients(t *testing.T) {
	s := startWith(t, nil)
	seen := map[string]int{}
	var last *peer
	for i := range 4 {
		last = dial(t, s)
		last.do(fmt.Sprint("CLIENT SETNAME c", i), "+OK")
	}
	for i := range 4 {
		seen[last.field(fmt.Sprint("c", i), "io-thread")]++
	}
	if drivertest.Driver() == "redcon" {
		require.Equal(t, map[string]int{"0": 4}, seen)
	} else {
		require.Equal(t, map[string]int{"0": 2, "1": 2}, seen)
	}
}
