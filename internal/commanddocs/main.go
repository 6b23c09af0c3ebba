// Command commanddocs writes docs/commands.md, the list of all commands, from their declarations. It is run by go
// generate; it imports the declarations and nothing of the server.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"strings"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/command/all"
)

func main() {
	out := flag.String("o", "docs/commands.md", "the `file` to write")
	flag.Parse()
	text, err := document(all.Registry())
	if err == nil {
		err = os.WriteFile(*out, text, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// chapters are the groups in the order of the document.
var chapters = []struct {
	group command.Group
	title string
}{
	{command.Connection, "Connection"}, {command.Generic, "Keys"}, {command.String, "Strings"}, {command.List, "Lists"},
	{command.Hash, "Hashes"}, {command.Set, "Sets"}, {command.SortedSet, "Sorted sets"}, {command.Geo, "Geo"},
	{command.Stream, "Streams"}, {command.Bitmap, "Bitmaps"}, {command.HyperLogLog, "HyperLogLog"},
	{command.PubSub, "Publish and subscribe"}, {command.Transactions, "Transactions"}, {command.Scripting, "Scripting"},
	{command.Cluster, "Cluster"}, {command.ServerGroup, "Server"},
}

const head = `# Commands

Generated from the declarations by ` + "`go generate ./...`" + `: change those, not this file. Arguments are in capitals where
they are typed as they are; ` + "`[ ]`" + ` may be left out, ` + "`|`" + ` separates alternatives, ` + "`...`" + ` means once more.
`

// document renders the commands of a registry as Markdown.
func document(r *command.Registry) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(head)
	commands, written := r.Commands(), 0
	for _, ch := range chapters {
		begun := false
		for _, s := range commands {
			if s.Group != ch.group {
				continue
			}
			if !begun {
				begun = true
				fmt.Fprintf(&b, "\n## %s\n\n| Command | Arguments | Since | Complexity | What it does |\n|---|---|---|---|---|\n", ch.title)
			}
			if err := row(&b, s); err != nil {
				return nil, err
			}
			written++
		}
	}
	if written != len(commands) {
		return nil, fmt.Errorf("%d commands are in no chapter", len(commands)-written)
	}
	return b.Bytes(), nil
}

// row writes a command and its subcommands.
func row(b *bytes.Buffer, s *command.Spec) error {
	args, err := command.ParseSyntax(s.Syntax)
	if err != nil {
		return fmt.Errorf("%s: %w", s.FullName(), err)
	}
	if s.Run != nil {
		name := strings.ToUpper(strings.ReplaceAll(s.FullName(), "|", " "))
		fmt.Fprintf(b, "| %s | %s | %s | %s | %s |\n", code(name), code(command.FormatSyntax(args)), s.Since, cell(s.Complexity), cell(summary(s)))
	}
	for _, sub := range s.Subcommands {
		if err := row(b, sub); err != nil {
			return err
		}
	}
	return nil
}

// summary is what a command does, and whether something better does it.
func summary(s *command.Spec) string {
	if s.Deprecated == "" {
		return s.Summary
	}
	return s.Summary + " Deprecated since " + s.Deprecated + " in favour of " + s.ReplacedBy + "."
}

// code is text as it is typed, in a table.
func code(text string) string {
	if text == "" {
		return ""
	}
	return "`" + cell(text) + "`"
}

// cell is text in a table, where a bar would begin the next cell.
func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }
