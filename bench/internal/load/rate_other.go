//go:build !linux

package load

import (
	"context"
	"errors"
)

// Run needs epoll: a generator that is to be exact to some microseconds cannot sleep, and must ask all connections at once
// whether there is a reply.
func (r Rate) Run(context.Context, string) (RateResult, error) {
	return RateResult{}, errors.Join(r.check(), errors.New("load of a fixed rate is made on Linux only"))
}
