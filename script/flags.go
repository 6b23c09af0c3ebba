package script

// What a script says of itself in its first line: #!lua flags=no-writes,allow-oom

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/resp"
)

// flags are what a script or a function declares about itself.
type flags uint8

const (
	noWrites flags = 1 << iota
	allowOOM
	allowStale
	noCluster
	allowCrossSlot
	// undeclared: it says nothing of itself, as scripts before Redis 7 did. What it may do is found out while it runs.
	undeclared
)

// flagNames are the names of the flags in a declaration, in bit order.
var flagNames = [...]string{"no-writes", "allow-oom", "allow-stale", "no-cluster", "allow-cross-slot-keys"}

// flagNamed returns the flag with a name, 0 when there is none.
func flagNamed(name string) flags {
	for i, n := range flagNames {
		if n == name {
			return 1 << i
		}
	}
	return 0
}

// commandFlags are the flags of a call whose command has the flags cmd, when it runs what has declared f.
func (f flags) commandFlags(cmd command.Flags) command.Flags {
	if f&undeclared != 0 {
		return cmd
	}
	cmd &^= command.Stale | command.DenyOOM | command.Write | command.MayReplicate
	if f&(allowOOM|noWrites) == 0 {
		cmd |= command.DenyOOM
	}
	if f&noWrites == 0 {
		cmd |= command.Write
	}
	if f&allowStale != 0 {
		cmd |= command.Stale
	}
	return cmd
}

// shebang is the first line of a text, cut into words: the engine (#!lua) and options.
type shebang struct {
	engine  string
	options []string
}

// cutShebang takes the first line off a text that begins with #!; the line break stays, so that lines keep their numbers.
// Without such a line it returns nil.
func cutShebang(text []byte) (line *shebang, rest []byte, err error) {
	if !bytes.HasPrefix(text, []byte("#!")) {
		return nil, text, nil
	}
	end := bytes.IndexByte(text, '\n')
	if end < 0 {
		return nil, nil, fmt.Errorf("Invalid script shebang")
	}
	words, err := resp.SplitArgs(text[:end])
	if err != nil || len(words) == 0 {
		return nil, nil, fmt.Errorf("Invalid engine in script shebang")
	}
	line = &shebang{engine: string(words[0])}
	for _, w := range words[1:] {
		line.options = append(line.options, string(w))
	}
	return line, text[end:], nil
}

// scriptHeader reads what a script of EVAL says of itself. source is its text without that line.
func scriptHeader(text []byte) (f flags, source []byte, err error) {
	line, source, err := cutShebang(text)
	switch {
	case err != nil:
		return 0, nil, err
	case line == nil:
		return undeclared, source, nil
	case line.engine != "#!lua":
		return 0, nil, fmt.Errorf("Unexpected engine in script shebang: %s", line.engine)
	}
	for _, option := range line.options {
		list, ok := strings.CutPrefix(option, "flags=")
		if !ok {
			return 0, nil, fmt.Errorf("Unknown lua shebang option: %s", option)
		}
		if list == "" {
			continue
		}
		for name := range strings.SplitSeq(list, ",") {
			flag := flagNamed(name)
			if flag == 0 {
				return 0, nil, fmt.Errorf("Unexpected flag in script shebang: %s", name)
			}
			f |= flag
		}
	}
	return f, source, nil
}
