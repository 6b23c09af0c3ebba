package load

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/miniredisd/miniredisd/bench/internal/proc"
)

// Push is a load of requests that have something sent to other clients: PUBLISH to those who have subscribed, or RPUSH to one that
// waits in BLPOP.
type Push struct {
	Groups      int // connections that publish, or push, each to a channel, or list, of its own
	Subscribers int // of each channel; 0: the load is BLPOP's
	Value       int // bytes of a message or an element
}

// Pushing are the connections of a Push.
type Pushing struct {
	groups []group
	ctx    context.Context
	cancel context.CancelCauseFunc
}

// group is a connection that sends, and those that it sends to.
type group struct {
	sender    net.Conn
	receivers []net.Conn
	request   []byte // what sends
	again     []byte // what a receiver asks for the next one with; nil: none need be asked for
	buf       []byte
}

// Open makes the connections: subscribers have subscribed, and the others are ready to wait.
func (p Push) Open(ctx context.Context, addr string) (opened *Pushing, err error) {
	o := &Pushing{}
	o.ctx, o.cancel = context.WithCancelCause(ctx)
	defer func() {
		if err != nil {
			o.Close()
		}
	}()
	value := string(make([]byte, p.Value))
	buf := make([]byte, 4<<10)
	for i := range p.Groups {
		g := group{buf: buf}
		if i > 0 {
			g.buf = make([]byte, len(buf))
		}
		receivers, subscribe := p.Subscribers, []byte(nil)
		if name := fmt.Sprintf("channel:%d", i); receivers > 0 {
			g.request = appendRequest(nil, "PUBLISH", name, value)
			subscribe = appendRequest(nil, "SUBSCRIBE", name)
		} else {
			receivers = 1
			g.request = appendRequest(nil, "RPUSH", fmt.Sprintf("list:%d", i), value)
			g.again = appendRequest(nil, "BLPOP", fmt.Sprintf("list:%d", i), "0")
		}
		o.groups = append(o.groups, g)
		for n := range 1 + receivers {
			c, err := o.dial(addr)
			if err != nil {
				return nil, err
			}
			if n == 0 {
				o.groups[i].sender = c
				continue
			}
			o.groups[i].receivers = append(o.groups[i].receivers, c)
			if subscribe != nil {
				if err := exchange(c, subscribe, 1, buf); err != nil {
					return nil, err
				}
			}
		}
	}
	return o, nil
}

func (o *Pushing) dial(addr string) (net.Conn, error) {
	c, err := net.DialTimeout("tcp", addr, replyWait)
	if err != nil {
		return nil, err
	}
	context.AfterFunc(o.ctx, func() { c.Close() })
	return c, nil
}

// Close closes the connections.
func (o *Pushing) Close() { o.cancel(nil) }

// Run makes n requests. Each group makes its next one when its last was answered and has come to all who were to get it.
func (o *Pushing) Run(n int) (Result, error) {
	var next atomic.Int64
	var wg sync.WaitGroup
	before, err := proc.SelfCPU()
	start := time.Now()
	for i := range o.groups {
		wg.Go(func() {
			for next.Add(1) <= int64(n) && o.ctx.Err() == nil {
				if err := o.groups[i].push(); err != nil {
					o.cancel(err)
				}
			}
		})
	}
	wg.Wait()
	wall := time.Since(start)
	after, afterErr := proc.SelfCPU()
	if err := errors.Join(err, afterErr, context.Cause(o.ctx)); err != nil {
		return Result{}, err
	}
	return Result{RPS: float64(n) / wall.Seconds(), Wall: wall, CPU: after - before}, nil
}

// push makes one request and reads what comes of it. What waits has asked before the request is sent, and so the server, which reads
// in the order in which things arrive, finds it waiting.
func (g *group) push() error {
	if g.again != nil {
		if _, err := g.receivers[0].Write(g.again); err != nil {
			return err
		}
	}
	if err := exchange(g.sender, g.request, 1, g.buf); err != nil {
		return err
	}
	for _, c := range g.receivers {
		if err := count(c, 1, g.buf); err != nil {
			return err
		}
	}
	return nil
}
