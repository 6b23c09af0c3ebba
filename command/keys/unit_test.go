package keys_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/command/commandtest"
	"github.com/miniredisd/miniredisd/command/keys"
	"github.com/miniredisd/miniredisd/store"
)

// unit executes the group's commands, and notes all events.
type unit struct {
	*commandtest.Unit
	t testing.TB
}

func newUnit(t testing.TB) unit {
	u := unit{commandtest.New(t, keys.Commands), t}
	u.Store.SetEvents(^store.Event(0))
	return u
}

type step struct {
	line, reply string
	logged      string // what it logs; "" nothing, "=" the request
}

func (u unit) check(steps []step) {
	u.t.Helper()
	for _, s := range steps {
		u.Logged()
		require.Equal(u.t, s.reply, u.Do(s.line), s.line)
		want := s.logged
		if want == "=" {
			want = s.line
		}
		require.Equal(u.t, want, strings.Join(u.Logged(), " | "), s.line)
	}
}
