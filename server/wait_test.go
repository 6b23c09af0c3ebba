package server

import (
	"bufio"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/internal/clock"
)

func waitWaiting(t *testing.T, s *Server, n int) {
	t.Helper()
	waitFor(t, func() bool { return s.waiting.Load() == int64(n) })
}

// begin makes a client wait in a command.
func (p *peer) begin(s *Server, cmd string) *peer {
	p.t.Helper()
	n := s.waiting.Load()
	p.send(cmd)
	waitWaiting(p.t, s, int(n)+1)
	return p
}

func TestWaitEndsAtItsTimeExactly(t *testing.T) {
	manual := clock.NewManual(time.Unix(1_000_000, 0))
	s := startWith(t, manual)
	a, b, c := dial(t, s), dial(t, s), dial(t, s)
	a.begin(s, "BLPOP k 10.5")
	b.begin(s, "BZPOPMIN k 0.001")
	c.begin(s, "XREAD BLOCK 20000 STREAMS k $")
	manual.Advance(time.Millisecond)
	b.expect("*-1")
	manual.Advance(10_498 * time.Millisecond)
	waitWaiting(t, s, 2)
	manual.Advance(time.Millisecond)
	a.expect("*-1")
	manual.Advance(time.Hour)
	c.expect("*-1")
	a.begin(s, "BLPOP k 0")
	manual.Advance(1000 * time.Hour)
	b.do("RPUSH k v", ":1")
	a.expect("*2", "$1", "k", "$1", "v")
	require.Zero(t, s.deadlines.len())
}

func TestFirstComeFirstServed(t *testing.T) {
	s := startWith(t, nil)
	p := dial(t, s)
	var peers []*peer
	for _, cmd := range []string{"BLPOP k 0", "BLMOVE k to LEFT RIGHT 0", "BRPOP other k 0", "BLMPOP 0 2 other k LEFT COUNT 2", "BLPOP k k 0"} {
		peers = append(peers, dial(t, s).begin(s, cmd))
	}
	p.do("RPUSH k 1 2 3 4 5 6", ":6")
	peers[0].expect("*2", "$1", "k", "$1", "1")
	peers[1].expect("$1", "2")
	peers[2].expect("*2", "$1", "k", "$1", "6")
	peers[3].expect("*2", "$1", "k", "*2", "$1", "3", "$1", "4")
	peers[4].expect("*2", "$1", "k", "$1", "5")
	p.do("EXISTS k", ":0")
	p.do("LRANGE to 0 -1", "*1", "$1", "2")
}

// Every way in which a key may come to be.
func TestEveryWayToBringSomething(t *testing.T) {
	s := startWith(t, nil, "--enable-debug-command", "yes", "--appendonly", "yes")
	p := dial(t, s)
	p.do("RPUSH k v", ":1")
	p.send("DUMP k")
	dumped := "\""
	for _, b := range []byte(p.bulk()) {
		dumped += fmt.Sprintf("\\x%02x", b)
	}
	dumped += "\""
	for _, way := range [][]string{
		{"LPUSH k v"}, {"RPUSH k v"}, {"LPUSH other v", "RENAME other k"}, {"LPUSH other v", "RENAMENX other k"},
		{"LPUSH other v", "COPY other k"}, {"LPUSH other v", "SORT other ALPHA STORE k"}, {"LPUSH other v", "LMOVE other k LEFT LEFT"},
		{"LPUSH other v", "RPOPLPUSH other k"}, {"SELECT 1", "LPUSH k v", "MOVE k 0"}, {"SELECT 1", "LPUSH k v", "COPY k k DB 0"},
		{"SELECT 1", "LPUSH k v", "SWAPDB 0 1"}, {"MULTI", "LPUSH k v", "EXEC"}, {"MULTI", "SET k v", "DEL k", "LPUSH k v", "EXEC"},
		{"SET k v", "DEL k", "LPUSH k v"}, {"FLUSHALL", "LPUSH k v"}, {"SET k v", "FLUSHDB", "LPUSH k v"},
		{"RESTORE k 0 " + dumped},
		{"LPUSH other v", "DEBUG RELOAD", "RENAME other k"},
	} {
		for _, cmd := range []string{"BLPOP k 0", "BLMPOP 0 3 x y k LEFT", "BLMOVE k k LEFT RIGHT 0"} {
			p.send("SELECT 0", "FLUSHALL", "PING start")
			p.skipTo("start")
			q := dial(t, s).begin(s, cmd)
			p.send(way...)
			switch cmd {
			case "BLPOP k 0":
				q.expect("*2", "$1", "k", "$1", "v")
			case "BLMOVE k k LEFT RIGHT 0":
				q.expect("$1", "v")
			default:
				q.expect("*2", "$1", "k", "*1", "$1", "v")
			}
			q.Close()
		}
	}
}

