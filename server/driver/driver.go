// Package driver is the small interface between the state machine of a client and what moves its bytes.
//
// A driver accepts connections, reads what arrives into a buffer, feeds it to the connection's Session, and writes what
// the Session has to say. It knows nothing of commands; a Session knows nothing of sockets.
package driver

import (
	"io"
	"net"
	"time"
)

// State is what a Session wants to happen next.
type State uint8

const (
	// More: feed again when there is more input.
	More State = iota
	// Again: write the output, then feed again; there may be whole commands in the buffer yet.
	Again
	// Parked: write the output, and do not feed before Conn.Wake. Input may go on arriving.
	Parked
	// Close: write the output and end the connection.
	Close
)

// KeptOutput is how large the buffer of replies may be that a Session uses again, in bytes.
const KeptOutput = 64 << 10

// Session is the state machine of one connection. Only its driver calls it, one call at a time.
type Session interface {
	// Feed executes the whole commands at the head of buf and returns the number of bytes they took. What is left must
	// come again at the head of the next call's buf. now is a reading of clock.Mono, or 0; so is end, of when Feed has
	// ended: who is fed next need not read the clock again.
	Feed(buf []byte, now int64) (n int, next State, end int64)
	// Need is the number of bytes that the command at the head of the buffer lacks, as far as known.
	Need() int
	// Output returns the replies to be written, once the log holds what they acknowledge (see Acceptor). They are valid
	// until the next call of Feed; but if their capacity is more than KeptOutput, they are the driver's from now on.
	Output() []byte
	// Acknowledges reports whether the next Output tells the client that something was changed. Replies that only read may
	// leave even when the log fails.
	Acknowledges() bool
	// Wrote is told about output that has been written.
	Wrote(n int)
	// Arrived is told about input of n bytes that has been read, before it is fed, at the time now of clock.Mono.
	Arrived(n int, now int64)
	// Buffered is told how many bytes wait for execution and how many more there is room for: before each Feed, and
	// before more input is waited for.
	Buffered(used, free int)
	// Trim is told that the connection was made to give up the memory that it does not need; the Session should, too.
	Trim()
	// Closed is the last call: the connection is gone.
	Closed()
}

// Conn is a connection as its Session sees it. Its methods may be called by anybody at any time.
type Conn interface {
	RemoteAddr() net.Addr
	LocalAddr() net.Addr
	// FD is the descriptor's number, -1 where there is none.
	FD() int
	// Loop is the number, from 0 to 127, of the loop that serves the connection; 0 where there are none.
	Loop() int
	// Memory is what the connection takes without buffers, beside its Session; in bytes.
	Memory() int
	// KeepAlive makes the kernel ask a silent peer from time to time, beginning after idle, whether it is still there. It
	// does nothing where there is no TCP.
	KeepAlive(idle time.Duration)
	// Close ends the connection soon, whatever it is doing; the driver calls Session.Closed from its own goroutine.
	Close() error
	// Wake makes the driver feed a parked Session again.
	Wake()
	// Flush makes the driver ask the Session for its Output soon though nothing was fed: as soon as what it gave before has
	// been sent.
	Flush()
	// Detach is called while the Session is inside of Feed and stays there, because that takes long: what else waits for the
	// goroutine that it runs on goes on without it. The rest of this connection waits until Feed returns.
	Detach()
	// Stream is for a Session that is inside of Feed and wants to talk with its peer by itself until Feed returns. It detaches
	// (see Detach). What Feed was given stays as it is; what comes from now on is read from the stream. Output that was given before
	// must have been written.
	Stream() (Stream, error)
	// Trim makes the driver give up what read buffer the connection does not need, until input arrives again.
	Trim()
}

// Stream is a connection to be read from and written to. Read and Write wait; a deadline, which anybody may set, ends the wait with
// os.ErrDeadlineExceeded, and one that others have set (Wake, Trim) may do so for no reason. So does Conn.Close, on some drivers: whoever
// closes the connection sets a deadline, too.
type Stream interface {
	io.ReadWriter
	SetReadDeadline(time.Time) error
	SetWriteDeadline(time.Time) error
}

// Server serves the connections of one listener.
type Server interface {
	// Serve accepts until Close or StopAccepting, and returns when all connections have ended.
	Serve() error
	// StopAccepting closes the listener; the connections go on.
	StopAccepting() error
	// Close stops accepting and makes all connections end soon.
	Close() error
}

// Acceptor makes Sessions for connections, and knows the log. Before the replies of what was executed may leave, the log
// must hold everything that was executed until then: a driver asks for that once for as many connections as it likes.
// With an error, the connections whose Output would acknowledge a change must end without a word; the others go on.
type Acceptor interface {
	// Durable reports whether the log holds what was executed. It may write to the log, but does not wait for a disk.
	Durable() (bool, error)
	// WaitDurable returns when it does.
	WaitDurable() error
	// WhenDurable is WaitDurable for who cannot wait: done is called when the log holds what was executed, or for the
	// error for which it does not. It is called by anybody, must not wait, and must not ask the log anything. n is how many
	// connections wait for it: the log gathers them to groups.
	WhenDurable(n int, done func(error))
	// Accept returns the Session of a new connection; or nil, and the words to refuse it with.
	Accept(Conn) (s Session, refusal []byte)
}
