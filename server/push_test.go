package server

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/internal/clock"
	"github.com/miniredisd/miniredisd/internal/rounds"
	"github.com/miniredisd/miniredisd/pubsub"
)

// frame is a message as RESP2 has it.
func frame(channel, message string) string {
	return fmt.Sprintf("*3\r\n$7\r\nmessage\r\n$%d\r\n%s\r\n$%d\r\n%s\r\n", len(channel), channel, len(message), message)
}

// subscribe begins to listen to one channel.
func (p *peer) subscribe(channel string, count int) {
	p.t.Helper()
	p.do("SUBSCRIBE "+channel, "*3", "$9", "subscribe", fmt.Sprintf("$%d", len(channel)), channel, fmt.Sprintf(":%d", count))
}

// stop makes the peer one that reads no more, and whose window is small.
func (p *peer) stop() { p.Conn.(*net.TCPConn).SetReadBuffer(4 << 10) }

// A thousand clients listen to one channel, by its name or by a pattern, and each gets every message, all in one order; one that
// reads nothing is cut off at its limit, and the others notice nothing.
func TestManySubscribers(t *testing.T) {
	const subscribers, producers = 1000, 4
	messages := max(rounds.Of(25), 5)
	s := startWith(t, nil, "--client-output-buffer-limit", "pubsub 1mb 0 0")
	stopped := dial(t, s)
	stopped.stop()
	stopped.subscribe("all", 1)
	stopped.subscribe("fat", 2)
	var readers, senders sync.WaitGroup
	failed := make(chan error, subscribers)
	orders := make([]string, subscribers)
	for i := range subscribers {
		p := dial(t, s)
		p.SetDeadline(time.Now().Add(2 * time.Minute)) // there is much to read on few cores
		lines := 7
		if i%10 == 0 {
			p.do("PSUBSCRIBE al*", "*3", "$10", "psubscribe", "$3", "al*", ":1")
			lines = 9 // the pattern stands before the channel
		} else {
			p.subscribe("all", 1)
		}
		readers.Go(func() {
			var err error
			orders[i], err = p.readAll(producers, messages, lines)
			failed <- err
		})
	}
	require.Equal(t, subscribers*9/10+1, s.pubsub.Subscribers(pubsub.Channel, []byte("all")))
	for n := range producers {
		p := dial(t, s)
		p.SetDeadline(time.Now().Add(2 * time.Minute))
		senders.Go(func() {
			in := bufio.NewReader(p)
			for i := range messages {
				p.send(fmt.Sprintf("PUBLISH all %d-%d", n, i))
				if _, err := in.ReadString('\n'); err != nil {
					failed <- err
				}
			}
		})
	}
	q := dial(t, s)
	q.SetDeadline(time.Now().Add(2 * time.Minute))
	const size = 400_000
	fat := fmt.Sprintf("*3\r\n$7\r\nPUBLISH\r\n$3\r\nfat\r\n$%d\r\n%s\r\n", size, strings.Repeat("f", size))
	waitFor(t, func() bool {
		q.write(fat)
		line := make([]byte, 4)
		_, err := io.ReadFull(q, line)
		require.NoError(t, err)
		return string(line) == ":0\r\n"
	})
	senders.Wait()
	readers.Wait()
	close(failed)
	for err := range failed {
		require.NoError(t, err)
	}
	require.Len(t, slices.Compact(orders), 1, "they got the messages in different orders")
	q.send("INFO stats")
	require.Contains(t, q.bulk(), "\r\nclient_output_buffer_limit_disconnections:1\r\n")
	q.do("PUBSUB NUMSUB all", "*2", "$3", "all", fmt.Sprintf(":%d", subscribers*9/10))
}

// readAll reads the messages of all producers, whose own are in order, and returns them. Each is the last of so many lines.
func (p *peer) readAll(producers, messages, lines int) (order string, err error) {
	in := bufio.NewReader(p)
	next := make([]int, producers)
	for range producers * messages {
		var message string
		for range lines {
			if message, err = in.ReadString('\n'); err != nil {
				return "", err
			}
		}
		order += message
		var n, i int
		if _, err := fmt.Sscanf(message, "%d-%d", &n, &i); err != nil || next[n] != i {
			return "", fmt.Errorf("got %q, want message %d", message, next[n])
		}
		next[n]++
	}
	return order, nil
}

