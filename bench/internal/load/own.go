package load

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/miniredisd/miniredisd/bench/internal/proc"
)

const (
	// poolBytes bounds the requests that RunOwn makes beforehand.
	poolBytes = 8 << 20
	// poolRequests is how many it makes at least, if they fit, so that the keys are as random as redis-benchmark's.
	poolRequests = 64 << 10
)

// RunOwn makes the same load as Run, but from this process, which is cheaper: the requests are made beforehand, and of the
// replies no more is read than where they end. With pipelines as long as 64 requests redis-benchmark needs more CPU than the
// server that it measures; this does not.
func (b Benchmark) RunOwn(ctx context.Context, addr string) (Result, error) {
	batches, err := b.batches()
	if err != nil {
		return Result{}, err
	}
	conns := make([]net.Conn, b.Clients)
	defer func() {
		for _, c := range conns {
			if c != nil {
				c.Close()
			}
		}
	}()
	for i := range conns {
		if conns[i], err = net.DialTimeout("tcp", addr, replyWait); err != nil {
			return Result{}, err
		}
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64 // the batch to be sent next
	total := int64(b.Requests / b.Pipeline)
	var wg sync.WaitGroup
	before, err := proc.SelfCPU()
	start := time.Now()
	for _, c := range conns {
		stop := context.AfterFunc(ctx, func() { c.Close() })
		wg.Go(func() {
			defer stop()
			buf := make([]byte, 64<<10)
			var renewed time.Time
			for n := next.Add(1) - 1; n < total && ctx.Err() == nil; n = next.Add(1) - 1 {
				if now := time.Now(); now.Sub(renewed) > replyWait/2 { // a timer set for every batch would cost too much
					renewed = now
					c.SetDeadline(now.Add(replyWait))
				}
				if err := exchange(c, batches[int(n)%len(batches)], b.Pipeline, buf); err != nil {
					cancel(err)
				}
			}
		})
	}
	wg.Wait()
	wall := time.Since(start)
	after, afterErr := proc.SelfCPU()
	if err := errors.Join(err, afterErr, context.Cause(ctx)); err != nil {
		return Result{}, err
	}
	return Result{RPS: float64(b.Requests) / wall.Seconds(), Wall: wall, CPU: after - before}, nil
}

// exchange writes a batch of n requests and reads the replies. All must be there before the next batch, so none is left over
// for it.
func exchange(c net.Conn, batch []byte, n int, buf []byte) error {
	if _, err := c.Write(batch); err != nil {
		return err
	}
	return count(c, n, buf)
}

// batches makes pipelines of requests with random keys, to be sent over and over; or all that there will be, where each can be made
// but once.
func (b Benchmark) batches() ([][]byte, error) {
	test, err := testOf(b.Test)
	if err != nil {
		return nil, err
	}
	random := rand.New(rand.NewPCG(1, uint64(b.Keys)))
	var batches [][]byte
	more := func(size, requests int) bool {
		if test.numbered != nil {
			return requests < b.Requests
		}
		return len(batches) == 0 || size < poolBytes && requests < min(poolRequests, b.Requests)
	}
	for size, requests := 0, 0; more(size, requests); {
		var batch []byte
		for i := range b.Pipeline {
			if test.numbered != nil {
				batch = appendRequest(batch, test.numbered(requests+i)...)
			} else {
				batch = appendRequest(batch, test.request(b, random)...)
			}
		}
		batches = append(batches, batch)
		size += len(batch)
		requests += b.Pipeline
	}
	return batches, nil
}
