package redcon

import "github.com/miniredisd/miniredisd/server/driver"

// input is what has arrived on a connection and was not executed yet.
//
// A silent connection has no buffer, or one without room: then it reads into first, which is enough to be woken by. So
// 10,000 silent connections take a megabyte rather than 160.
type input struct {
	driver.Input
	silent bool
	first  [64]byte
}

// room is where to read to, when a command that has begun lacks need bytes (0: not known).
func (in *input) room(need int) []byte {
	if in.silent {
		return in.first[:]
	}
	return in.Room(need)
}

// add takes n bytes over that were read into room.
func (in *input) add(n int) {
	if !in.silent {
		in.Add(n)
		return
	}
	in.silent = false
	in.Append(in.first[:n])
}

// trim gives up all room.
func (in *input) trim() {
	if in.Free() > 0 {
		in.Trim()
		in.silent = true
	}
}
