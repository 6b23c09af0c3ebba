package differential

// What later versions of Redis, which we follow, do otherwise than 7.0. Each of these recognizes such a difference.

import (
	"slices"
	"strconv"
	"strings"

	"github.com/miniredisd/miniredisd/tests/wire"
)

// lastID allows for the + of XREAD and XREADGROUP since 7.4.
func lastID(r Request, want, got wire.Value) bool {
	return unbalanced(r, want, got) || slices.Contains(r, "+") && strings.HasPrefix(want.Text, "ERR Invalid stream ID")
}

// belowDeleted allows for XSETID, which did not look at what was deleted.
func belowDeleted(_ Request, _, got wire.Value) bool {
	return strings.HasPrefix(got.Text, "ERR The ID specified in XSETID is smaller than current max_deleted_entry_id")
}

// unbalanced allows for an error that came to be worded otherwise.
func unbalanced(_ Request, want, got wire.Value) bool {
	return strings.HasPrefix(want.Text, "ERR Unbalanced") && strings.HasPrefix(got.Text, "ERR Unbalanced")
}

// badSyntax: how a syntax error is worded depends on the parser.
func badSyntax(_ Request, want, got wire.Value) bool {
	const compiling = "ERR Error compiling "
	return strings.HasPrefix(want.Text, compiling) && strings.HasPrefix(got.Text, compiling)
}

// helloAuth allows for HELLO, which looked at the password before the options behind it.
func helloAuth(_ Request, want, got wire.Value) bool {
	return got.Kind == wire.Error && strings.HasPrefix(want.Text, "WRONGPASS")
}

// argumentsFirst allows for commands that looked for the key before they looked at their arguments.
func argumentsFirst(_ Request, want, got wire.Value) bool {
	return got.Kind == wire.Error && !strings.HasPrefix(got.Text, "WRONGTYPE") &&
		(want.Kind == wire.Int && want.Int64() <= 0 || strings.HasPrefix(want.Text, "WRONGTYPE"))
}

// likeAtoi allows for COMMAND GETKEYS where Redis takes a number of keys with something behind it.
func likeAtoi(r Request, want, got wire.Value) bool {
	return storesTwice(r) || want.Kind == wire.Array && got.Kind == wire.Error && slices.ContainsFunc(r, func(arg string) bool {
		rest := strings.TrimLeft(strings.TrimLeft(arg, " +"), "0123456789")
		_, err := strconv.ParseInt(arg, 10, 64)
		return len(rest) < len(arg) && (err != nil || arg[0] == '+' || arg[0] == '0')
	})
}

// ofSInterStore allows for its destination, which 7.0 did not know to be overwritten.
func ofSInterStore(r Request, want, got wire.Value) bool {
	return likeAtoi(r, want, got) || len(r) > 2 && strings.EqualFold(r[2], "SINTERSTORE") && want.Kind == wire.Array && got.Kind == wire.Array
}

// betterLag allows for groups of which 8.0 and later know how far they are, or that they do not know it, where earlier versions
// tell a wrong number.
func betterLag(_ Request, want, got wire.Value) bool {
	return equal(streamTimes(nil, withoutLag(want)), streamTimes(nil, withoutLag(got)), 0)
}

func withoutLag(v wire.Value) wire.Value {
	elems := slices.Clone(v.Elems)
	for i := range elems {
		if i > 0 && (elems[i-1].Text == "lag" || elems[i-1].Text == "entries-read") {
			elems[i] = wire.Value{}
			continue
		}
		elems[i] = withoutLag(elems[i])
	}
	v.Elems = elems
	return v
}
