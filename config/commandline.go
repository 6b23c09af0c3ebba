package config

import (
	"strings"

	"github.com/miniredisd/miniredisd/resp"
)

// commandLine is what the program's arguments ask for.
type commandLine struct {
	file    string // configuration file, "" for none
	stdin   bool   // read more of it from standard input
	options string // the options, as text of a configuration file
}

// parseCommandLine reads redis-server's arguments, without the program's name:
//
//	[/path/to/redis.conf] [-] [--option value …]…
//
// A lone - comes first or last. What follows a --option is its value even if
// it begins with two dashes itself; all further words up to the next --option
// are more values. "--option value" may also be one argument.
func parseCommandLine(args []string) commandLine {
	var cl commandLine
	if len(args) == 0 {
		return cl
	}
	first := 0
	if !strings.HasPrefix(args[0], "-") {
		cl.file, first = args[0], 1
	}
	var b strings.Builder
	complete := true // the last option has a value, or needs none
	for i := first; i < len(args); i++ {
		arg, last := args[i], i == len(args)-1
		switch {
		case arg == "-" && (i == 0 || last):
			cl.stdin = true
		case complete && strings.HasPrefix(arg, "--"):
			if b.Len() > 0 {
				b.WriteByte('\n')
			}
			b.WriteString(arg[2:] + " ")
			words, err := resp.SplitArgs([]byte(arg))
			complete = err != nil || len(words) != 1
			optionNext := !last && strings.HasPrefix(args[i+1], "--")
			switch {
			case complete:
			case strings.EqualFold(arg, "--save") && (last || optionNext):
				// A save without a value, as a program writes it that
				// joins an empty list, turns snapshots off.
				b.WriteString(`""`)
				complete = true
			case strings.EqualFold(arg, "--sentinel") && (last || optionNext):
				complete = true
			}
		default:
			b.WriteString(quote(arg) + " ")
			complete = true
		}
	}
	cl.options = b.String()
	return cl
}