// Beyond the soft limit a client has some seconds.
func TestSoftLimit(t *testing.T) {
	clk := clock.NewManual(time.Unix(1_800_000_000, 0))
	s := startWith(t, clk, "--client-output-buffer-limit", "pubsub 0 100kb 5")
	p, q := dial(t, s), dial(t, s)
	p.do("CLIENT SETNAME stopped", "+OK")
	p.stop()
	p.subscribe("c", 1)
	big := []byte(strings.Repeat("m", 50_000))
	beyond := func() bool {
		s.pubsub.Publish(pubsub.Channel, []byte("c"), big)
		time.Sleep(time.Millisecond) // so that the socket takes what it can
		return len(q.field("stopped", "omem")) > 6
	}
	waitFor(t, beyond)
	clk.Advance(4 * time.Second)
	require.NotEmpty(t, q.field("stopped", "omem"))
	clk.Advance(2 * time.Second)
	waitFor(t, func() bool { return q.field("stopped", "omem") == "" }) // though nothing is published
	waitFor(t, func() bool { return !s.pubsub.Listened() })
}

// Replies are output, too.
func TestLimitOfReplies(t *testing.T) {
	s := startWith(t, nil, "--client-output-buffer-limit", "normal 1mb 0 0")
	p := dial(t, s)
	p.do("SET k "+strings.Repeat("v", 60_000), "+OK")
	p.send("MGET" + strings.Repeat(" k", 20))
	p.expectEnd()
	q := dial(t, s)
	q.send("GET k")
	require.Len(t, q.bulk(), 60_000)
}

// No limit forbids 16 KB.
func TestSmallRepliesHaveNoLimit(t *testing.T) {
	s := startWith(t, nil, "--client-output-buffer-limit", "normal 10 0 0")
	p := dial(t, s)
	for n, ends := range map[int]bool{1000: false, 15_000: false, 20_000: true} {
		q := dial(t, s)
		p.do("SET k "+strings.Repeat("v", n), "+OK")
		q.send("GET k")
		if ends {
			q.expectEnd()
		} else {
			require.Len(t, q.bulk(), n)
		}
	}
}

// A reply that would be beyond all limits is not even begun.
func TestRepeatsBeyondTheLimit(t *testing.T) {
	s := startWith(t, nil, "--client-output-buffer-limit", "normal 1mb 0 0")
	p := dial(t, s)
	p.send("HSET h f v", "SADD s a", "ZADD z 1 a")
	p.expect(":1", ":1", ":1")
	for _, cmd := range []string{"HRANDFIELD h", "SRANDMEMBER s", "ZRANDMEMBER z"} {
		q := dial(t, s)
		q.do("CLIENT SETNAME q", "+OK")
		q.send(cmd+" -999999999", "PING")
		q.expectEnd()
		waitFor(t, func() bool { return p.field("q", "id") == "" })
	}
	require.EqualValues(t, 3, s.stats.outputTooLong.Load())
	p.do("CONFIG SET client-output-buffer-limit \"normal 0 0 0\"", "+OK")
	p.do("HRANDFIELD h -999999999", "-ERR value is out of range")
}

// Messages come between replies, whatever the client is doing.
func TestMessagesBetweenReplies(t *testing.T) {
	s := startWith(t, nil)
	p := dial(t, s)
	p.do("SET k value", "+OK")
	in := p.listen3()
	const rounds = 2000
	var work sync.WaitGroup
	work.Go(func() {
		for i := range rounds {
			s.pubsub.Publish(pubsub.Channel, []byte("c"), fmt.Append(nil, i))
		}
	})
	work.Go(func() { p.write(strings.Repeat("GET k\r\nPING\r\n", rounds)) })
	message := ">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$"
	for got, replies := 0, 0; got < rounds || replies < 2*rounds; {
		head, err := in.Peek(1)
		require.NoError(t, err)
		if head[0] == '>' {
			want := fmt.Sprintf("%s%d\r\n%d\r\n", message, len(fmt.Sprint(got)), got)
			expectNext(t, in, want)
			got++
			continue
		}
		expectNext(t, in, [2]string{"$5\r\nvalue\r\n", "+PONG\r\n"}[replies%2])
		replies++
	}
	work.Wait()
}

