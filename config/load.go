package config

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/miniredisd/miniredisd/resp"
)

// Limits of what is read from configuration files.
const (
	maxConfigBytes  = 16 << 20 // all files and standard input together
	maxIncludeDepth = 16       // of include within include
	maxIncludes     = 4096     // files read by include
)

// LoadError says which directive of a configuration is wrong, and why.
type LoadError struct {
	File   string // included file; "" for the main file and the command line
	Line   int    // 1 is the first; 0 if no line is to blame
	Text   string // the line
	Reason string
}

// Error gives the words of redis-server.
func (e *LoadError) Error() string {
	if e.Line == 0 {
		return e.Reason
	}
	where := fmt.Sprintf("Reading the configuration file, at line %d", e.Line)
	if e.File != "" {
		where += " of " + e.File
	}
	return fmt.Sprintf("%s\n>>> '%s'\n%s", where, e.Text, e.Reason)
}

// Report is what the program prints before it exits. server is its name and
// version.
func (e *LoadError) Report(server string) string {
	return fmt.Sprintf("\n*** FATAL CONFIG FILE ERROR (%s) ***\n%s\n", server, e.Error())
}

// OpenError says that a configuration file cannot be read.
type OpenError struct {
	Path string
	Err  error
}

// Error implements error.
func (e *OpenError) Error() string {
	return fmt.Sprintf("Fatal error, can't open config file '%s': %s", e.Path, errnoText(e.Err))
}

// Unwrap gives the system's error.
func (e *OpenError) Unwrap() error { return e.Err }

// Rename is a rename-command directive. To is empty if the command is to be
// removed.
type Rename struct {
	From, To string
	where    LoadError
}

// Error blames the directive for what was found out after loading: that there
// is no such command, or that the new name is taken.
func (r Rename) Error(why string) *LoadError { return r.where.because(why) }

// UserLine is a user directive: the words after "user", the name first.
type UserLine struct {
	Words []string
	where LoadError
}

// Error blames the directive for a wrong rule.
func (u UserLine) Error(why string) *LoadError { return u.where.because(why) }

func (e LoadError) because(why string) *LoadError {
	e.Reason = why
	return &e
}

// Renames returns the rename-command directives in their order.
func (c *Config) Renames() []Rename { return c.renames }

// Users returns the user directives in their order.
func (c *Config) Users() []UserLine { return c.users }

// Load reads the configuration that args, the program's arguments without its
// name, ask for: a file, standard input, and options, of which the last one
// counts. It is called at most once, before the configuration is used; after
// an error, a *LoadError or an *OpenError, the configuration is unusable.
func (c *Config) Load(args []string, stdin io.Reader) error {
	return c.loadWith(args, stdin, diskFiles{})
}

func (c *Config) loadWith(args []string, stdin io.Reader, files files) error {
	l := &loader{c: c, files: files, budget: maxConfigBytes, set: make(map[*option]bool)}
	cl := parseCommandLine(args)
	var text strings.Builder
	if cl.file != "" {
		path, err := filepath.Abs(cl.file)
		if err != nil {
			return &OpenError{cl.file, err}
		}
		c.file = path
		content, err := l.read(path)
		if err != nil {
			return err
		}
		writeLines(&text, content)
	}
	if cl.stdin && stdin != nil {
		content, err := io.ReadAll(io.LimitReader(stdin, int64(l.budget)+1))
		if err != nil {
			return &OpenError{"-", err}
		}
		if err := l.spend("-", len(content)); err != nil {
			return err
		}
		writeLines(&text, string(content))
	}
	// The options begin on a line of their own, after an empty one: the
	// numbers of lines in errors are redis-server's.
	text.WriteString("\n" + cl.options)
	if err := l.text(text.String(), "", 0); err != nil {
		return err
	}
	return l.finish()
}

// writeLines adds text and ends its last line.
func writeLines(b *strings.Builder, text string) {
	b.WriteString(text)
	if text != "" && !strings.HasSuffix(text, "\n") {
		b.WriteByte('\n')
	}
}

// files is how a loader reads files.
type files interface {
	read(path string, limit int) ([]byte, error) // at most limit+1 bytes
	glob(pattern string) ([]string, error)
	// appendable reports why the file cannot be opened for appending.
	appendable(path string) error
}

type diskFiles struct{}

func (diskFiles) read(path string, limit int) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, int64(limit)+1))
}

func (diskFiles) glob(pattern string) ([]string, error) { return filepath.Glob(pattern) }

func (diskFiles) appendable(path string) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	return f.Close()
}

// loader reads configuration text into a Config.
type loader struct {
	c        *Config
	files    files
	budget   int              // bytes that may still be read
	includes int              // files read by include
	set      map[*option]bool // what this text has set
}

