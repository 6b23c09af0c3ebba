package server

// Debugging sessions over real connections: whom they disturb, what stays of them, and what ends them.

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/internal/clock"
	"github.com/miniredisd/miniredisd/store"
)

// debugScript changes something, and goes on for a few lines.
const debugScript = "redis.call('incr', 'n')\nlocal a = redis.call('incr', 'n')\na = a + 1\nreturn a"

// say sends a command of the debugger.
func (p *peer) say(args ...string) {
	p.t.Helper()
	p.write(request(args...))
}

func request(args ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "*%d\r\n", len(args))
	for _, a := range args {
		fmt.Fprintf(&b, "$%d\r\n%s\r\n", len(a), a)
	}
	return b.String()
}

// hears reads an array of these lines.
func (p *peer) hears(lines ...string) {
	p.t.Helper()
	want := []string{fmt.Sprintf("*%d", len(lines))}
	for _, l := range lines {
		want = append(want, "+"+l)
	}
	p.expect(want...)
}

// stops reads that the script has stopped.
func (p *peer) stops(line int, text string, before ...string) {
	p.t.Helper()
	p.hears(append(before, fmt.Sprintf("* Stopped at %d, stop reason = step over", line), fmt.Sprintf("-> %-3d %s", line, text))...)
}

// debugs begins a session.
func debugs(t *testing.T, s *Server, mode, script string) *peer {
	t.Helper()
	p := dial(t, s)
	p.do("SCRIPT DEBUG "+mode, "+OK")
	p.say("EVAL", script, "0")
	first, _, _ := strings.Cut(script, "\n")
	p.stops(1, first)
	return p
}

// sessions is how many sessions there are; a private one counts twice.
func (d *debugging) sessions() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.private + len(d.lines)
}

func TestPrivateSession(t *testing.T) {
	s := startWith(t, nil)
	other := dial(t, s)
	other.do("SET n 10", "+OK")
	other.do("RPUSH l a b c", ":3")
	other.do("SET v x PX 100000", "+OK")
	p := debugs(t, s, "YES", debugScript)
	other.do("INCR n", ":11") // the others go on
	other.do("SET new 1", "+OK")
	p.say("s")
	p.stops(2, "local a = redis.call('incr', 'n')", "<redis> incr n", "<reply> 11")
	p.say("r", "lrange", "l", "0", "-1")
	p.hears("<redis> lrange l 0 -1", `<reply> ["a","b","c"]`)
	p.say("r", "pttl", "v")
	require.Equal(t, "*2", p.line())
	p.line()
	require.Regexp(t, `^\+<reply> \d+$`, p.line())
	p.say("r", "exists", "new")
	p.hears("<redis> exists new", "<reply> 0")
	p.say("r", "publish", "c", "x")
	p.hears("<redis> publish c x", "<reply> 0")
	p.say("r", "del", "l")
	p.hears("<redis> del l", "<reply> 1")
	p.say("c")
	p.expectEnd("*1", "+<endsession>", ":13")
	other.do("GET n", "$2", "11")
	other.do("LLEN l", ":3")
	waitFor(t, func() bool { return s.debugging.sessions() == 0 })
}

func TestSyncSessionKeepsWhatItHasChanged(t *testing.T) {
	s := startWith(t, nil)
	p := debugs(t, s, "SYNC", debugScript)
	p.say("n")
	p.stops(2, "local a = redis.call('incr', 'n')", "<redis> incr n", "<reply> 1")
	p.say("abort")
	p.expect("*1", "+<endsession>")
	require.Contains(t, p.line(), "-ERR script aborted for user request script: ")
	p.expectEnd()
	dial(t, s).do("GET n", "$1", "1")
}

// Each loop of epoll has two connections in sessions, and serves the others nevertheless.
func TestSessionsHoldNobodyUp(t *testing.T) {
	s := startWith(t, nil)
	var sessions []*peer
	for range maxPrivate {
		sessions = append(sessions, debugs(t, s, "YES", debugScript))
	}
	more := dial(t, s)
	more.do("SCRIPT DEBUG YES", "+OK")
	more.say("EVAL", debugScript, "0")
	more.expect("-" + errTooManySessions)
	for range 4 {
		dial(t, s).do("INCR others", ":1")
		dial(t, s).do("DEL others", ":1")
	}
	for _, p := range sessions[1:] {
		p.say("c")
		p.expectEnd("*1", "+<endsession>", ":3")
	}
	sessions[0].Close()
	waitFor(t, func() bool { return s.debugging.sessions() == 0 })
	more.do("SCRIPT DEBUG NO", "+OK") // it is not closed
	more.do("SCRIPT DEBUG YES", "+OK")
	more.say("EVAL", debugScript, "0")
	more.stops(1, "redis.call('incr', 'n')")
}

