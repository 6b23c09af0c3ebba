package expire

// Node is a timer, 16 bytes that the owner keeps beside the key that it is for:
//
//	+---------+---------+-----------------+
//	| next, 4 | prev, 4 | deadline, 8     |
//	+---------+---------+-----------------+
//
// It is zero, but for the deadline, while it is in no wheel. An owner may move a node to another place, with
// Wheel.Moved; it must not copy one that stays in use.
type Node struct {
	link
	at int64
}

// Deadline is the time that the node was last filed for, in milliseconds since the Unix epoch.
func (n *Node) Deadline() int64 { return n.at }

// Filed reports whether the node is in a wheel.
func (n *Node) Filed() bool { return n.next != 0 }

// Nodes finds the owner's nodes by their numbers, which are 1 to 1<<31 - 1. A node must be found under its number as
// long as it is in the wheel.
type Nodes interface {
	Node(ref uint32) *Node
}
