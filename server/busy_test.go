package server

// Scripts that run for long, played by a command that only tests have: it runs until it is killed or let go.

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/command/all"
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/internal/clock"
	"github.com/miniredisd/miniredisd/internal/drivertest"
)

const (
	busyScript   = "-BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE."
	busyFunction = "-BUSY Redis is busy running a script. You can only call FUNCTION KILL or SHUTDOWN NOSAVE."
	killed       = "-ERR killed"
)

// player runs the scripts of a server: the command
//
//	SPIN [how] [command …]
//
// calls the command again and again, if there is one. "function" makes it a function; "once" calls the command once and then
// runs on; "until" ends the script when the command has failed. ENDSPIN is SCRIPT KILL without its questions.
type player struct {
	*Server
	letGo atomic.Bool
	calls atomic.Int64 // that scripts have made
}

func (p *player) spin(c *command.Ctx) {
	var dead atomic.Bool
	script := &command.Script{Request: c.Args, Kill: func() { dead.Store(true) }}
	before := bytes.Join(c.Args, []byte(" "))
	how, called := "", [][]byte(nil)
	if len(c.Args) > 1 {
		how, called = string(c.Args[1]), c.Args[2:]
	}
	if how == "function" {
		script.Function = "f"
	}
	var spec *command.Spec
	if len(called) > 0 {
		spec, _ = p.registry.Find(called)
		if spec.Flags.Has(command.Write) {
			script.Write()
		}
	}
	reply := len(c.Out.Buf)
	p.ScriptBegins(c, script)
	for n := 0; !dead.Load() && !p.letGo.Load(); n++ {
		if spec != nil && (how != "once" || n == 0) {
			p.Call(c, spec, called)
			p.calls.Add(1)
			c.Out.Buf = c.Out.Buf[:reply]
		}
	}
	p.ScriptEnds(script)
	switch {
	case dead.Load():
		c.Out.Error("ERR killed")
	case !bytes.Equal(before, bytes.Join(c.Args, []byte(" "))):
		c.Out.Error("ERR the arguments have changed")
	default:
		c.Out.OK()
	}
}

// brief runs a script that takes so many microseconds.
func (p *player) brief(c *command.Ctx) {
	micros, _ := c.Int(1)
	script := &command.Script{Request: c.Args, Kill: func() {}}
	p.ScriptBegins(c, script)
	for end := clock.Mono() + micros*1000; clock.Mono() < end; {
	}
	p.ScriptEnds(script)
	c.Out.OK()
}

func (p *player) endSpin(c *command.Ctx) {
	if script := p.RunningScript(); script != nil {
		script.Kill()
		c.Out.OK()
		return
	}
	c.Out.Error("NOTBUSY No scripts in execution right now.")
}

func (p *player) commands() (specs []command.Spec) {
	for _, spec := range all.Registry().Commands() {
		specs = append(specs, *spec)
	}
	alone := command.NoScript | command.Exclusive | command.NoPropagate
	return append(specs,
		command.Spec{Name: "spin", Group: command.Scripting, Since: "0", Summary: "-", Arity: -1, Flags: alone, Run: p.spin},
		command.Spec{Name: "brief", Group: command.Scripting, Since: "0", Summary: "-", Arity: 2, Flags: alone, Run: p.brief},
		command.Spec{Name: "endspin", Group: command.Scripting, Since: "0", Summary: "-", Arity: 1,
			Flags: command.NoScript | command.AllowBusy, Run: p.endSpin})
}

// expectKilled reads until the server closes: whether the error that ends the script comes through is a matter of luck.
func (p *peer) expectKilled() {
	p.t.Helper()
	got, _ := io.ReadAll(p)
	require.Contains(p.t, []string{"", killed + "\r\n"}, string(got))
}

// threshold is from when on a script is busy, in the tests.
const threshold = 20 * time.Millisecond

// startPlayer starts a server with SPIN and its like.
func startPlayer(t *testing.T, options ...string) *player {
	t.Helper()
	return startPlayerIn(t, t.TempDir(), nil, options...)
}