func TestOthersDuringASyncSession(t *testing.T) {
	s := startWith(t, nil, "--busy-reply-threshold", "10")
	admin := dial(t, s)
	p := debugs(t, s, "SYNC", debugScript)
	busy := func() {
		t.Helper()
		waitFor(t, func() bool {
			admin.send("GET x")
			line := admin.line()
			return strings.HasPrefix(line, "-BUSY ")
		})
	}
	busy()
	p.say("p") // the session goes on
	p.hears("No local variables in the current context.")
	admin.do("SCRIPT KILL", "+OK")
	p.expect("*1", "+<endsession>")
	require.Contains(t, p.line(), "killed by user")
	p.expectEnd()
	admin.do("GET n", "$-1")

	p = debugs(t, s, "SYNC", debugScript) // one that has changed something can't be killed
	p.say("s")
	p.stops(2, "local a = redis.call('incr', 'n')", "<redis> incr n", "<reply> 1")
	busy()
	admin.send("SCRIPT KILL")
	require.Contains(t, admin.line(), "-UNKILLABLE ")
	p.Close() // the script runs on alone
	waitFor(t, func() bool {
		admin.send("GET n")
		return admin.line() == "$1" && admin.line() == "2"
	})
}

func TestClientsThatLeaveTheirSession(t *testing.T) {
	for _, mode := range []string{"YES", "SYNC"} {
		s := startWith(t, nil)
		other := dial(t, s)
		debugs(t, s, mode, debugScript).Close()
		waitFor(t, func() bool { return s.debugging.sessions() == 0 })
		if mode == "YES" {
			other.do("GET n", "$-1")
		} else { // the script has gone on to its end
			other.do("GET n", "$1", "2")
		}
		p := debugs(t, s, mode, debugScript)
		p.say("s")
		p.stops(2, "local a = redis.call('incr', 'n')", "<redis> incr n", map[string]string{"YES": "<reply> 1", "SYNC": "<reply> 3"}[mode])
		p.write("*1\r\n$1\r\n") // half a command
		p.Close()
		waitFor(t, func() bool { return s.debugging.sessions() == 0 })
	}
}

// A script that does not end is stopped when it has run for busy-reply-threshold, and ends if nobody is there.
func TestEndlessScriptsAreStopped(t *testing.T) {
	for _, mode := range []string{"YES", "SYNC"} {
		s := startWith(t, nil, "--busy-reply-threshold", "10")
		p := debugs(t, s, mode, "local n = 0\nwhile true do pcall(function() n = n + 1 end) end")
		p.say("c")
		require.Equal(t, "*2", p.line())
		require.Equal(t, "+* Stopped at 2, stop reason = timeout reached, infinite loop?", p.line())
		p.line()
		p.say("e", "while true do pcall(function() while true do end end) end")
		p.expect("*1")
		require.Contains(t, p.line(), "+<error> ")
		p.say("e", "1 + 1")
		p.hears("<retval> 2")
		p.say("c")
		p.Close()
		waitFor(t, func() bool { return s.debugging.sessions() == 0 })
		p = dial(t, s)
		waitFor(t, func() bool {
			p.send("PING")
			return p.line() == "+PONG"
		})
	}
}

func TestServerEndsWithSessions(t *testing.T) {
	for name, begin := range map[string]func(t *testing.T, s *Server){
		"private":          func(t *testing.T, s *Server) { debugs(t, s, "YES", debugScript) },
		"private, endless": func(t *testing.T, s *Server) { debugs(t, s, "YES", "local a = 1\nwhile true do end").say("c") },
		"sync":             func(t *testing.T, s *Server) { debugs(t, s, "SYNC", debugScript) },
		"sync, changed": func(t *testing.T, s *Server) {
			p := debugs(t, s, "SYNC", debugScript)
			p.say("s")
			p.stops(2, "local a = redis.call('incr', 'n')", "<redis> incr n", "<reply> 1")
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := startWith(t, nil)
			begin(t, s)
			done := make(chan struct{})
			go func() {
				s.Close()
				close(done)
			}()
			select {
			case <-done:
			case <-time.After(patience):
				t.Fatal("it does not end")
			}
		})
	}
}

func TestShutdownWithSessions(t *testing.T) {
	s := startWith(t, nil)
	debugs(t, s, "YES", debugScript)
	dial(t, s).send("SHUTDOWN")
	<-s.Done()

	s = startWith(t, nil, "--busy-reply-threshold", "10")
	p := debugs(t, s, "SYNC", debugScript)
	p.say("s")
	p.stops(2, "local a = redis.call('incr', 'n')", "<redis> incr n", "<reply> 1")
	admin := dial(t, s)
	waitFor(t, func() bool {
		admin.send("SHUTDOWN")
		return strings.HasPrefix(admin.line(), "-BUSY ")
	})
	admin.send("SHUTDOWN NOSAVE")
	<-s.Done()
}

