// Package epoll drives the connections of TCP and unix sockets on Linux with a few loops instead of a goroutine for each
// connection.
//
//	epoll_wait → for each ready connection: read → for each: Feed → ask the log once → for each: write → epoll_wait …
//
// A loop executes everything that one epoll_wait has brought before it asks the log, and asks it before any reply leaves:
// one write(2) to the log serves all of the round. When the log must wait for the disk (appendfsync always), the round's
// connections wait with their replies while the loop goes on with the others.
//
// What makes it cheap: a request of a busy server costs one read and one write, and a share of an epoll_wait; bytes are
// read into a buffer of the loop, and only what is left of a command that has not arrived whole is copied to a buffer of
// the connection, so that a silent connection holds none; sockets are registered edge-triggered and once, EPOLLOUT apart,
// which is asked for only while a socket takes no more.
//
// # Who touches what
//
// A connection belongs to one loop for life, and so does its Session; only the loop's goroutine touches them. All others
// leave mail (conn.post, loop.call), and ring the loop's eventfd if it waits. Mail that the round's connections have for each other,
// such as what one publishes to the others, is opened before their replies are sent, and so costs no further round.
//
// A loop is a role, not a goroutine. When a Session's Feed takes long (conn.Detach), another goroutine goes on with the loop
// and everything in it. The old one stays with that one Session until Feed returns, leaves the result with the loop as a call,
// and ends.
//
// The files: group.go the loops of a server, loop.go one of them, round.go what it does in a round, conn.go a connection's
// input and turns, output.go its unsent replies, detach.go handing a loop over, listen.go accepting, sys.go the system calls.
package epoll