func startPlayerIn(t *testing.T, dir string, c clock.Clock, options ...string) *player {
	t.Helper()
	cfg := config.New()
	args := append([]string{"--port", "0", "--bind", "127.0.0.1", "--dir", dir,
		"--busy-reply-threshold", fmt.Sprint(threshold.Milliseconds())}, drivertest.Options()...)
	require.NoError(t, cfg.Load(append(args, options...), nil))
	s, err := New(Options{Config: cfg, Clock: c})
	require.NoError(t, err)
	p := &player{Server: s}
	s.registry = command.NewRegistry(p.commands())
	s.stats.init(len(s.registry.All()))
	require.NoError(t, s.Start())
	t.Cleanup(func() { s.Close() })
	return p
}

// dial is dial with a connection that is known to be served.
func (p *player) dial(t *testing.T) *peer {
	t.Helper()
	c := dial(t, p.Server)
	c.do("PING", "+PONG")
	return c
}

// begin starts a script and returns its caller when the server is busy.
func (p *player) begin(t *testing.T, script string) *peer {
	t.Helper()
	c := p.dial(t)
	p.beginOn(t, c, script)
	return c
}

func (p *player) beginOn(t *testing.T, c *peer, script string) {
	t.Helper()
	p.letGo.Store(false)
	c.send(script)
	waitFor(t, p.isBusy)
}

// isBusy reports whether the script that runs was declared busy, and all that belongs to that is done.
func (p *player) isBusy() bool {
	p.watchdog.mu.Lock()
	defer p.watchdog.mu.Unlock()
	return p.watchdog.began.Load() == isBusy
}

// Others are refused as soon as the script has run for the threshold, and not before. When it has ended all is as it was.
func TestOthersAreToldThatAScriptIsBusy(t *testing.T) {
	p := startPlayer(t)
	caller, waits, late := p.dial(t), p.dial(t), p.dial(t)
	late.do("SET k v", "+OK")
	began := time.Now()
	caller.send("SPIN")
	waitFor(t, func() bool { return p.RunningScript() != nil })
	waits.do("GET k", busyScript)
	require.GreaterOrEqual(t, time.Since(began), threshold)
	require.Less(t, time.Since(began), 5*time.Second)
	for _, cmd := range []string{"PING", "SET k w", "FLUSHALL", "DBSIZE", "INFO", "CLIENT LIST", "CLIENT KILL ID 1", "PUBLISH c m",
		"SUBSCRIBE c", "EXEC", "BLPOP l 0", "SCAN 0", "SHUTDOWN", "SHUTDOWN SAVE", "SPIN"} {
		if cmd == "EXEC" {
			late.do(cmd, "-EXECABORT Transaction discarded because of: "+busyScript[1:])
			continue
		}
		late.do(cmd, busyScript)
	}
	late.do("NOSUCH", "-ERR unknown command 'NOSUCH', with args beginning with: ")
	late.do("GET", "-ERR wrong number of arguments for 'get' command")
	late.do("SHUTDOWN ABORT", "-ERR No shutdown in progress.")
	dial(t, p.Server).do("GET k", busyScript) // new ones, too
	p.letGo.Store(true)
	caller.expect("+OK")
	late.do("GET k", "$1", "v")
	waits.do("PING", "+PONG")
}

func TestFunctionsAreBusyToo(t *testing.T) {
	p := startPlayer(t)
	caller, other := p.begin(t, "SPIN function"), dial(t, p.Server)
	other.do("PING", busyFunction)
	other.do("ENDSPIN", "+OK")
	caller.expect(killed)
	other.do("ENDSPIN", "-NOTBUSY No scripts in execution right now.")
}

// What Redis allows: a connection's own affairs.
func TestWhatIsAllowedWhileAScriptIsBusy(t *testing.T) {
	p := startPlayer(t)
	caller, other, hello, bye := p.begin(t, "SPIN"), dial(t, p.Server), dial(t, p.Server), dial(t, p.Server)
	for _, step := range [][]string{
		{"AUTH x y", "-WRONGPASS invalid username-password pair or user is disabled."},
		{"AUTH default y", "+OK"},
		{"WATCH a b", "+OK"}, {"UNWATCH", "+OK"},
		{"MULTI", "+OK"}, {"MULTI", "-ERR MULTI calls can not be nested"}, {"DISCARD", "+OK"}, {"DISCARD", "-ERR DISCARD without MULTI"},
		{"WATCH a", "+OK"}, {"MULTI", "+OK"}, {"SET a b", busyScript},
		{"EXEC", "-EXECABORT Transaction discarded because of: " + busyScript[1:]},
		{"EXEC", "-EXECABORT Transaction discarded because of: " + busyScript[1:]},
		{"MULTI", "+OK"}, {"RESET", "+RESET"}, {"DISCARD", "-ERR DISCARD without MULTI"},
		{"MULTI", "+OK"}, {"SET a b", busyScript},
	} {
		other.do(step[0], step[1:]...)
	}
	hello.send("HELLO 3 SETNAME me")
	hello.expect("%7", "$6", "server", "$5", "redis", "$7", "version", "$5", "7.4.1", "$5", "proto", ":3", "$2", "id", ":3",
		"$4", "mode", "$10", "standalone", "$4", "role", "$6", "master", "$7", "modules", "*0")
	bye.send("QUIT", "PING")
	bye.expectEnd("+OK")
	p.letGo.Store(true)
	caller.expect("+OK")
	other.do("EXEC", "-EXECABORT Transaction discarded because of previous errors.")
	other.do("EXISTS a", ":0")
	hello.do("CLIENT GETNAME", "$2", "me")
}