// skipTo reads until a line.
func (p *peer) skipTo(line string) {
	p.t.Helper()
	var got []byte
	for b := make([]byte, 1); !strings.HasSuffix(string(got), line+"\r\n"); got = append(got, b[0]) {
		_, err := p.Read(b)
		require.NoError(p.t, err, string(got))
	}
}

func TestSortedSetsAndStreamsWake(t *testing.T) {
	s := startWith(t, nil)
	p := dial(t, s)
	for _, tc := range []struct {
		wait string
		wake []string
		want []string
	}{
		{"BZPOPMIN z 0", []string{"ZADD z 1 a 2 b"}, []string{"*3", "$1", "z", "$1", "a", "$1", "1"}},
		{"BZPOPMAX y z 0", []string{"ZADD z 1 a 2 b"}, []string{"*3", "$1", "z", "$1", "b", "$1", "2"}},
		{"BZMPOP 0 2 y z MAX COUNT 2", []string{"ZADD z 1 a 2 b"}, []string{"*2", "$1", "z", "*2", "*2", "$1", "b", "$1", "2", "*2", "$1", "a", "$1", "1"}},
		{"BZPOPMIN z 0", []string{"ZINCRBY z 3 a"}, []string{"*3", "$1", "z", "$1", "a", "$1", "3"}},
		{"BZPOPMIN z 0", []string{"ZADD y 1 a", "ZUNIONSTORE z 1 y"}, []string{"*3", "$1", "z", "$1", "a", "$1", "1"}},
		{"BZPOPMIN z 0", []string{"ZADD y 1 a", "ZRANGESTORE z y 0 -1"}, []string{"*3", "$1", "z", "$1", "a", "$1", "1"}},
		{"XREAD BLOCK 0 STREAMS x z $ 0", []string{"XADD x 1-1 f v"}, []string{"*1", "*2", "$1", "x", "*1", "*2", "$3", "1-1", "*2", "$1", "f", "$1", "v"}},
		{"XREAD BLOCK 0 STREAMS x +", []string{"MULTI", "XADD x 1-1 f v", "XADD x 2-1 f v", "EXEC"}, []string{"*1", "*2", "$1", "x", "*1", "*2", "$3", "2-1", "*2", "$1", "f", "$1", "v"}},
	} {
		p.send("FLUSHALL", "PING start")
		p.skipTo("start")
		q := dial(t, s).begin(s, tc.wait)
		p.send(tc.wake...)
		q.expect(tc.want...)
	}
}

