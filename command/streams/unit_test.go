package streams_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/command/commandtest"
	"github.com/miniredisd/miniredisd/command/streams"
	"github.com/miniredisd/miniredisd/resp"
	"github.com/miniredisd/miniredisd/store"
)

// unit executes the group's commands, and notes the events of streams.
type unit struct {
	*commandtest.Unit
	t testing.TB
}

func newUnit(t testing.TB) unit {
	u := unit{commandtest.New(t, streams.Commands), t}
	u.Store.SetEvents(store.EventStream)
	return u
}

// step is a command, its reply, what it logs ("=": the request) and the events it causes.
type step struct{ line, reply, logged, events string }

func (u unit) check(steps []step) {
	u.t.Helper()
	for _, s := range steps {
		u.Logged()
		u.Events()
		if reply := u.Do(s.line); s.reply != "" {
			require.Equal(u.t, s.reply, reply, s.line)
		}
		want := s.logged
		if want == "=" {
			want = s.line
		}
		require.Equal(u.t, want, strings.Join(u.Logged(), " | "), s.line)
		require.Equal(u.t, s.events, strings.Join(u.Events(), ","), s.line)
	}
}

// content is all that a key's value is, one element each.
func (u unit) content(key string) (list []string) {
	u.Inside(func(tx *store.Tx) {
		tx.Peek([]byte(key)).Elements(func(parts ...[]byte) bool {
			var words []string
			for _, p := range parts {
				words = append(words, string(p))
			}
			list = append(list, strings.Join(words, " "))
			return true
		})
	})
	return list
}

// commands are those that make a key, line by line.
func (u unit) commands(key string) (lines []string) {
	var b []byte
	u.Inside(func(tx *store.Tx) { b = tx.Peek([]byte(key)).AppendCommands(nil) })
	var p resp.Parser
	for len(b) > 0 {
		args, used, err := p.Next(b)
		require.NoError(u.t, err)
		var words []string
		for _, a := range args {
			words = append(words, string(a))
		}
		lines = append(lines, strings.Join(words, " "))
		b = b[used:]
	}
	return lines
}

func TestDeclarations(t *testing.T) {
	for _, s := range command.NewRegistry(streams.Commands).All() {
		require.NotEmpty(t, s.Complexity, s.Name)
		if s.Name != "help" && s.Subcommands == nil {
			require.NotEmpty(t, s.Keys, s.Name)
		}
	}
}
