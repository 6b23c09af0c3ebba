package zsets_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/command/commandtest"
	"github.com/miniredisd/miniredisd/command/keys"
	"github.com/miniredisd/miniredisd/command/sets"
	"github.com/miniredisd/miniredisd/command/zsets"
	"github.com/miniredisd/miniredisd/config"
)

// unit executes the group's commands, and those on sets and keys; it knows sorted sets.
type unit struct{ *commandtest.Unit }

func newUnit(t testing.TB) unit {
	return unit{commandtest.New(t, append(append(append([]command.Spec{}, zsets.Commands...), sets.Commands...), keys.Commands...))}
}

// packed sets how many members a set may have and stay packed.
func (u unit) packed(n int) { u.Configure(config.ZsetMaxListpackEntries, strconv.Itoa(n)) }

// fill makes key a sorted set of n members m0, m1, … whose scores are half their numbers.
func (u unit) fill(key string, n int) {
	for i := range n {
		u.Do(fmt.Sprintf("ZADD %s %g m%d", key, float64(i)/2, i))
	}
}

// bulks are the bulk strings of a reply without empty ones.
func bulks(reply string) (all []string) {
	words := strings.Fields(reply)
	for i, w := range words {
		if i > 0 && strings.HasPrefix(words[i-1], "$") {
			all = append(all, w)
		}
	}
	return all
}
