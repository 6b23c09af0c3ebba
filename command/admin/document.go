package admin

// One command as COMMAND DOCS documents it.

import (
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/resp"
)

func document(out *resp.Writer, s *command.Spec) {
	args, err := command.ParseSyntax(s.Syntax)
	if err != nil {
		args = nil // the registry has refused such declarations
	}
	mark, n := out.DeferMap(), 3
	out.BulkString("summary")
	out.BulkString(s.Summary)
	out.BulkString("since")
	out.BulkString(s.Since)
	out.BulkString("group")
	out.BulkString(string(s.Group))
	if s.Complexity != "" {
		n++
		out.BulkString("complexity")
		out.BulkString(s.Complexity)
	}
	n += documentFlags(out, s)
	if len(args) > 0 {
		n++
		out.BulkString("arguments")
		documentArgs(out, args)
	}
	if len(s.Subcommands) > 0 {
		n++
		out.BulkString("subcommands")
		out.Map(len(s.Subcommands))
		for _, sub := range s.Subcommands {
			out.BulkString(sub.FullName())
			document(out, sub)
		}
	}
	out.EndMap(mark, n)
}

// documentFlags says whom a command is not for, and returns the number of fields that takes.
func documentFlags(out *resp.Writer, s *command.Spec) (n int) {
	var flags []string
	if s.Deprecated != "" {
		flags = append(flags, "deprecated")
	}
	if s.Flags.Has(command.System) {
		flags = append(flags, "syscmd")
	}
	if len(flags) > 0 {
		n++
		out.BulkString("doc_flags")
		statuses(out, flags)
	}
	if s.Deprecated != "" {
		n += 2
		out.BulkString("deprecated_since")
		out.BulkString(s.Deprecated)
		out.BulkString("replaced_by")
		out.BulkString(s.ReplacedBy)
	}
	return n
}

func documentArgs(out *resp.Writer, args []command.Arg) {
	out.Array(len(args))
	for i := range args {
		documentArg(out, &args[i])
	}
}

func documentArg(out *resp.Writer, a *command.Arg) {
	mark, n := out.DeferMap(), 2
	out.BulkString("name")
	out.BulkString(a.Name)
	out.BulkString("type")
	out.BulkString(string(a.Type))
	group := a.Type == command.ArgOneOf || a.Type == command.ArgBlock
	if !group {
		n++
		out.BulkString("display_text")
		out.BulkString(a.Name)
	}
	if a.KeySpec >= 0 {
		n++
		out.BulkString("key_spec_index")
		out.Int(int64(a.KeySpec))
	}
	if a.HasToken() {
		n++
		out.BulkString("token")
		out.BulkString(a.Token)
	}
	if flags := a.FlagNames(); len(flags) > 0 {
		n++
		out.BulkString("flags")
		statuses(out, flags)
	}
	if group {
		n++
		out.BulkString("arguments")
		documentArgs(out, a.Args)
	}
	out.EndMap(mark, n)
}
