package command

import (
	"net"
	"sync/atomic"

	"github.com/miniredisd/miniredisd/pubsub"
	"github.com/miniredisd/miniredisd/resp"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/tracking"
)

// Client is what commands see of a connection.
//
// The fields are written by the client's own commands, inside the store's gate, and so may be read and changed by any
// command that runs exclusively (CLIENT LIST, CLIENT KILL, …). The atomics are the exception: the driver writes them
// whenever it reads or writes the socket.
type Client struct {
	ID        uint64
	Addr      string // the peer's, "host:port" or the path of the unix socket with ":0"
	LocalAddr string
	FD        int32 // -1 where there is no descriptor
	Memory    int32 // bytes that the driver needs for the connection, without buffers
	CreatedAt int64 // µs since the epoch, on the server's clock

	// Out is the client's reply buffer; Out.Proto is its protocol version.
	Out *resp.Writer

	Name, LibName, LibVersion string
	DB                        int
	User                      string
	Unix                      bool
	Loop                      uint8 // the driver's that serves it, from 0; 0 where it has a goroutine of its own
	Authenticated             bool
	NoTouch                   bool
	// Script says that this is no connection: it stands for a script that calls commands.
	Script bool
	Reply  ReplyMode
	// Debug is how scripts are debugged that the client sends.
	Debug DebugMode
	// CloseAfterReply ends the connection once what is in Out has been sent.
	CloseAfterReply bool

	Multi Multi
	Watch store.Watch
	// Subs is what the client has subscribed to, and the messages that wait for it.
	Subs pubsub.Client
	// Tracking is what the client wants to hear about keys of which it keeps copies; nil as long as it never has.
	Tracking *tracking.Client

	// LastCommand is the command that runs, or ran last, or waits.
	LastCommand *Spec

	// Executed counts commands that the server's statistics do not know of yet. It belongs to the client's own goroutine: a
	// command that another client brings to its end is counted by that one.
	Executed int64
	// Commands counts all that the client has executed, those that its scripts call and those of EXEC as well; not those that were
	// refused or queued. Unlike Executed it is only touched inside the gate, also by who brings a wait to its end.
	Commands int64

	// Held is what KeptMemory was when the client's last input had been executed.
	Held atomic.Int64

	LastInteraction atomic.Int64 // ms since the epoch
	QueryBuffer     atomic.Int64 // bytes read and not looked at yet
	Arguments       atomic.Int64 // bytes of a command before them that has not come whole
	QueryFree       atomic.Int64 // bytes that the read buffer has room for beside
	OutputBuffer    atomic.Int64 // bytes of replies not sent yet
	ReplySize       atomic.Int64 // size of the buffer that replies are gathered in, in bytes
	ReplyPeak       atomic.Int64 // most bytes that were sent at once
	NetIn, NetOut   atomic.Int64 // bytes so far
	// Monitors says that the client sees what others do (MONITOR).
	Monitors atomic.Bool
	// Killed tells the owner that the connection is to end as soon as it looks.
	Killed atomic.Bool
	// NoEvict says that the client is not sent away for the memory that it takes (CLIENT NO-EVICT).
	NoEvict atomic.Bool
	// Blocked says that the client waits, as during CLIENT PAUSE, or debugs a script.
	Blocked atomic.Bool
}

// What a connection takes beside its buffers, in bytes.
const (
	clientMemory       = 1 << 10 // its state here
	subscriptionMemory = 128     // each, there and in the list of all
	watchedMemory      = 128     // each key
)

// SharedInput is the size of the buffer that a loop reads into for all its connections, in bytes. A connection shows it as its own
// as long as it has none, so a buffer of that size does not count.
const SharedInput = 16 << 10

// KeptMemory is what the client has asked the server to remember, in bytes: commands for EXEC, subscriptions, watched keys, prefixes.
// It is for the client's own goroutine, and for exclusive units.
func (c *Client) KeptMemory() int64 {
	n := c.Multi.Bytes + c.Subs.Total()*subscriptionMemory + c.Watch.Len()*watchedMemory
	if c.Tracking != nil {
		n += c.Tracking.Memory()
	}
	return int64(n)
}

// OutputMemory is what replies take that are being written, or wait.
func (c *Client) OutputMemory() int64 { return max(c.ReplySize.Load(), c.OutputBuffer.Load()) }

// MemoryUse is what the client takes in all, in bytes. Anybody may call it.
func (c *Client) MemoryUse() int64 {
	n := clientMemory + int64(c.Memory) + c.Held.Load() + c.OutputMemory()
	if input := c.QueryBuffer.Load() + c.Arguments.Load() + c.QueryFree.Load(); input != SharedInput {
		n += input
	}
	return n
}

// ReplyMode is what CLIENT REPLY chose.
type ReplyMode uint8

// The modes of CLIENT REPLY. SKIP means: not for the command after this one.
const (
	ReplyOn ReplyMode = iota
	ReplyOff
	ReplySkipNext
	ReplySkip
)

// Multi is the state of a transaction between MULTI and EXEC.
type Multi struct {
	Active bool
	// Abort is set when a command could not be queued: EXEC will refuse.
	Abort bool
	Queue []Queued
	Flags Flags // of any queued command
	Bytes int   // memory of the queue
}

// Queued is a command that waits for EXEC. It owns its arguments.
type Queued struct {
	Spec *Spec
	Args [][]byte
}

// Reset ends the transaction.
func (m *Multi) Reset() { *m = Multi{} }

// EndCaching ends what CLIENT CACHING has said, when the client has sent spec: it is about one command or transaction, and may
// be followed by other CLIENT commands first.
func (c *Client) EndCaching(spec *Spec) {
	about := spec != nil && spec.Parent != nil && spec.Parent.Name == "client"
	if c.Tracking != nil && !c.Multi.Active && !about {
		c.Tracking.Caching = false
	}
}

// Deauthenticate makes the client a stranger again.
func (c *Client) Deauthenticate() { c.User, c.Authenticated = "default", false }

// IsLocal reports whether the peer is on this machine.
func (c *Client) IsLocal() bool {
	host, _, err := net.SplitHostPort(c.Addr)
	ip := net.ParseIP(host)
	return c.Unix || err == nil && ip != nil && ip.IsLoopback()
}