func TestGroupsAreMissed(t *testing.T) {
	s := startWith(t, nil)
	p := dial(t, s)
	const wrongType = "-WRONGTYPE Operation against a key holding the wrong kind of value"
	const noGroup = "-NOGROUP No such key 'x' or consumer group 'g' in XREADGROUP with GROUP option"
	for _, tc := range []struct{ gone, reply string }{
		{"DEL x", noGroup}, {"UNLINK x", noGroup}, {"XGROUP DESTROY x g", noGroup}, {"SET x v", wrongType},
		{"FLUSHALL", noGroup}, {"FLUSHDB", noGroup}, {"RENAME x y", noGroup}, {"SWAPDB 0 1", noGroup}, {"MOVE x 2", noGroup},
		{"PEXPIRE x 1", noGroup}, {"EXPIREAT x 1", noGroup}, {"SUNIONSTORE x set", wrongType},
	} {
		p.send("FLUSHALL", "SADD set a", "XGROUP CREATE x g $ MKSTREAM", "PING start")
		p.skipTo("start")
		q := dial(t, s).begin(s, "XREADGROUP GROUP g c BLOCK 0 STREAMS x >")
		reader := dial(t, s).begin(s, "XREAD BLOCK 0 STREAMS x $")
		p.send(tc.gone)
		q.expect(tc.reply)
		waitWaiting(t, s, 1)
		p.send("FLUSHALL", "XADD x 5-1 f v")
		reader.expect("*1", "*2", "$1", "x", "*1", "*2", "$3", "5-1", "*2", "$1", "f", "$1", "v")
	}
	p.send("FLUSHALL", "XGROUP CREATE x g $ MKSTREAM", "PING start")
	p.skipTo("start")
	q := dial(t, s).begin(s, "XREADGROUP GROUP g c BLOCK 0 STREAMS x >")
	r := dial(t, s).begin(s, "XREADGROUP GROUP g d BLOCK 0 STREAMS x >")
	p.send("XADD x 1-1 f v")
	q.expect("*1", "*2", "$1", "x", "*1", "*2", "$3", "1-1", "*2", "$1", "f", "$1", "v")
	p.send("XADD x 1-2 f v")
	r.expect("*1", "*2", "$1", "x", "*1", "*2", "$3", "1-2", "*2", "$1", "f", "$1", "v")
}

func TestUnblockKillPauseAndGoodbye(t *testing.T) {
	s := startWith(t, nil)
	p := dial(t, s)
	a, b, c, d := dial(t, s), dial(t, s), dial(t, s), dial(t, s)
	for i, q := range []*peer{a, b, c, d} {
		q.do(fmt.Sprintf("CLIENT SETNAME n%d", i), "+OK")
		q.begin(s, "BLPOP k 0")
	}
	require.Equal(t, "b", p.field("n0", "flags"))
	require.Equal(t, "blpop", p.field("n0", "cmd"))
	p.do("CLIENT UNBLOCK "+p.field("n0", "id"), ":1")
	a.expect("*-1")
	p.do("CLIENT UNBLOCK "+p.field("n0", "id"), ":0")
	p.do("CLIENT UNBLOCK "+p.field("n1", "id")+" ERROR", ":1")
	b.expect("-UNBLOCKED client unblocked via CLIENT UNBLOCK")
	require.Equal(t, "N", p.field("n1", "flags"))
	p.do("CLIENT KILL ID "+p.field("n2", "id"), ":1")
	p.do("RPUSH k v", ":1") // at once: not for one who was killed
	d.expect("*2", "$1", "k", "$1", "v")
	c.expectEnd()
	waitWaiting(t, s, 0)
	d.begin(s, "BLPOP k 0")
	d.Close()
	waitWaiting(t, s, 0)
	p.do("RPUSH k v", ":1")
	p.do("LLEN k", ":1")
	p.do("DEL k", ":1")
	a.begin(s, "BLPOP k 0.05")
	p.do("CLIENT PAUSE 100000 WRITE", "+OK")
	a.expect("*-1")
	b.send("RPUSH k v")
	waitParked(t, s, 1)
	p.do("CLIENT UNPAUSE", "+OK")
	b.expect(":1")
}

func TestInputDuringAWaitIsKept(t *testing.T) {
	s := startWith(t, nil)
	p, q := dial(t, s), dial(t, s)
	q.begin(s, "BLPOP k 0")
	q.write("PING a\r\nSET x " + strings.Repeat("y", 10_000))
	p.do("RPUSH k v", ":1")
	q.expect("*2", "$1", "k", "$1", "v", "$1", "a")
	q.write("\r\nBLPOP k 0\r\nPING b\r\n")
	q.expect("+OK")
	waitWaiting(t, s, 1)
	p.do("RPUSH k w", ":1")
	q.expect("*2", "$1", "k", "$1", "w", "$1", "b")
	q.send("CLIENT REPLY SKIP", "BLPOP k 0", "PING")
	waitWaiting(t, s, 1)
	p.do("RPUSH k w", ":1")
	q.expect("+PONG")
}

