package goredis

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
)

const (
	producers = 100
	consumers = 99 // a third of them of each kind
	each      = 25 // elements of a producer in each queue
)

// queues is what the test is about: three queues, filled by producers, and emptied by consumers who are disturbed.
type queues struct {
	e       *env
	rdb     *redis.Client // of those who are not killed
	mortal  *redis.Client // of the others: a killed connection is nobody else's
	stop    atomic.Bool
	mu      sync.Mutex
	popped  map[string]int   // how often BLPOP has returned each element
	ordered map[[2]int][]int // by consumer and producer, the numbers of the elements in the order of their arrival
	errs    []error
}

// TestQueuesLoseNothing lets producers push, consumers wait, and somebody kill those who wait: every element reaches exactly one
// consumer, and those of one producer reach a consumer in order. A connection may be killed when its reply is on the way; so of
// those who are killed, what counts is what the server says that they have got.
func TestQueuesLoseNothing(t *testing.T) {
	drivers := []string{"redcon"}
	if runtime.GOOS == "linux" {
		drivers = append(drivers, "epoll")
	}
	for _, driver := range drivers {
		t.Run(driver, func(t *testing.T) { loseNothing(t, start(t, 3, "--driver", driver)) })
	}
}

func loseNothing(t *testing.T, e *env) {
	q := &queues{e: e, popped: map[string]int{}, ordered: map[[2]int][]int{}}
	q.rdb = e.client(t, func(o *redis.Options) { o.PoolSize = producers + consumers + 10 })
	q.mortal = e.client(t, func(o *redis.Options) { o.PoolSize = consumers + 10 })
	require.NoError(t, q.rdb.XGroupCreateMkStream(ctx, "group", "g", "0").Err())
	var working, pushing sync.WaitGroup
	for i := range consumers {
		working.Go(func() { q.consume(i) })
	}
	working.Go(q.disturb)
	for i := range producers {
		pushing.Go(func() { q.produce(i) })
	}
	pushing.Wait()
	require.Eventually(t, func() bool { return q.empty(t) }, patience, tick)
	q.stop.Store(true)
	done := make(chan struct{})
	go func() {
		working.Wait()
		close(done)
	}()
	q.end(t, done)
	q.check(t)
}

func (q *queues) fail(err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.errs = append(q.errs, err)
}

func (q *queues) produce(p int) {
	for i := range each {
		element := fmt.Sprintf("%d:%d", p, i)
		_, err := q.rdb.Pipelined(ctx, func(pipe redis.Pipeliner) error {
			pipe.RPush(ctx, "pop", element)
			pipe.RPush(ctx, "move", element)
			pipe.XAdd(ctx, &redis.XAddArgs{Stream: "group", Values: []string{"e", element}})
			return nil
		})
		if err != nil {
			q.fail(err)
		}
	}
}

// consume takes from a queue until the end.
func (q *queues) consume(i int) {
	for !q.stop.Load() {
		var err error
		switch i % 3 {
		case 0:
			var got []string
			if got, err = q.rdb.BLPop(ctx, 0, "none", "pop").Result(); err == nil {
				q.note(i, got[1])
			}
		case 1:
			err = q.mortal.BLMove(ctx, "move", fmt.Sprint("done", i), "left", "right", 0).Err()
		case 2:
			err = q.mortal.XReadGroup(ctx, &redis.XReadGroupArgs{Group: "g", Consumer: fmt.Sprint("c", i), Streams: []string{"group", ">"}, Count: 1, Block: 0}).Err()
		}
		if i%3 == 0 && err != nil && !errors.Is(err, redis.Nil) && !strings.HasPrefix(err.Error(), "UNBLOCKED") {
			q.fail(err) // nobody kills these
		}
	}
}

func (q *queues) note(consumer int, element string) {
	producer, number, _ := strings.Cut(element, ":")
	p, _ := strconv.Atoi(producer)
	n, _ := strconv.Atoi(number)
	q.mu.Lock()
	defer q.mu.Unlock()
	q.popped[element]++
	q.ordered[[2]int{consumer, p}] = append(q.ordered[[2]int{consumer, p}], n)
}

// disturb kills some of those who wait, and unblocks others.
func (q *queues) disturb() {
	for !q.stop.Load() {
		list, err := q.rdb.ClientList(ctx).Result()
		if err != nil {
			q.fail(err)
			return
		}
		for line := range strings.Lines(list) {
			id, _, _ := strings.Cut(strings.TrimPrefix(line, "id="), " ")
			switch {
			case rand.IntN(20) > 0:
			case strings.Contains(line, "cmd=blmove "), strings.Contains(line, "cmd=xreadgroup "):
				err = q.rdb.ClientKillByFilter(ctx, "ID", id).Err()
			case strings.Contains(line, "cmd=blpop "):
				err = q.rdb.Do(ctx, "CLIENT", "UNBLOCK", id, []string{"ERROR", "TIMEOUT"}[rand.IntN(2)]).Err()
			}
			if err != nil {
				q.fail(err)
			}
		}
		time.Sleep(5 * tick) // they need time to wait again
	}
}

// empty reports whether all that was pushed has been taken.
func (q *queues) empty(t *testing.T) bool {
	t.Helper()
	left, err := q.rdb.LLen(ctx, "pop").Result()
	require.NoError(t, err)
	more, err := q.rdb.LLen(ctx, "move").Result()
	require.NoError(t, err)
	pending, err := q.rdb.XPending(ctx, "group", "g").Result()
	require.NoError(t, err)
	return left+more == 0 && pending.Count == producers*each
}

// end lets those go who wait still, until all have gone: some may be about to connect, and wait only then.
func (q *queues) end(t *testing.T, done chan struct{}) {
	t.Helper()
	require.Eventually(t, func() bool {
		select {
		case <-done:
			return true
		default:
		}
		list, err := q.rdb.ClientList(ctx).Result()
		require.NoError(t, err)
		for line := range strings.Lines(list) {
			if id, rest, _ := strings.Cut(strings.TrimPrefix(line, "id="), " "); strings.Contains(rest, " flags=b ") {
				require.NoError(t, q.rdb.Do(ctx, "CLIENT", "UNBLOCK", id).Err())
			}
		}
		return false
	}, patience, 10*tick)
}

func (q *queues) check(t *testing.T) {
	t.Helper()
	require.Empty(t, q.errs)
	moved := map[string]int{}
	for i := range consumers {
		for _, element := range q.rdb.LRange(ctx, fmt.Sprint("done", i), 0, -1).Val() {
			moved[element]++
		}
	}
	for p := range producers {
		for i := range each {
			element := fmt.Sprintf("%d:%d", p, i)
			require.Equal(t, 1, q.popped[element], "BLPOP of %s", element)
			require.Equal(t, 1, moved[element], "BLMOVE of %s", element)
		}
	}
	require.Len(t, q.popped, producers*each)
	require.Len(t, moved, producers*each)
	for who, numbers := range q.ordered {
		require.IsIncreasing(t, append(numbers, each), "by consumer and producer: %v", who)
	}
}
