package load

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"runtime"
	"runtime/debug"
	"time"

	"golang.org/x/sys/unix"
)

// The generator is a single thread that never sleeps: it sends what is due, asks epoll what has come, and begins again. A
// sleep would be too coarse, as the Go runtime rounds those of an idle program up to a millisecond, and even the kernel's are
// 50 µs late; goroutines on connections would add the time until they are run. It takes a core for itself.

// rateConn is a connection of the generator.
type rateConn struct {
	file    *os.File // keeps fd open
	fd      int
	index   int32 // among the connections
	replies replyCounter
	due     queue  // when the requests without reply were due, as time since the start
	unsent  []byte // what the socket did not take
}

// queue is a first-in-first-out queue.
type queue struct {
	items []time.Duration
	first int
}

func (q *queue) push(d time.Duration) { q.items = append(q.items, d) }

func (q *queue) empty() bool { return q.first == len(q.items) }

func (q *queue) pop() time.Duration {
	d := q.items[q.first]
	if q.first++; q.first == len(q.items) {
		q.items, q.first = q.items[:0], 0
	}
	return d
}

// rateRun is a Rate that runs.
type rateRun struct {
	Rate
	*maker
	result  RateResult
	conns   []*rateConn
	epoll   int
	events  []unix.EpollEvent
	buf     []byte // what is read
	request []byte
	start   time.Time
	sent    int
	total   int // how many requests will be due; unknown and 0 without PerSecond
}

// Run makes the load and returns when the last reply has come.
func (r Rate) Run(ctx context.Context, addr string) (RateResult, error) {
	if err := r.check(); err != nil {
		return RateResult{}, err
	}
	run := &rateRun{
		Rate: r, maker: r.maker(), total: int(r.PerSecond * r.Duration.Seconds()), epoll: -1,
		events: make([]unix.EpollEvent, 128), buf: make([]byte, 64<<10),
	}
	defer run.close()
	if err := run.connect(addr); err != nil {
		return RateResult{}, err
	}
	run.result.Latencies, run.result.Late = make([]float64, 0, max(run.total, 1<<20)), make([]float64, 0, run.total)
	// The pauses that are measured are to be the server's.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	run.start = time.Now()
	if err := run.loop(ctx); err != nil {
		return RateResult{}, err
	}
	run.result.PerSecond = float64(len(run.result.Latencies)) / time.Since(run.start).Seconds()
	return run.result, nil
}

// connect opens the connections, non-blocking and all in one epoll set.
func (r *rateRun) connect(addr string) (err error) {
	if r.epoll, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err != nil {
		return err
	}
	for i := range r.Clients {
		nc, err := net.DialTimeout("tcp", addr, replyWait)
		if err != nil {
			return err
		}
		file, err := nc.(*net.TCPConn).File() // a duplicate, which the Go runtime does not poll
		nc.Close()
		if err != nil {
			return err
		}
		c := &rateConn{file: file, fd: int(file.Fd()), index: int32(i)}
		r.conns = append(r.conns, c)
		if err := unix.SetNonblock(c.fd, true); err != nil {
			return err
		}
		if err := unix.EpollCtl(r.epoll, unix.EPOLL_CTL_ADD, c.fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: c.index}); err != nil {
			return err
		}
	}
	return nil
}

func (r *rateRun) close() {
	for _, c := range r.conns {
		c.file.Close()
	}
	if r.epoll >= 0 {
		unix.Close(r.epoll)
	}
}

// loop runs until everything is sent and answered.
func (r *rateRun) loop(ctx context.Context) error {
	if r.PerSecond == 0 {
		for _, c := range r.conns {
			if err := r.send(c, 0); err != nil {
				return err
			}
		}
	}
	for turn := 0; ; turn++ {
		now := time.Since(r.start)
		if err := r.sendDue(now); err != nil {
			return err
		}
		if err := r.receive(); err != nil {
			return err
		}
		if over := now >= r.Duration; over && len(r.result.Latencies) == r.sent && r.sent >= r.total {
			return nil
		}
		if turn%1024 != 0 {
			continue
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if now > r.Duration+drainWait {
			return fmt.Errorf("%d of %d requests were not answered within %v after the last was due", r.sent-len(r.result.Latencies), r.sent, drainWait)
		}
	}
}

// sendDue sends the requests whose time has come, the connections taking turns.
func (r *rateRun) sendDue(now time.Duration) error {
	for r.sent < r.total {
		due := time.Duration(float64(r.sent) / r.PerSecond * float64(time.Second))
		if due > now {
			return nil
		}
		if err := r.send(r.conns[r.sent%len(r.conns)], due); err != nil {
			return err
		}
		now = time.Since(r.start)
		r.result.Late = append(r.result.Late, (now-due).Seconds()*1e3)
	}
	return nil
}

// send sends a request, after those that the connection has not taken yet.
func (r *rateRun) send(c *rateConn, due time.Duration) error {
	r.sent++
	c.due.push(due)
	if len(c.unsent) > 0 {
		c.unsent = r.appendNext(c.unsent)
		return nil // receive sends it
	}
	r.request = r.appendNext(r.request[:0])
	n, err := write(c.fd, r.request)
	if err == nil && n < len(r.request) {
		c.unsent = append(c.unsent, r.request[n:]...)
		return r.watch(c, unix.EPOLLIN|unix.EPOLLOUT)
	}
	return err
}

// write writes what the socket takes.
func write(fd int, b []byte) (int, error) {
	n, err := unix.Write(fd, b)
	if errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.EINTR) {
		return 0, nil
	}
	return n, err
}

// watch sets what epoll tells of a connection.
func (r *rateRun) watch(c *rateConn, events uint32) error {
	return unix.EpollCtl(r.epoll, unix.EPOLL_CTL_MOD, c.fd, &unix.EpollEvent{Events: events, Fd: c.index})
}

// receive reads what has come, without waiting.
func (r *rateRun) receive() error {
	n, err := unix.EpollWait(r.epoll, r.events, 0)
	if err != nil && !errors.Is(err, unix.EINTR) {
		return err
	}
	for _, e := range r.events[:max(n, 0)] {
		c := r.conns[e.Fd]
		if e.Events&unix.EPOLLOUT != 0 {
			n, err := write(c.fd, c.unsent)
			if err != nil {
				return err
			}
			if c.unsent = append(c.unsent[:0], c.unsent[n:]...); len(c.unsent) == 0 {
				if err := r.watch(c, unix.EPOLLIN); err != nil {
					return err
				}
			}
		}
		if e.Events&^unix.EPOLLOUT != 0 {
			if err := r.read(c); err != nil {
				return err
			}
		}
	}
	return nil
}

// read reads replies of a connection, and without PerSecond sends its next request.
func (r *rateRun) read(c *rateConn) error {
	n, err := unix.Read(c.fd, r.buf)
	if errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.EINTR) {
		return nil
	}
	if err != nil {
		return err
	}
	if n == 0 {
		return errors.New("the server closed the connection")
	}
	replies, err := c.replies.feed(r.buf[:n])
	if err != nil {
		return err
	}
	now := time.Since(r.start)
	for range replies {
		if c.due.empty() {
			return errors.New("more replies than requests")
		}
		r.result.Latencies = append(r.result.Latencies, (now-c.due.pop()).Seconds()*1e3)
	}
	if replies > 0 && r.PerSecond == 0 && now < r.Duration {
		return r.send(c, now)
	}
	return nil
}