// read returns the content of a file.
func (l *loader) read(path string) (string, error) {
	b, err := l.files.read(path, l.budget)
	if err != nil {
		return "", &OpenError{path, err}
	}
	return string(b), l.spend(path, len(b))
}

func (l *loader) spend(path string, n int) error {
	if l.budget -= n; l.budget < 0 {
		return &OpenError{path, syscall.EFBIG}
	}
	return nil
}

// text reads the lines of a file, or of the main text if file is empty.
func (l *loader) text(text, file string, depth int) error {
	n := 0
	for raw := range strings.Lines(text) {
		n++
		s := strings.Trim(raw, " \t\r\n")
		if s == "" || s[0] == '#' {
			continue
		}
		err := l.line(LoadError{File: file, Line: n, Text: s}, depth)
		var why reason
		if errors.As(err, &why) {
			return &LoadError{File: file, Line: n, Text: s, Reason: string(why)}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// line obeys one directive. A reason it returns is about this line.
func (l *loader) line(where LoadError, depth int) error {
	words, err := splitWords(where.Text)
	if err != nil || len(words) == 0 {
		return err
	}
	name, args := strings.ToLower(words[0]), words[1:]
	if e, ok := lookup(name); ok {
		return l.option(e.option, args)
	}
	switch {
	case obsolete[name] && len(args) == 1:
		return nil
	case name == "include" && len(args) == 1:
		return l.include(args[0], depth+1)
	case name == "rename-command" && len(args) == 2:
		l.c.renames = append(l.c.renames, Rename{args[0], args[1], where})
		return nil
	case name == "user" && len(args) >= 1:
		l.c.users = append(l.c.users, UserLine{args, where})
		return nil
	case name == "loadmodule" && len(args) >= 1:
		l.c.modules = append(l.c.modules, name+" "+args[0])
		return nil
	case strings.Contains(name, "."): // an option of a module
		if len(args) == 0 {
			return reason("Module config specified without value")
		}
		l.c.modules = append(l.c.modules, name)
		return nil
	case name == "sentinel" && len(args) == 0:
		return nil
	case name == "sentinel":
		return reason("sentinel directive while not in sentinel mode")
	}
	return reason("Bad directive or wrong number of arguments")
}

// obsolete directives are ignored.
var obsolete = map[string]bool{
	"list-max-ziplist-entries": true,
	"list-max-ziplist-value":   true,
	"lua-replicate-commands":   true,
}

// fileOnly are the directives that are not options.
var fileOnly = map[string]bool{
	"include": true, "rename-command": true, "user": true, "loadmodule": true, "sentinel": true,
}

func splitWords(s string) ([]string, error) {
	split, err := resp.SplitArgs([]byte(s))
	if err != nil {
		return nil, reason("Unbalanced quotes in configuration line")
	}
	words := make([]string, len(split))
	for i, w := range split {
		words[i] = string(w)
	}
	return words, nil
}

// option sets an option. A list may come as one word in quotes.
func (l *loader) option(o *option, args []string) error {
	if o.is(multiArg) && len(args) == 1 && args[0] != "" {
		var err error
		if args, err = splitWords(args[0]); err != nil {
			return err
		}
	}
	v, err := o.kind.parse(args, l.c.load(o), l.set[o])
	if err != nil {
		return reason(err.Error())
	}
	l.set[o] = true
	l.c.store(o, v)
	return nil
}

// include reads a file, or the files that match a pattern, of which there may
// be none.
func (l *loader) include(path string, depth int) error {
	if depth > maxIncludeDepth {
		return reason(fmt.Sprintf("Too many nested include directives (the limit is %d)", maxIncludeDepth))
	}
	path = l.c.Path(path)
	paths := []string{path}
	if strings.ContainsAny(path, "*?[") {
		paths, _ = l.files.glob(path) // a bad pattern matches nothing
	}
	for _, p := range paths {
		if l.includes++; l.includes > maxIncludes {
			return reason(fmt.Sprintf("Too many include directives (the limit is %d files)", maxIncludes))
		}
		content, err := l.read(p)
		if err != nil {
			return err
		}
		if err := l.text(content, p, depth); err != nil {
			return err
		}
	}
	return nil
}

// finish checks what concerns more than one line.
func (l *loader) finish() error {
	c := l.c
	if name := c.Str(LogFile); name != "" {
		if err := l.files.appendable(c.Path(name)); err != nil {
			return &LoadError{Reason: "Can't open the log file: " + errnoText(err)}
		}
	}
	if c.Bool(ClusterEnabled) {
		if c.ReplicaOf().Host != "" {
			return &LoadError{Reason: "replicaof directive not allowed in cluster mode"}
		}
		c.store(Databases.option(), value{n: 1})
	}
	return nil
}