// Pipelines of others get all their replies in order, across the script's end, and so does the caller's own.
func TestPipelinesAroundABusyScript(t *testing.T) {
	p := startPlayer(t)
	caller, other := p.dial(t), p.dial(t)
	p.beginOn(t, caller, "SET k 1\r\nSPIN\r\nINCR k\r\nMULTI\r\nGET k\r\nSPIN\r\nINCR k\r\nEXEC\r\nGET k")
	other.send("GET k", "MULTI", "INCR k", "INCR k", "DISCARD", "GET k", "WATCH k")
	other.expect(busyScript, "+OK", busyScript, busyScript, "+OK", busyScript, "+OK")
	p.letGo.Store(true)
	caller.expect("+OK", "+OK", ":2", "+OK", "+QUEUED", "+QUEUED", "+QUEUED", "*3", "$1", "2", "+OK", ":3", "$1", "3")
	other.do("GET k", "$1", "3")
}

// One that comes to be busy twice: in a transaction, and again on the connection that has just come back.
func TestBusyAgain(t *testing.T) {
	p := startPlayer(t)
	caller, other := p.dial(t), p.dial(t)
	p.beginOn(t, caller, "MULTI\r\nSPIN\r\nSPIN\r\nEXEC\r\nSPIN\r\nSPIN")
	var last *command.Script
	for range 4 {
		waitFor(t, func() bool { return p.RunningScript() != last && p.isBusy() })
		other.do("GET k", busyScript)
		last = p.RunningScript()
		last.Kill()
	}
	caller.expect("+OK", "+QUEUED", "+QUEUED", "*2", killed, killed, killed, killed)
	other.do("GET k", "$-1")
}

// All of a loop's connections go on, many as they are, with whatever they had sent when the script began.
func TestManyConnectionsOfABusyLoop(t *testing.T) {
	p := startPlayer(t, "--io-threads", "1")
	var peers []*peer
	for range 100 {
		peers = append(peers, p.dial(t))
	}
	large := strings.Repeat("x", 100_000)
	for _, script := range []string{"SPIN", "SPIN with PING", "SPIN " + large[:40_000] + " PING"} {
		caller := p.begin(t, script)
		for i, c := range peers {
			c.send("PING", fmt.Sprintf("MULTI\r\nSET k:%d %s", i, large[:i*500+1]), "DISCARD")
		}
		for _, c := range peers {
			c.expect(busyScript, "+OK", busyScript, "+OK")
		}
		for i, c := range peers {
			c.write(fmt.Sprintf("SET k:%d", i)) // the rest follows when the script has ended
		}
		p.letGo.Store(true)
		caller.expect("+OK")
		for i, c := range peers {
			c.do(" v", "+OK")
			c.do(fmt.Sprintf("GET k:%d", i), "$1", "v")
		}
	}
}

func (p *player) clientCount() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.clients)
}

