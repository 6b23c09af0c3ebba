//go:build linux

package epoll

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/server/driver"
)

// What many send at once is read into one buffer, far more than it holds, and comes to whom it is from: whole lines, parts of them, and
// more than a read takes.
func TestRoundOfMany(t *testing.T) {
	r := start(t, 1)
	peers := r.dialMany(40)
	_, s := r.dial()
	sizes := []int{1, 100, driver.FirstBuffer - 1, driver.FirstBuffer, 3 * driver.FirstBuffer}
	for round := range 5 {
		line := func(i int) string {
			return strings.Repeat(fmt.Sprint(i%10), sizes[(i+round)%len(sizes)])
		}
		s.look(func(*conn) { // the loop is here meanwhile, so that it finds them all in its next round
			for i, p := range peers {
				p.send(line(i))
				fmt.Fprint(p, "half ")
			}
		})
		for i, p := range peers {
			p.expect(line(i))
			p.send("a line")
			p.expect("half a line")
		}
	}
	s.look(func(c *conn) {
		require.Zero(t, c.loop.used)
		for _, in := range c.loop.gathered[:cap(c.loop.gathered)] {
			require.Nil(t, in.conn, "what was fed is not kept")
		}
	})
}