// listen3 begins to listen to channel c in RESP3, and returns what comes then.
func (p *peer) listen3() *bufio.Reader {
	p.t.Helper()
	p.write("HELLO 3\r\nSUBSCRIBE c\r\n")
	in := bufio.NewReader(p)
	for line := ""; line != "subscribe\r\n"; {
		var err error
		line, err = in.ReadString('\n')
		require.NoError(p.t, err)
	}
	expectNext(p.t, in, "$1\r\nc\r\n:1\r\n")
	return in
}

func expectNext(t *testing.T, in io.Reader, want string) {
	t.Helper()
	got := make([]byte, len(want))
	_, err := io.ReadFull(in, got)
	require.NoError(t, err)
	require.Equal(t, want, string(got))
}

// A client whose command waits gets its messages meanwhile, also when it has sent more than is taken from it.
func TestMessagesWhilePaused(t *testing.T) {
	s := startWith(t, nil)
	p, q := dial(t, s), dial(t, s)
	in := p.listen3()
	q.do("CLIENT PAUSE 100000", "+OK")
	go p.Write(bytes.Repeat([]byte("ECHO "+strings.Repeat("x", 1000)+"\r\n"), 4000))
	waitFor(t, func() bool { return s.pause.waiting() == 1 })
	for range 3 {
		s.pubsub.Publish(pubsub.Channel, []byte("c"), []byte("m"))
		expectNext(t, in, ">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nm\r\n")
		time.Sleep(5 * time.Millisecond)
	}
	s.Unpause()
	for range 4000 {
		expectNext(t, in, "$1000\r\n"+strings.Repeat("x", 1000)+"\r\n")
	}
}

// What is left when a listener goes: nothing.
func TestListenersGo(t *testing.T) {
	s := startWith(t, nil)
	for _, end := range []func(p *peer){
		func(p *peer) { p.Close() },
		func(p *peer) { p.send("QUIT") },
		func(p *peer) { p.do("RESET", "+RESET") },
		func(p *peer) { dial(t, s).do("CLIENT KILL TYPE pubsub", ":1") },
	} {
		p := dial(t, s)
		p.subscribe("c", 1)
		p.do("PSUBSCRIBE d*", "*3", "$10", "psubscribe", "$2", "d*", ":2")
		p.do("SSUBSCRIBE e", "*3", "$10", "ssubscribe", "$1", "e", ":1")
		q := dial(t, s)
		q.do("PUBLISH c m", ":1")
		p.expect(strings.TrimSuffix(frame("c", "m"), "\r\n"))
		end(p)
		waitFor(t, func() bool { return !s.pubsub.Listened() })
		require.Equal(t, pubsub.Figures{}, s.pubsub.Figures())
	}
}

// A client that may not yet do anything may not listen either, nor does it go on listening when it is a stranger again.
func TestStrangersDoNotListen(t *testing.T) {
	s := startWith(t, nil, "--requirepass", "secret")
	p := dial(t, s)
	p.do("SUBSCRIBE c", "-NOAUTH Authentication required.")
	p.do("PUBLISH c m", "-NOAUTH Authentication required.")
	p.do("AUTH secret", "+OK")
	p.subscribe("c", 1)
	p.do("RESET", "+RESET")
	require.False(t, s.pubsub.Listened())
}

// Events that nobody has chosen, or nobody listens to, cost no memory.
func TestEventsCostNothingWhenOff(t *testing.T) {
	s := startWith(t, nil, "--notify-keyspace-events", "KEA")
	p := dial(t, s)
	p.do("SET k v", "+OK")
	c := newClient(s, pipeConn{p.Conn})
	set := []byte("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nw\r\n")
	require.Zero(t, testing.AllocsPerRun(100, func() {
		c.Feed(set, 0)
		c.Output()
	}))
	q := dial(t, s)
	q.subscribe("__keyevent@0__:set", 1)
	p.do("SET k v", "+OK")
	q.expect(strings.TrimSuffix(frame("__keyevent@0__:set", "k"), "\r\n"))
	p.do("CONFIG SET notify-keyspace-events g", "+OK")
	p.do("DEL k", ":1")
	p.do("CONFIG SET notify-keyspace-events Eg", "+OK")
	p.do("DEL k", ":0")
	q.do("PING", "*2", "$4", "pong", "$0", "")
}
