// Package connection holds the commands about the connection itself: who it is, which protocol it speaks, which
// database it has selected, and what is known of the other connections.
//
// It may use what every group of commands may use, and sees the server through command.Host. A command that looks at
// another client than its own is Exclusive: that is what makes the fields of command.Client safe to read.
package connection

import (
	"slices"

	"github.com/miniredisd/miniredisd/command"
)

// Commands of the group.
var Commands = slices.Concat(sessionSpecs, authSpecs, safetySpecs, []command.Spec{clientSpec})

// ownFlags are the flags of nearly every command here.
const ownFlags = command.NoScript | command.Loading | command.Stale

// isWord reports whether s can stand in a line of CLIENT LIST: no spaces, no line breaks, ASCII only.
func isWord(s []byte) bool {
	for _, c := range s {
		if c < '!' || c > '~' {
			return false
		}
	}
	return true
}

// onOff reads a word ON or OFF at argument i, and replies with a syntax error when it is another.
func onOff(c *command.Ctx, i int) (on, ok bool) {
	switch {
	case command.EqualFold(c.Args[i], "on"):
		return true, true
	case command.EqualFold(c.Args[i], "off"):
		return false, true
	}
	c.Out.Error(command.ErrSyntax)
	return false, false
}