func TestNobodyWaitsInATransaction(t *testing.T) {
	s := startWith(t, nil)
	p := dial(t, s)
	p.do("XGROUP CREATE x g $ MKSTREAM", "+OK")
	p.send("MULTI", "BLPOP k 0", "BLMOVE k l LEFT LEFT 0", "BRPOPLPUSH k l 0", "BLMPOP 0 1 k LEFT", "BZPOPMAX k 0", "BZMPOP 0 1 k MIN",
		"XREAD BLOCK 0 STREAMS x $", "XREADGROUP GROUP g c BLOCK 0 STREAMS x >", "EXEC")
	p.expect("+OK", "+QUEUED", "+QUEUED", "+QUEUED", "+QUEUED", "+QUEUED", "+QUEUED", "+QUEUED", "+QUEUED",
		"*8", "*-1", "$-1", "$-1", "*-1", "*-1", "*-1", "*-1", "*-1")
}

// An element goes through lists on which others wait, and nobody comes in between.
func TestChainOfMoves(t *testing.T) {
	s := startWith(t, nil)
	p := dial(t, s)
	var peers []*peer
	const chain = 20
	for i := range chain {
		peers = append(peers, dial(t, s).begin(s, fmt.Sprintf("BLMOVE l%d l%d LEFT RIGHT 0", i, i+1)))
	}
	wrong := dial(t, s).begin(s, fmt.Sprintf("BLMOVE l%d s LEFT RIGHT 0", chain))
	p.do("SET s v", "+OK")
	p.do("RPUSH l0 v", ":1")
	for _, q := range peers {
		q.expect("$1", "v")
	}
	wrong.expect("-WRONGTYPE Operation against a key holding the wrong kind of value")
	p.do(fmt.Sprintf("LLEN l%d", chain), ":1")
}

func TestInfoCountsWaits(t *testing.T) {
	s := startWith(t, nil)
	p := dial(t, s)
	p.do("XGROUP CREATE x g $ MKSTREAM", "+OK")
	dial(t, s).begin(s, "BLPOP a b 0")
	dial(t, s).begin(s, "BLPOP b c 100")
	dial(t, s).begin(s, "XREADGROUP GROUP g c BLOCK 0 STREAMS x >")
	p.send("INFO clients")
	info := p.bulk()
	for _, line := range []string{"blocked_clients:3", "clients_in_timeout_table:1", "total_blocking_keys:4", "total_blocking_keys_on_nokey:1"} {
		require.Contains(t, info, line+"\r\n")
	}
}

// MONITOR shows a command when it is sent, and not once more when its wait has an end.
func TestMonitorShowsWaits(t *testing.T) {
	s := startWith(t, nil)
	m, p, q := dial(t, s), dial(t, s), dial(t, s)
	m.do("MONITOR", "+OK")
	q.begin(s, "BLPOP k 0")
	p.do("RPUSH k v", ":1")
	q.expect("*2", "$1", "k", "$1", "v")
	p.do("PING", "+PONG")
	shown := bufio.NewScanner(m)
	for _, want := range []string{`"BLPOP" "k" "0"`, `"RPUSH" "k" "v"`, `"PING"`} {
		require.True(t, shown.Scan())
		require.Contains(t, shown.Text(), want)
	}
}

