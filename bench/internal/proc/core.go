package proc

// Core is a CPU core that processes are bound to. The zero value binds to none.
type Core struct {
	id    int
	bound bool
}

// Cores are the two that a measurement uses: the server has one for itself, and everything else runs on the other. They
// are the first and the last of those allowed to us, which are the least likely to be two threads of one core.
type Cores struct {
	Server, Load Core
	// Note says in words what is bound to what, or why nothing is.
	Note string
}