// Others may leave while a script is busy; its caller, too, but that is found out when the script ends.
func TestLeavingWhileAScriptIsBusy(t *testing.T) {
	p := startPlayer(t)
	watches, waits, listens, stays := p.dial(t), p.dial(t), p.dial(t), p.dial(t)
	watches.do("WATCH k", "+OK")
	listens.do("SUBSCRIBE c", "*3", "$9", "subscribe", "$1", "c", ":1")
	waits.begin(p.Server, "BLPOP l 0")
	caller := p.begin(t, "SPIN")
	n := p.clientCount()
	for i, c := range []*peer{watches, waits, listens} {
		c.Close()
		waitFor(t, func() bool { return p.clientCount() == n-1-i })
	}
	require.Zero(t, p.waiting.Load())
	caller.Close()
	stays.do("PING", busyScript)
	require.Equal(t, n-3, p.clientCount())
	p.letGo.Store(true)
	waitFor(t, func() bool { return p.clientCount() == n-4 })
	stays.do("RPUSH l v", ":1")
	stays.do("PUBLISH c m", ":0")
}

// Commands that a script calls and what others may do meanwhile exclude each other: the race detector is the judge.
func TestVisitorsOfABusyScript(t *testing.T) {
	p := startPlayer(t)
	caller, watches := p.dial(t), p.dial(t)
	p.beginOn(t, caller, "SPIN call INCR k")
	watches.do("WATCH k", "+OK")
	before := p.calls.Load()
	var others sync.WaitGroup
	for range 8 {
		c := dial(t, p.Server)
		others.Go(func() {
			for range 20 {
				c.send("WATCH k other", "MULTI", "GET k", "DISCARD", "UNWATCH", "WATCH k", "RESET")
				c.expect("+OK", "+OK", busyScript, "+OK", "+OK", "+OK", "+RESET")
			}
			c.do("WATCH k", "+OK")
			c.Close()
		})
	}
	others.Wait()
	waitFor(t, func() bool { return p.calls.Load() > before+1 }) // one of them has begun since
	p.letGo.Store(true)
	caller.expect("+OK")
	watches.do("MULTI", "+OK")
	watches.do("EXEC", "*-1")
}

// Whoever waits for a key gets what the script brings, when it has ended; and time that has run out meanwhile is no reason
// not to.
func TestWaitsDuringABusyScript(t *testing.T) {
	manual := clock.NewManual(time.Unix(1_000_000, 0))
	p := startPlayerIn(t, t.TempDir(), manual)
	gets, getsNot, moves := p.dial(t), p.dial(t), p.dial(t)
	gets.begin(p.Server, "BLPOP l 10")
	getsNot.begin(p.Server, "BLPOP l 10")
	moves.begin(p.Server, "BLMOVE l other LEFT LEFT 0")
	listens := p.dial(t)
	listens.do("SUBSCRIBE c", "*3", "$9", "subscribe", "$1", "c", ":1")
	caller := p.begin(t, "SPIN once RPUSH l v")
	over := make(chan struct{})
	go func() { manual.Advance(time.Minute); close(over) }()
	waitFor(t, func() bool { return p.deadlines.len() == 0 }) // it is noticed
	require.EqualValues(t, 3, p.waiting.Load())
	p.letGo.Store(true)
	caller.expect("+OK")
	gets.expect("*2", "$1", "l", "$1", "v")
	getsNot.expect("*-1")
	<-over
	p.beginOn(t, caller, "SPIN once PUBLISH c m")
	p.letGo.Store(true)
	caller.expect("+OK")
	listens.expect("*3", "$7", "message", "$1", "c", "$1", "m")
	caller.do("RPUSH l w", ":1")
	moves.expect("$1", "w")
}

// The background waits for the end of a script, and goes on after it.
func TestKeysExpireAfterABusyScript(t *testing.T) {
	manual := clock.NewManual(time.Unix(1_000_000, 0))
	p := startPlayerIn(t, t.TempDir(), manual)
	caller := p.dial(t)
	caller.do("SET k v PX 40", "+OK")
	p.beginOn(t, caller, "SPIN")
	over := make(chan struct{})
	go func() { manual.Advance(time.Second); close(over) }()
	waitFor(t, func() bool { return p.Micros() > 1_000_000e6 })
	dial(t, p.Server).do("GET k", busyScript)
	p.letGo.Store(true)
	caller.expect("+OK")
	<-over
	caller.do("DBSIZE", ":0")
}