// Those who wait need no goroutine of their own, where the driver needs none.
func TestManyWait(t *testing.T) {
	s := startWith(t, nil)
	p := dial(t, s)
	before := runtime.NumGoroutine()
	const many = 500
	var peers []*peer
	for i := range many {
		peers = append(peers, dial(t, s).begin(s, fmt.Sprintf("BLPOP k %d", 100+i%2)))
	}
	if s.cfg.Enum(config.Driver) == config.DriverEpoll {
		require.Less(t, runtime.NumGoroutine(), before+20)
	}
	for i := range many {
		p.send(fmt.Sprintf("RPUSH k %03d", i))
	}
	for i, q := range peers {
		q.expect("*2", "$1", "k", "$3", fmt.Sprintf("%03d", i))
	}
}

func TestBadTimeouts(t *testing.T) {
	s := startWith(t, nil)
	p := dial(t, s)
	for arg, reply := range map[string]string{
		"x": "-ERR timeout is not a float or out of range", "-1": "-ERR timeout is negative", "-0.0001": "*2",
		"1e300": "-ERR timeout is out of range", "inf": "-ERR timeout is out of range", "nan": "-ERR timeout is not a float or out of range",
		"0x7FFFFFFFFFFFFF": "-ERR timeout is out of range", "9223372036854775": "-ERR timeout is out of range", "1.5e3": "*2",
	} {
		p.send("DEL k", "RPUSH k v", "BLPOP k "+arg, "PING end")
		p.skipTo(reply)
		p.skipTo("end")
	}
	p.do("BLMOVE k l UP LEFT x", "-ERR syntax error")
	p.do("BLMPOP x 0 k LEFT", "-ERR numkeys should be greater than 0")
	p.do("BLMPOP x 1 k LEFT", "-ERR timeout is not a float or out of range")
	p.do("BZMPOP -1 1 k MIN", "-ERR timeout is negative")
	p.do("XREAD BLOCK -1 STREAMS x $", "-ERR timeout is negative")
}

// What was handed over stands in the log behind what brought it, so that it comes to the same when it is loaded.
func TestHandedOverElementsAreLogged(t *testing.T) {
	s := startWith(t, nil, "--appendonly", "yes", "--enable-debug-command", "yes")
	p := dial(t, s)
	a, b, c, d := dial(t, s), dial(t, s), dial(t, s), dial(t, s)
	a.begin(s, "BLPOP q 0")
	b.begin(s, "BLMOVE q r LEFT LEFT 0")
	c.do("SELECT 3", "+OK")
	c.begin(s, "BLMPOP 0 1 q RIGHT COUNT 2")
	p.do("RPUSH q 1 2 3", ":3")
	p.send("MULTI", "SELECT 3", "RPUSH q 4 5 6", "SELECT 0", "ZADD z 1 a", "EXEC")
	p.expect("+OK", "+QUEUED", "+QUEUED", "+QUEUED", "+QUEUED", "*4", "+OK", ":3", "+OK", ":1")
	a.expect("*2", "$1", "q", "$1", "1")
	b.expect("$1", "2")
	c.expect("*2", "$1", "q", "*2", "$1", "6", "$1", "5")
	d.do("XGROUP CREATE x g $ MKSTREAM", "+OK")
	d.begin(s, "XREADGROUP GROUP g c BLOCK 0 STREAMS x >")
	p.do("XADD x 1-1 f v", "$3", "1-1")
	d.expect("*1", "*2", "$1", "x", "*1", "*2", "$3", "1-1", "*2", "$1", "f", "$1", "v")
	a.begin(s, "BLPOP later 0")
	d.begin(s, "XREADGROUP GROUP g c BLOCK 0 STREAMS x >") // which finds its group again
	p.do("DEBUG LOADAOF", "+OK")
	waitWaiting(t, s, 2)
	p.do("LRANGE q 0 -1", "*1", "$1", "3")
	p.do("LRANGE r 0 -1", "*1", "$1", "2")
	p.do("XPENDING x g", "*4", ":1", "$3", "1-1", "$3", "1-1", "*1", "*2", "$1", "c", "$1", "1")
	p.send("SELECT 3", "LRANGE q 0 -1", "SELECT 0")
	p.expect("+OK", "*1", "$1", "4", "+OK")
	p.do("RPUSH later v", ":1")
	a.expect("*2", "$5", "later", "$1", "v")
}
