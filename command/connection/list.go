package connection

// CLIENT LIST and CLIENT INFO: connections as lines of fields. Programs take these lines apart: the names of the fields
// and their order are fixed.

import (
	"fmt"
	"strings"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/pubsub"
	"github.com/miniredisd/miniredisd/store"
)

func clientInfo(c *command.Ctx) {
	c.Out.Verbatim("txt", string(appendClient(nil, c, c.Client)))
}

func clientList(c *command.Ctx) {
	ids, class, ok := parseList(c)
	if !ok {
		return
	}
	var lines []byte
	if ids == nil {
		for _, cl := range c.Host.Clients() {
			if class == "" || class == classOf(cl) {
				lines = appendClient(lines, c, cl)
			}
		}
	} else {
		byID := map[int64]*command.Client{}
		for _, cl := range c.Host.Clients() {
			byID[int64(cl.ID)] = cl
		}
		for _, id := range ids {
			if cl := byID[id]; cl != nil {
				lines = appendClient(lines, c, cl)
			}
		}
	}
	c.Out.Verbatim("txt", string(lines))
}

// parseList reads what CLIENT LIST is to show: the clients with the ids, or with none those of a class, "" for all.
func parseList(c *command.Ctx) (ids []int64, class string, ok bool) {
	switch args := c.Args[2:]; {
	case len(args) == 0:
		return nil, "", true
	case len(args) == 2 && command.EqualFold(args[0], "type"):
		class, msg := clientType(args[1])
		if msg != "" {
			c.Out.Error(msg)
		}
		return nil, class, msg == ""
	case len(args) > 1 && command.EqualFold(args[0], "id"):
		for _, a := range args[1:] {
			id, ok := store.ParseInt(a)
			if !ok {
				c.Out.Error("ERR Invalid client ID")
				return nil, "", false
			}
			ids = append(ids, id)
		}
		return ids, "", true
	}
	c.Out.Error(command.ErrSyntax)
	return nil, "", false
}

// clientType reads a class of clients, whose names are those that classOf gives. msg is the error to reply with, "" when
// there is none.
func clientType(name []byte) (class, msg string) {
	for _, class := range []string{classNormal, classPubSub, "replica", "master"} {
		if command.EqualFold(name, class) {
			return class, ""
		}
	}
	if command.EqualFold(name, "slave") {
		return "replica", ""
	}
	return "", "ERR Unknown client type '" + beforeNUL(string(name)) + "'"
}

const (
	classNormal = "normal"
	classPubSub = "pubsub"
)

// classOf is the class that a client is of: those who listen to channels are one of their own.
func classOf(cl *command.Client) string {
	if cl.Subs.Total() > 0 {
		return classPubSub
	}
	return classNormal
}

// beforeNUL is what an error shows of a string, as by Redis, whose errors are C strings.
func beforeNUL(s string) string {
	s, _, _ = strings.Cut(s, "\x00")
	return s
}

// replyBuffer is how many unsent bytes, and how large a reply buffer, count as the client's own ("obl"); more is given back once it
// is sent, and counts as the list of replies does in Redis ("oll", "omem").
const replyBuffer = 64 << 10

// appendClient appends the line of cl.
func appendClient(dst []byte, c *command.Ctx, cl *command.Client) []byte {
	total, argv := cl.MemoryUse()-cl.Held.Load()+cl.KeptMemory(), cl.Arguments.Load()
	if cl == c.Client { // whose arguments lie in its query buffer
		argv = 0
		for _, a := range c.Args {
			argv += int64(len(a))
		}
		total += argv
	}
	multi := -1
	if cl.Multi.Active {
		multi = len(cl.Multi.Queue)
	}
	used, free := cl.QueryBuffer.Load(), cl.QueryFree.Load()
	size, unsent := cl.ReplySize.Load(), cl.OutputBuffer.Load()
	own, list, listMemory := unsent, 0, int64(0)
	if max(size, unsent) > replyBuffer {
		own, list, listMemory = 0, 1, max(size, unsent)
	}
	if size > replyBuffer {
		size = 0
	}
	events := "r"
	if unsent > 0 {
		events = "rw"
	}
	last := "NULL"
	if cl.LastCommand != nil {
		last = cl.LastCommand.FullName()
	}
	return fmt.Appendf(dst, "id=%d addr=%s laddr=%s fd=%d name=%s age=%d idle=%d flags=%s db=%d sub=%d psub=%d ssub=%d "+
		"multi=%d watch=%d qbuf=%d qbuf-free=%d argv-mem=%d multi-mem=%d rbs=%d rbp=%d obl=%d oll=%d omem=%d tot-mem=%d "+
		"events=%s cmd=%s user=%s redir=%d resp=%d lib-name=%s lib-ver=%s "+
		"io-thread=%d tot-net-in=%d tot-net-out=%d tot-cmds=%d\n",
		cl.ID, cl.Addr, cl.LocalAddr, cl.FD, cl.Name, age(c, cl), max(c.Now()-cl.LastInteraction.Load(), 0)/1000,
		clientFlags(cl), cl.DB, cl.Subs.Count(pubsub.Channel), cl.Subs.Count(pubsub.Pattern), cl.Subs.Count(pubsub.Shard), multi, cl.Watch.Len(), used, free, argv, cl.Multi.Bytes, size, cl.ReplyPeak.Load(), own, list,
		listMemory, total, events, last, cl.User, redirection(cl), max(cl.Out.Proto, 2), cl.LibName, cl.LibVersion, cl.Loop, cl.NetIn.Load(),
		cl.NetOut.Load(), cl.Commands)
}

// age is how long cl is connected, in seconds.
func age(c *command.Ctx, cl *command.Client) int64 { return max(c.Now()-cl.CreatedAt/1000, 0) / 1000 }

// clientFlags are the letters of the field flags.
func clientFlags(cl *command.Client) string {
	tracks, on := cl.Tracking.Options()
	var flags []byte
	for _, f := range []struct {
		on     bool
		letter byte
	}{
		{cl.Monitors.Load(), 'O'}, {cl.Subs.Total() > 0, 'P'}, {cl.Multi.Active, 'x'}, {cl.Blocked.Load(), 'b'}, {on, 't'},
		{cl.Tracking.Broken(), 'R'}, {tracks.Broadcast, 'B'}, {cl.Watch.Dirty(), 'd'}, {cl.CloseAfterReply, 'c'},
		{cl.Killed.Load(), 'A'}, {cl.Unix, 'U'}, {cl.NoEvict.Load(), 'e'}, {cl.NoTouch, 'T'},
	} {
		if f.on {
			flags = append(flags, f.letter)
		}
	}
	if len(flags) == 0 {
		return "N"
	}
	return string(flags)
}
