package lists_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/miniredisd/miniredisd/command/commandtest"
	"github.com/miniredisd/miniredisd/command/lists"
	"github.com/miniredisd/miniredisd/config"
)

// unit executes the group's commands, and knows lists.
type unit struct{ *commandtest.Unit }

func newUnit(t testing.TB) unit { return unit{commandtest.New(t, lists.Commands)} }

// elements is what LRANGE replies of the whole list.
func (u unit) elements(key string) []string {
	var list []string
	for i, w := range strings.Fields(u.Do("LRANGE " + key + " 0 -1")) {
		if i%2 == 0 && i > 0 {
			list = append(list, w)
		}
	}
	return list
}

// nodeLimit sets list-max-listpack-size.
func (u unit) nodeLimit(n int) { u.Configure(config.ListMaxListpackSize, strconv.Itoa(n)) }