// SHUTDOWN NOSAVE ends a server although the script has changed something; nothing of that is seen or kept.
func TestShutdownWhileAScriptIsBusy(t *testing.T) {
	dir := t.TempDir()
	p := startPlayerIn(t, dir, nil, "--appendonly", "yes")
	waits, other := p.dial(t), p.dial(t)
	other.do("SET before 1", "+OK")
	waits.begin(p.Server, "BLPOP l 0")
	caller := p.begin(t, "SPIN call RPUSH l v")
	other.do("SHUTDOWN", busyScript)
	addr := p.Addrs()[0]
	other.send("SHUTDOWN NOSAVE", "SET after 1")
	other.expectEnd()
	_, err := net.Dial(addr.Network(), addr.String())
	require.Error(t, err, "who has seen the end finds nobody")
	waits.expectEnd()
	caller.expectKilled()
	<-p.Done()

	p = startPlayerIn(t, dir, nil, "--appendonly", "yes")
	c := p.dial(t)
	c.do("KEYS *", "*1", "$6", "before")
}

// Who closes the server in another way ends a script that has changed nothing, and waits for one that has.
func TestCloseWhileAScriptRuns(t *testing.T) {
	for _, script := range []string{"SPIN", "SPIN call GET k"} {
		for _, threshold := range []string{"1", "100000"} {
			p := startPlayer(t, "--busy-reply-threshold", threshold)
			caller := p.dial(t)
			caller.send(script)
			waitFor(t, func() bool { return p.RunningScript() != nil })
			require.NoError(t, p.Close())
		}
	}
	p := startPlayer(t)
	p.begin(t, "MULTI\r\nSPIN\r\nSPIN\r\nEXEC\r\nSPIN\r\nSPIN")
	require.NoError(t, p.Close())

	dir := t.TempDir()
	p = startPlayerIn(t, dir, nil, "--appendonly", "yes")
	caller, other := p.begin(t, "SPIN once SET k v"), dial(t, p.Server)
	closed := make(chan error)
	go func() { closed <- p.Close() }()
	other.do("GET k", busyScript)
	select {
	case <-closed:
		require.Fail(t, "the server has not waited")
	default:
	}
	p.letGo.Store(true)
	require.NoError(t, <-closed)
	caller.Close()
	p = startPlayerIn(t, dir, nil, "--appendonly", "yes")
	p.dial(t).do("GET k", "$1", "v")
}

// Scripts that end at just about the time when they would be declared busy, while others work.
func TestScriptsAroundTheThreshold(t *testing.T) {
	for _, threads := range []string{"1", "2"} {
		p := startPlayer(t, "--io-threads", threads, "--busy-reply-threshold", "1")
		var stop atomic.Bool
		var others sync.WaitGroup
		var refused, done atomic.Int64
		for i := range 3 {
			c := p.dial(t)
			others.Go(func() {
				for n := 1; !stop.Load(); {
					c.send(fmt.Sprintf("INCR n:%d", i))
					switch got := c.line(); got {
					case busyScript:
						refused.Add(1)
					default:
						require.Equal(t, fmt.Sprintf(":%d", n), got)
						n++
						done.Add(1)
					}
				}
			})
		}
		caller := p.dial(t)
		for i := range 1000 {
			caller.do(fmt.Sprintf("BRIEF %d", 900+i%300), "+OK")
		}
		stop.Store(true)
		others.Wait()
		require.NotZero(t, refused.Load())
		require.NotZero(t, done.Load())
		require.False(t, p.isBusy())
		require.Nil(t, p.RunningScript())
		caller.do("PING", "+PONG")
	}
}

// With one processor, one loop, and a script that never gives it up.
func TestBusyScriptOnOneProcessor(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	p := startPlayer(t, "--io-threads", "1")
	other := p.dial(t)
	caller := p.begin(t, "SPIN")
	began := time.Now()
	other.do("GET k", busyScript)
	other.do("ENDSPIN", "+OK")
	caller.expect(killed)
	require.Less(t, time.Since(began), 5*time.Second)
	caller = p.begin(t, "SPIN call INCR k")
	other.do("WATCH k", "+OK")
	other.send("SHUTDOWN NOSAVE")
	other.expectEnd()
	caller.expectKilled()
	<-p.Done()
}

// The server's log tells of a slow script.
func TestSlowScriptIsLogged(t *testing.T) {
	p := startPlayer(t)
	var text bytes.Buffer
	p.log = NewLogger(&text, Warning)
	caller := p.begin(t, "SPIN function")
	p.letGo.Store(true)
	caller.expect("+OK")
	require.Regexp(t, `Slow script detected: still in execution after \d+ milliseconds\. You can try killing the script using the `+
		`FUNCTION KILL command\. Script name is: f\.`, text.String())
}
