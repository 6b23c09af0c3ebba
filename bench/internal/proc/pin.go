package proc

import "slices"

// Pin is the CPU cores that a process is bound to. An empty one binds to none.
type Pin []int

// Cores are what a measurement uses: the server has one for itself, and everything else runs on another. They are the first
// and the last of those allowed to us, which are the least likely to be two threads of one core.
type Cores struct {
	Server, Load Pin
	// Note says in words what is bound to what, or why nothing is.
	Note string

	allowed Pin // all that we may use, ascending; empty when nothing can be bound
}

// Count is how many cores can be given to a server.
func (c Cores) Count() int { return max(len(c.allowed), 1) }

// Split gives the server the first n cores and the load the others. shared says that there are no others, so that the load
// runs on the last of the server's cores.
func (c Cores) Split(n int) (server, load Pin, shared bool) {
	if len(c.allowed) == 0 {
		return nil, nil, true
	}
	n = min(max(n, 1), len(c.allowed))
	if server, load = slices.Clone(c.allowed[:n]), slices.Clone(c.allowed[n:]); len(load) > 0 {
		return server, load, false
	}
	return server, server[n-1:], true
}
