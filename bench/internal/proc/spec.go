// Package proc starts the servers that are measured, on the cores meant for them, and reads what CPU time and memory they use. It
// imports nothing of this module.
package proc

import (
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
)

// Spec is a server to measure: what it is called in the results, and its command line, in which the arguments may hold
// {port} and {dir}.
type Spec struct {
	Name string
	Argv []string
	Env  []string // beside the environment of this process, as "name=value"

	standard bool // it takes redis-server's options
}

// With is the server with these of redis-server's options as well, after and so above those it has. ok tells whether it
// takes them: one whose command line has a {port} of its own need not.
func (s Spec) With(options ...string) (with Spec, ok bool) {
	if s.standard {
		s.Argv = slices.Concat(s.Argv, options)
	}
	return s, s.standard
}

// standard is appended to a command line that names no {port}: redis-server's options for a server that only serves.
var standard = []string{"--port", "{port}", "--dir", "{dir}", "--save", "", "--appendonly", "no"}

// ParseSpec reads "name=command line". The command line is split at spaces, except within '…' and "…". If {port} is not in
// it, redis-server's options for a port, a directory and no persistence are appended.
func ParseSpec(text string) (Spec, error) {
	name, command, ok := strings.Cut(text, "=")
	if !ok || name == "" || strings.ContainsAny(name, " /") {
		return Spec{}, fmt.Errorf("server %q: want name=command", text)
	}
	argv, err := split(command)
	if err != nil {
		return Spec{}, fmt.Errorf("server %s: %w", name, err)
	}
	return NewSpec(name, argv...)
}

// NewSpec returns the server that is started with this command line; see ParseSpec.
func NewSpec(name string, argv ...string) (Spec, error) {
	if len(argv) == 0 || argv[0] == "" {
		return Spec{}, fmt.Errorf("server %s: no command", name)
	}
	if strings.Contains(strings.Join(argv, " "), "{port}") {
		return Spec{Name: name, Argv: argv}, nil
	}
	return Spec{Name: name, Argv: slices.Concat(argv, standard), standard: true}, nil
}

// split cuts a command line at its spaces; '…' and "…" hold a part together.
func split(line string) ([]string, error) {
	var argv []string
	var word strings.Builder
	var quote rune // the quotation mark we are within, or 0
	inWord := false
	for _, r := range line {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '\'' || r == '"'):
			quote, inWord = r, true
		case quote == 0 && (r == ' ' || r == '\t'):
			if inWord {
				argv = append(argv, word.String())
				word.Reset()
			}
			inWord = false
		default:
			word.WriteRune(r)
			inWord = true
		}
	}
	if quote != 0 {
		return nil, errors.New("unbalanced quotes")
	}
	if inWord {
		argv = append(argv, word.String())
	}
	return argv, nil
}

// argv is the command line for this port and directory.
func (s Spec) argv(port int, dir string) []string {
	r := strings.NewReplacer("{port}", fmt.Sprint(port), "{dir}", dir)
	argv := make([]string, len(s.Argv))
	for i, a := range s.Argv {
		argv[i] = r.Replace(a)
	}
	return argv
}

// Version is the first line that the server's --version prints, or "" when it prints none.
func (s Spec) Version() string {
	out, err := exec.Command(s.Argv[0], "--version").Output()
	if err != nil {
		return ""
	}
	line, _, _ := strings.Cut(string(out), "\n")
	return strings.TrimSpace(line)
}
