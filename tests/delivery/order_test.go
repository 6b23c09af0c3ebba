package delivery

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// lines are kinds of queues: the commands that wait for one, and what puts numbered elements into it.
var lines = map[string]struct {
	waits [][]string
	put   func(n, count int) [][]string
}{
	"list": {
		[][]string{{"BLPOP", "q", "0"}, {"BLPOP", "none", "q", "0"}, {"BLMOVE", "q", "done", "LEFT", "RIGHT", "0"}, {"BLMPOP", "0", "2", "none", "q", "LEFT"}},
		func(n, count int) [][]string {
			args := []string{"RPUSH", "q"}
			for i := range count {
				args = append(args, "e"+strconv.Itoa(n+i))
			}
			return [][]string{args}
		},
	},
	"sorted set": {
		[][]string{{"BZPOPMIN", "q", "0"}, {"BZPOPMIN", "none", "q", "0"}, {"BZMPOP", "0", "1", "q", "MIN"}},
		func(n, count int) [][]string {
			args := []string{"ZADD", "q"}
			for i := range count {
				args = append(args, strconv.Itoa(n+i), "e"+strconv.Itoa(n+i))
			}
			return [][]string{args}
		},
	},
	"stream": {
		[][]string{{"XREADGROUP", "GROUP", "g", "c", "COUNT", "1", "BLOCK", "0", "STREAMS", "q", ">"},
			{"XREADGROUP", "GROUP", "g", "d", "COUNT", "1", "BLOCK", "0", "STREAMS", "other", "q", ">", ">"}},
		func(n, count int) [][]string {
			requests := [][]string{{"MULTI"}}
			for i := range count {
				requests = append(requests, []string{"XADD", "q", "*", "f", "e" + strconv.Itoa(n+i)})
			}
			return append(requests, []string{"EXEC"})
		},
	},
}

// TestFirstComeFirstServed has clients wait for one key, by whatever command, in a known order. Then elements come, some at a
// time, while some who wait are killed, go, or are sent on: of the others, who came first has the first.
func TestFirstComeFirstServed(t *testing.T) {
	for name, line := range lines {
		t.Run(name, func(t *testing.T) {
			addr := start(t)
			p, killer := dial(t, addr), dial(t, addr)
			if name == "stream" {
				p.do("XGROUP", "CREATE", "q", "g", "$", "MKSTREAM")
				p.do("XGROUP", "CREATE", "other", "g", "$", "MKSTREAM")
			}
			const waiters = 150
			var queue []*peer
			for i := range waiters {
				w := dial(t, addr)
				w.Send(line.waits[rand.IntN(len(line.waits))]...)
				require.NoError(t, w.Flush())
				p.awaitBlocked(i + 1)
				queue = append(queue, w)
			}
			got, gone := make([]string, waiters), make([]bool, waiters)
			var all, others sync.WaitGroup
			for i, w := range queue {
				all.Go(func() {
					if v, err := w.Receive(); err == nil {
						got[i], _ = element(v)
					}
				})
			}
			others.Go(func() {
				for i, w := range queue {
					gone[i] = rand.IntN(3) == 0
					switch {
					case !gone[i]:
					case i%3 == 0:
						w.Close()
					case i%3 == 1:
						killer.do("CLIENT", "KILL", "ID", w.id) // it may be gone, too
					default:
						killer.do("CLIENT", "UNBLOCK", w.id)
					}
				}
			})
			for n := 0; n < waiters; {
				count := min(1+rand.IntN(4), waiters-n)
				requests := line.put(n, count)
				for _, r := range requests {
					p.Send(r...)
				}
				require.NoError(t, p.Flush())
				for range requests {
					_, err := p.Receive()
					require.NoError(t, err)
				}
				n += count
			}
			others.Wait()
			all.Wait()
			last := -1
			for i, e := range got {
				if e == "" {
					require.True(t, gone[i], "number %d got nothing", i)
					continue
				}
				n, err := strconv.Atoi(e[1:])
				require.NoError(t, err)
				require.Greater(t, n, last, fmt.Sprintf("number %d in the line; all got %v", i, got))
				last = n
			}
		})
	}
}
