package admin

// One command as COMMAND INFO describes it.

import (
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/resp"
)

func describe(out *resp.Writer, s *command.Spec) {
	first, last, step := s.Legacy()
	out.Array(10)
	out.BulkString(s.FullName())
	out.Int(int64(s.Arity))
	statuses(out, s.Flags.Names())
	out.Int(int64(first))
	out.Int(int64(last))
	out.Int(int64(step))
	cats := s.Categories.Names()
	out.Set(len(cats))
	for _, name := range cats {
		out.Status("@" + name)
	}
	out.Set(len(s.Tips))
	for _, tip := range s.Tips {
		out.BulkString(tip)
	}
	out.Set(len(s.Keys))
	for i := range s.Keys {
		describeKeys(out, &s.Keys[i])
	}
	if len(s.Subcommands) == 0 {
		out.Set(0)
		return
	}
	out.Array(len(s.Subcommands))
	for _, sub := range s.Subcommands {
		describe(out, sub)
	}
}

// statuses replies a set of simple strings.
func statuses(out *resp.Writer, names []string) {
	out.Set(len(names))
	for _, n := range names {
		out.Status(n)
	}
}

func describeKeys(out *resp.Writer, k *command.KeySpec) {
	if k.Notes != "" {
		out.Map(4)
		out.BulkString("notes")
		out.BulkString(k.Notes)
	} else {
		out.Map(3)
	}
	out.BulkString("flags")
	statuses(out, k.Flags.Names())
	out.BulkString("begin_search")
	switch {
	case k.Keyword != "":
		search(out, "keyword", pair{"keyword", k.Keyword}, pair{"startfrom", k.StartFrom})
	case k.Index == 0:
		search(out, "unknown")
	default:
		search(out, "index", pair{"index", k.Index})
	}
	out.BulkString("find_keys")
	switch {
	case k.KeyNum:
		search(out, "keynum", pair{"keynumidx", k.NumAt}, pair{"firstkey", k.FirstAt}, pair{"keystep", max(k.Step, 1)})
	case k.Keyword == "" && k.Index == 0:
		search(out, "unknown")
	default:
		search(out, "range", pair{"lastkey", k.Last}, pair{"keystep", max(k.Step, 1)}, pair{"limit", k.Limit})
	}
}

// pair is a name with a string or an int.
type pair struct {
	name  string
	value any
}

// search replies one half of a key specification.
func search(out *resp.Writer, kind string, spec ...pair) {
	out.Map(2)
	out.BulkString("type")
	out.BulkString(kind)
	out.BulkString("spec")
	out.Map(len(spec))
	for _, p := range spec {
		out.BulkString(p.name)
		switch v := p.value.(type) {
		case string:
			out.BulkString(v)
		case int:
			out.Int(int64(v))
		}
	}
}