func TestClientOfAPrivateSessionIsKilled(t *testing.T) {
	s := startWith(t, nil)
	admin := dial(t, s)
	p := debugs(t, s, "YES", debugScript)
	admin.do("CLIENT KILL TYPE normal SKIPME yes", ":1")
	p.expectEnd()
	waitFor(t, func() bool { return s.debugging.sessions() == 0 })
}

// Where there is no session to be had, the connection goes on.
func TestEvalThatIsNotDebugged(t *testing.T) {
	s := startWith(t, nil)
	for _, mode := range []string{"YES", "SYNC"} {
		p := dial(t, s)
		p.do("SCRIPT DEBUG "+mode, "+OK")
		p.do("MULTI", "+OK")
		p.say("EVAL", "return 1", "0")
		p.expect("+QUEUED")
		p.do("EXEC", "*1", "-"+errDebugMulti)
		p.write(request("PING") + request("EVAL", "return 1", "0") + request("PING"))
		p.expect("+PONG", "-"+errDebugPipeline, "+PONG")
		p.write(request("PING") + request("SCRIPT", "DEBUG", "NO"))
		p.expect("+PONG", "-ERR SCRIPT DEBUG must be called outside a pipeline")
		p.do("SCRIPT DEBUG NO", "+OK")
		p.say("EVAL", "return 1", "0")
		p.expect(":1")
	}
}

// A session is not idle.
func TestSessionsOutliveTheTimeout(t *testing.T) {
	s := startWith(t, nil, "--timeout", "1")
	p := debugs(t, s, "YES", debugScript)
	s.mu.Lock()
	for _, c := range s.clients {
		c.LastInteraction.Store(1)
	}
	s.mu.Unlock()
	s.tendClients() // gives up its buffers
	p.say("c")
	p.expectEnd("*1", "+<endsession>", ":3")
}

// Commands that arrive at once, and in pieces.
func TestCommandsOfASessionInPieces(t *testing.T) {
	s := startWith(t, nil)
	p := debugs(t, s, "YES", debugScript)
	p.write(request("e", "1") + request("e", "2"))
	p.hears("<retval> 1")
	p.hears("<retval> 2")
	for _, b := range []byte(request("e", "'\r\n'")) {
		p.write(string(b))
	}
	p.expect("*1")
	require.Contains(t, p.line(), "<error>")
	p.write("*1024\r\n" + strings.Repeat("$1024\r\n"+strings.Repeat("x", 1024)+"\r\n", 1023))
	p.expect("*1", "+<endsession>")
	require.Contains(t, p.line(), "-ERR max client buffer reached script: ")
}

// The copy holds all databases and types, deadlines among them; nothing of it happens by itself.
func TestPrivateCopyOfEverything(t *testing.T) {
	s := startWith(t, nil, "--enable-debug-command", "yes")
	p := dial(t, s)
	for i := range 500 {
		p.do(fmt.Sprintf("RPUSH list %d", i), fmt.Sprintf(":%d", i+1))
		p.do(fmt.Sprintf("SADD set m%d", i), ":1")
		p.do(fmt.Sprintf("ZADD zset %d m%d", i, i), ":1")
		p.do(fmt.Sprintf("HSET hash f%d v", i), ":1")
		p.send(fmt.Sprintf("XADD stream %d-1 f v", i+1))
		p.bulk()
	}
	p.do("HSET small f v", ":1")
	p.do("SADD ints 1 2 3", ":3")
	p.do("PFADD hll a b", ":1")
	p.do("HPEXPIRE hash 100000 FIELDS 1 f1", "*1", ":1")
	p.do("SET until x PX 100000", "+OK")
	p.do("SELECT 5", "+OK")
	p.do("SET other x", "+OK")
	p.send("DEBUG DIGEST")
	digest := p.line()

	var tx store.Tx
	s.store.Begin(&tx, 0, store.Mode{Exclusive: true}, 0)
	tx.SetTime(clock.Millis(s.clock))
	private, err := s.privateCopy(&tx)
	tx.End()
	require.NoError(t, err)
	ask := func(cmd string) string {
		c := newClient(private, stubConn{})
		c.Arrived(len(cmd), clock.Mono())
		c.Feed([]byte(cmd+"\r\n"), clock.Mono())
		return strings.TrimSpace(string(c.Output()))
	}
	require.Equal(t, digest, ask("DEBUG DIGEST"))
	require.Regexp(t, `^\*1\r\n:[1-9]\d+$`, ask("HPTTL hash FIELDS 1 f1"))
	require.Regexp(t, `^:[1-9]\d+$`, ask("PTTL until"))
	require.Equal(t, ":9", ask("UNLINK list set zset hash stream small ints hll until"))
	require.Nil(t, private.expirer.timer)
	p.send("DEBUG DIGEST")
	require.Equal(t, digest, p.line())
	private.drop()
	p.send("DEBUG DIGEST")
	require.Equal(t, digest, p.line())
}
