package server

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/internal/clock"
)

const logOff = "-ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled."

// unsynced starts a server whose log is synced by nobody.
func unsynced(t *testing.T, c clock.Clock) *Server {
	return startWith(t, c, "--appendonly", "yes", "--appendfsync", "no")
}

func TestWaitForReplicasThatAreNotThere(t *testing.T) {
	manual := clock.NewManual(time.Unix(1_000_000, 0))
	s := startWith(t, manual)
	p, q := dial(t, s), dial(t, s)
	q.do("CLIENT SETNAME q", "+OK")
	p.do("WAIT 0 0", ":0")
	p.do("WAIT -1 1000", ":0")
	q.begin(s, "WAIT 1 1000")
	require.Equal(t, "b", p.field("q", "flags"))
	manual.Advance(999 * time.Millisecond)
	waitWaiting(t, s, 1)
	manual.Advance(time.Millisecond)
	q.expect(":0")
	q.begin(s, "WAIT 2 0")
	manual.Advance(1000 * time.Hour)
	p.do("CLIENT UNBLOCK "+p.field("q", "id"), ":1")
	q.expect(":0")
	q.begin(s, "WAIT 2 0")
	p.do("CLIENT UNBLOCK "+p.field("q", "id")+" ERROR", ":1")
	q.expect("-UNBLOCKED client unblocked via CLIENT UNBLOCK")
	q.begin(s, "WAITAOF 0 1 5")
	manual.Advance(5 * time.Millisecond)
	q.expect("*2", ":0", ":0")
	q.begin(s, "WAIT 1 0")
	q.Close()
	waitWaiting(t, s, 0)
	require.Zero(t, s.deadlines.len())
}

func TestBadWaits(t *testing.T) {
	p := dial(t, startWith(t, nil))
	for _, tc := range [][2]string{
		{"WAIT x 0", "-ERR value is not an integer or out of range"},
		{"WAIT 1 x", "-ERR timeout is not an integer or out of range"},
		{"WAIT 1 -1", "-ERR timeout is negative"},
		{"WAIT 1 9223372036854775807", "-ERR timeout is out of range"},
		{"WAIT 1 9223372036854775808", "-ERR timeout is not an integer or out of range"},
		{"WAITAOF x 0 0", "-ERR value is not an integer or out of range"},
		{"WAITAOF 2 0 0", "-ERR value is out of range, value must between 0 and 1"},
		{"WAITAOF -1 0 0", "-ERR value is out of range, value must between 0 and 1"},
		{"WAITAOF 0 -1 0", "-ERR value is out of range, must be positive"},
		{"WAITAOF 0 x 0", "-ERR value is not an integer or out of range"},
		{"WAITAOF 1 0 -1", "-ERR timeout is negative"},
		{"WAITAOF 1 0 0", logOff},
	} {
		p.do(tc[0], tc[1])
	}
	p.do("WAITAOF 0 0 0", "*2", ":0", ":0")
}

// Only what the client has written itself counts.
func TestWaitForTheDisk(t *testing.T) {
	manual := clock.NewManual(time.Unix(1_000_000, 0))
	s := unsynced(t, manual)
	reader, writer := dial(t, s), dial(t, s)
	writer.do("SET k 1", "+OK")
	reader.do("GET k", "$1", "1")
	reader.do("WAITAOF 1 0 0", "*2", ":1", ":0")
	writer.do("WAITAOF 0 0 0", "*2", ":0", ":0")
	writer.send("MULTI", "WAITAOF 1 0 0", "WAIT 1 0", "EXEC")
	writer.expect("+OK", "+QUEUED", "+QUEUED", "*2", "*2", ":0", ":0", ":0")
	writer.begin(s, "WAITAOF 1 0 50")
	manual.Advance(50 * time.Millisecond)
	writer.expect("*2", ":0", ":0")
	writer.begin(s, "WAITAOF 1 0 0")
	reader.do("CONFIG SET appendfsync everysec", "+OK")
	writer.expect("*2", ":1", ":0")
	writer.do("GET k", "$1", "1")
	writer.do("WAITAOF 1 0 0", "*2", ":1", ":0")
	require.Zero(t, s.onDisk.len())
}

func TestWaitForTheDiskInAPipeline(t *testing.T) {
	for _, fsync := range []string{"always", "everysec"} {
		s := startWith(t, nil, "--appendonly", "yes", "--appendfsync", fsync)
		p := dial(t, s)
		p.send("INCR k", "WAITAOF 1 0 0", "INCR k", "MULTI", "INCR k", "EXEC", "WAITAOF 1 0 0", "GET k")
		p.expect(":1", "*2", ":1", ":0", ":2", "+OK", "+QUEUED", "*1", ":3", "*2", ":1", ":0", "$1", "3")
	}
}

// What another client has carried out for a waiting one is written by the latter.
func TestAServedClientHasWritten(t *testing.T) {
	s := unsynced(t, nil)
	p, q := dial(t, s), dial(t, s)
	q.begin(s, "BLPOP k 0")
	p.do("RPUSH k v", ":1")
	q.expect("*2", "$1", "k", "$1", "v")
	q.begin(s, "WAITAOF 1 0 0")
	p.do("CONFIG SET appendfsync always", "+OK")
	q.expect("*2", ":1", ":0")
}

func TestTurningTheLogOffEndsWaits(t *testing.T) {
	s := unsynced(t, nil)
	p, local, both, remote := dial(t, s), dial(t, s), dial(t, s), dial(t, s)
	for _, q := range []*peer{local, both, remote} {
		q.do("INCR k", fmt.Sprintf(":%d", s.waiting.Load()+1))
		q.begin(s, map[*peer]string{local: "WAITAOF 1 0 0", both: "WAITAOF 1 1 0", remote: "WAITAOF 0 1 0"}[q])
	}
	p.do("CONFIG SET appendonly no", "+OK")
	local.expect(logOff)
	both.expect(logOff)
	waitWaiting(t, s, 1)
	local.do("WAITAOF 1 0 0", logOff)
	// The new log begins with all that there is.
	p.do("CONFIG SET appendonly yes", "+OK")
	local.do("WAITAOF 1 0 0", "*2", ":1", ":0")
	local.do("INCR k", ":4")
	local.begin(s, "WAITAOF 1 0 0")
	local.Close()
	waitWaiting(t, s, 1)
	require.Zero(t, s.onDisk.len())
}

// They need no goroutine of their own, where the driver needs none, and one sync is for all.
func TestManyWaitForTheDisk(t *testing.T) {
	s := unsynced(t, nil)
	p := dial(t, s)
	before := runtime.NumGoroutine()
	var peers []*peer
	for i := range 200 {
		q := dial(t, s)
		q.do("INCR k", fmt.Sprintf(":%d", i+1))
		peers = append(peers, q.begin(s, "WAITAOF 1 0 0"))
	}
	if s.cfg.Enum(config.Driver) == config.DriverEpoll {
		require.Less(t, runtime.NumGoroutine(), before+20)
	}
	p.do("CONFIG SET appendfsync always", "+OK")
	for _, q := range peers {
		q.expect("*2", ":1", ":0")
	}
}
