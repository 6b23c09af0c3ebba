package load

import (
	"context"
	"time"

	"github.com/miniredisd/miniredisd/bench/internal/proc"
)

const (
	// knockEvery is the time between two attempts to reach a server that starts. It bounds the error of a startup time.
	knockEvery = 100 * time.Microsecond
	// startLimit is how long a server may take to answer.
	startLimit = 30 * time.Second
)

// Ready waits until the server answers PING and returns when it did.
func Ready(ctx context.Context, p *proc.Process) (time.Time, error) {
	for {
		err := ping(p.Addr)
		now := time.Now()
		if err == nil {
			return now, nil
		}
		if ended := p.Exited(); ended != nil {
			return time.Time{}, ended
		}
		if ctx.Err() != nil {
			return time.Time{}, ctx.Err()
		}
		if now.Sub(p.Started) > startLimit {
			return time.Time{}, err
		}
		time.Sleep(knockEvery)
	}
}

// ping tries once. A server that is still loading answers with an error.
func ping(addr string) error {
	c, err := Dial(addr)
	if err != nil {
		return err
	}
	defer c.Close()
	_, err = c.Do("PING")
	return err
}

// StartReady starts a server and waits until it answers.
func StartReady(ctx context.Context, spec proc.Spec, pin proc.Pin) (*proc.Process, error) {
	p, err := proc.Start(ctx, spec, pin)
	if err != nil {
		return nil, err
	}
	if _, err := Ready(ctx, p); err != nil {
		p.Stop()
		return nil, err
	}
	return p, nil
}
