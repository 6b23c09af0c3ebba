package clients

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/hibiken/asynq"
	"github.com/stretchr/testify/require"
)

// queues is asynq, a job queue: the side that puts jobs in, the side that looks at them, and what was done so far.
type queues struct {
	t         *testing.T
	opt       asynq.RedisClientOpt
	client    *asynq.Client
	inspector *asynq.Inspector

	mu   sync.Mutex
	done []string // the payloads in the order in which they were handled
}

func startAsynq(t *testing.T) *queues {
	q := &queues{t: t, opt: asynq.RedisClientOpt{Addr: start(t)}}
	q.client = asynq.NewClient(q.opt)
	q.inspector = asynq.NewInspector(q.opt)
	t.Cleanup(func() { q.inspector.Close(); q.client.Close() })
	return q
}

// enqueue puts a job in.
func (q *queues) enqueue(payload string, opts ...asynq.Option) *asynq.TaskInfo {
	q.t.Helper()
	info, err := q.client.Enqueue(asynq.NewTask("job", []byte(payload)), opts...)
	require.NoError(q.t, err)
	return info
}

// work starts a worker that records every job, after try has let it pass. It looks at what is due often.
func (q *queues) work(concurrency int, try func(ctx context.Context, payload string) error, change ...func(*asynq.Config)) *asynq.Server {
	q.t.Helper()
	config := asynq.Config{
		Concurrency:              concurrency,
		TaskCheckInterval:        10 * time.Millisecond,
		DelayedTaskCheckInterval: 10 * time.Millisecond,
		RetryDelayFunc:           func(int, error, *asynq.Task) time.Duration { return 10 * time.Millisecond },
		LogLevel:                 asynq.FatalLevel,
		Queues:                   map[string]int{"critical": 3, "default": 2, "low": 1},
	}
	for _, c := range change {
		c(&config)
	}
	srv := asynq.NewServer(q.opt, config)
	require.NoError(q.t, srv.Start(asynq.HandlerFunc(func(ctx context.Context, task *asynq.Task) error {
		if try != nil {
			if err := try(ctx, string(task.Payload())); err != nil {
				return err
			}
		}
		q.mu.Lock()
		defer q.mu.Unlock()
		q.done = append(q.done, string(task.Payload()))
		return nil
	})))
	q.t.Cleanup(srv.Shutdown)
	return srv
}

func (q *queues) handled() []string {
	q.mu.Lock()
	defer q.mu.Unlock()
	return append([]string(nil), q.done...)
}

// wait waits until n jobs are done.
func (q *queues) wait(n int) {
	q.t.Helper()
	require.Eventually(q.t, func() bool { return len(q.handled()) >= n }, patience, tick, "of %d jobs", n)
}

// info waits until the queue looks as ok says.
func (q *queues) info(queue string, ok func(*asynq.QueueInfo) bool) {
	q.t.Helper()
	var last *asynq.QueueInfo
	require.Eventually(q.t, func() bool {
		info, err := q.inspector.GetQueueInfo(queue)
		last = info
		return err == nil && ok(info)
	}, patience, tick, "%+v", &last)
}

func TestAsynqDoesEachJobOnce(t *testing.T) {
	const producers, each = 4, 500
	q := startAsynq(t)
	for range 2 {
		q.work(8, nil)
	}
	var all sync.WaitGroup
	for p := range producers {
		all.Go(func() {
			for i := range each {
				_, err := q.client.Enqueue(asynq.NewTask("job", fmt.Appendf(nil, "%d-%d", p, i)))
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	q.info("default", func(i *asynq.QueueInfo) bool { return i.Processed >= producers*each && i.Active == 0 })
	q.info("default", func(i *asynq.QueueInfo) bool {
		return i.Processed == producers*each && i.Failed == 0 && i.Size == 0
	})
	seen := map[string]int{}
	for _, payload := range q.handled() {
		seen[payload]++
		require.Equal(t, 1, seen[payload], payload)
	}
	require.Len(t, seen, producers*each)
}

func TestAsynqPriorities(t *testing.T) {
	q := startAsynq(t)
	var want []string
	for _, queue := range []string{"critical", "default", "low"} {
		for i := range 20 {
			want = append(want, fmt.Sprint(queue, i))
		}
	}
	for i := range 20 {
		for _, queue := range []string{"low", "default", "critical"} {
			q.enqueue(fmt.Sprint(queue, i), asynq.Queue(queue))
		}
	}
	names, err := q.inspector.Queues()
	require.NoError(t, err)
	require.ElementsMatch(t, []string{"critical", "default", "low"}, names)
	q.work(1, nil, func(c *asynq.Config) { c.StrictPriority = true })
	q.wait(len(want))
	require.Equal(t, want, q.handled())
}

func TestAsynqDelays(t *testing.T) {
	q := startAsynq(t)
	began := time.Now()
	var late time.Duration
	q.work(2, func(_ context.Context, payload string) error {
		if payload == "later" {
			late = time.Since(began)
		}
		return nil
	})
	info := q.enqueue("later", asynq.ProcessIn(2*time.Second)) // asynq counts in whole seconds
	require.Equal(t, asynq.TaskStateScheduled, info.State)
	q.enqueue("much later", asynq.ProcessAt(began.Add(time.Hour)))
	q.enqueue("now")
	q.wait(2)
	require.ElementsMatch(t, []string{"now", "later"}, q.handled())
	require.GreaterOrEqual(t, late, time.Second)

	tasks, err := q.inspector.ListScheduledTasks("default")
	require.NoError(t, err)
	require.Len(t, tasks, 1)
	require.Equal(t, "much later", string(tasks[0].Payload))
	require.WithinDuration(t, began.Add(time.Hour), tasks[0].NextProcessAt, time.Second)
	require.NoError(t, q.inspector.RunTask("default", tasks[0].ID))
	q.wait(3)
}

func TestAsynqRetries(t *testing.T) {
	q := startAsynq(t)
	var mu sync.Mutex
	tries := map[string]int{}
	q.work(4, func(_ context.Context, payload string) error {
		mu.Lock()
		defer mu.Unlock()
		tries[payload]++
		switch {
		case payload == "third time" && tries[payload] < 3, payload == "never" && tries[payload] <= 3:
			return errors.New("not yet")
		case payload == "panics once" && tries[payload] == 1:
			panic("at the disco")
		case payload == "hopeless":
			return fmt.Errorf("no: %w", asynq.SkipRetry)
		}
		return nil
	})
	q.enqueue("third time", asynq.MaxRetry(5), asynq.Retention(time.Minute), asynq.TaskID("third"))
	q.enqueue("panics once")
	never := q.enqueue("never", asynq.MaxRetry(2))
	q.enqueue("hopeless", asynq.MaxRetry(5))
	q.info("default", func(i *asynq.QueueInfo) bool { return i.Archived == 2 && i.Completed == 1 && i.Size == 3 })
	require.ElementsMatch(t, []string{"third time", "panics once"}, q.handled())
	mu.Lock()
	require.Equal(t, map[string]int{"third time": 3, "panics once": 2, "never": 3, "hopeless": 1}, tries)
	mu.Unlock()

	info, err := q.inspector.GetTaskInfo("default", "third")
	require.NoError(t, err)
	require.Equal(t, asynq.TaskStateCompleted, info.State)
	require.Equal(t, 2, info.Retried)
	require.Equal(t, "not yet", info.LastErr)

	// What was given up may be run again by hand.
	require.NoError(t, q.inspector.RunTask("default", never.ID))
	q.wait(3)
	q.info("default", func(i *asynq.QueueInfo) bool { return i.Archived == 1 })
	deleted, err := q.inspector.DeleteAllArchivedTasks("default")
	require.NoError(t, err)
	require.Equal(t, 1, deleted)
}

func TestAsynqUniqueJobs(t *testing.T) {
	q := startAsynq(t)
	task := asynq.NewTask("job", []byte("one of a kind"))
	_, err := q.client.Enqueue(task, asynq.Unique(time.Hour))
	require.NoError(t, err)
	_, err = q.client.Enqueue(task, asynq.Unique(time.Hour))
	require.ErrorIs(t, err, asynq.ErrDuplicateTask)
	_, err = q.client.Enqueue(task, asynq.Unique(time.Hour), asynq.ProcessIn(time.Hour))
	require.ErrorIs(t, err, asynq.ErrDuplicateTask)
	q.enqueue("named", asynq.TaskID("name"), asynq.Queue("low"))
	_, err = q.client.Enqueue(task, asynq.TaskID("name"), asynq.Queue("low"))
	require.ErrorIs(t, err, asynq.ErrTaskIDConflict)

	// Eight at once: one gets through.
	var all sync.WaitGroup
	results := make([]error, 8)
	for i := range results {
		all.Go(func() {
			_, results[i] = q.client.Enqueue(asynq.NewTask("job", []byte("race")), asynq.Unique(time.Hour), asynq.Queue("low"))
		})
	}
	all.Wait()
	passed := 0
	for _, err := range results {
		if err == nil {
			passed++
			continue
		}
		require.ErrorIs(t, err, asynq.ErrDuplicateTask)
	}
	require.Equal(t, 1, passed)

	// When it is done, the next one may come; and so when the time of being the only one is over.
	q.work(2, nil)
	q.wait(3)
	require.Eventually(t, func() bool {
		_, err := q.client.Enqueue(task, asynq.Unique(time.Hour))
		return err == nil
	}, patience, tick)
	q.wait(4)
	_, err = q.client.Enqueue(task, asynq.Unique(time.Second), asynq.Queue("nobody's"))
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		_, err := q.client.Enqueue(task, asynq.Unique(time.Second), asynq.Queue("nobody's"))
		return err == nil
	}, patience, tick)
}

func TestAsynqInspector(t *testing.T) {
	q := startAsynq(t)
	cancelled := make(chan struct{})
	q.enqueue("paused", asynq.Queue("low"))
	require.NoError(t, q.inspector.PauseQueue("low"))
	require.Error(t, q.inspector.PauseQueue("low"), "paused already")
	q.work(2, func(ctx context.Context, payload string) error {
		if payload == "endless" {
			<-ctx.Done()
			close(cancelled)
			return ctx.Err()
		}
		return nil
	})
	endless := q.enqueue("endless", asynq.MaxRetry(0))
	q.info("default", func(i *asynq.QueueInfo) bool { return i.Active == 1 })
	require.Eventually(t, func() bool {
		servers, err := q.inspector.Servers()
		return err == nil && len(servers) == 1 && len(servers[0].ActiveWorkers) == 1
	}, patience, tick)

	// The cancellation travels by pub/sub, so that it must be said again until the worker listens.
	require.Eventually(t, func() bool {
		require.NoError(t, q.inspector.CancelProcessing(endless.ID))
		select {
		case <-cancelled:
			return true
		default:
			return false
		}
	}, patience, tick)
	q.info("default", func(i *asynq.QueueInfo) bool { return i.Archived == 1 && i.Failed == 1 })

	require.Empty(t, q.handled())
	q.info("low", func(i *asynq.QueueInfo) bool { return i.Paused && i.Pending == 1 })
	require.NoError(t, q.inspector.UnpauseQueue("low"))
	q.wait(1)
	require.ErrorIs(t, q.inspector.DeleteTask("low", "nothing"), asynq.ErrTaskNotFound)
	q.info("low", func(i *asynq.QueueInfo) bool { return i.Size == 0 && i.Processed == 1 })
	require.NoError(t, q.inspector.DeleteQueue("low", false))
	require.ErrorIs(t, q.inspector.DeleteQueue("low", false), asynq.ErrQueueNotFound)
	days, err := q.inspector.History("default", 1)
	require.NoError(t, err)
	require.Equal(t, 1, days[0].Failed)
}

func TestAsynqGroups(t *testing.T) {
	q := startAsynq(t)
	for i := range 10 {
		q.enqueue(fmt.Sprint(i), asynq.Group("ten"))
	}
	groups, err := q.inspector.Groups("default")
	require.NoError(t, err)
	require.Len(t, groups, 1)
	require.Equal(t, 10, groups[0].Size)
	q.work(2, nil, func(c *asynq.Config) {
		c.GroupMaxSize = 10
		c.GroupGracePeriod, c.GroupMaxDelay = time.Second, time.Minute // it looks once in a grace period
		c.GroupAggregator = asynq.GroupAggregatorFunc(func(_ string, tasks []*asynq.Task) *asynq.Task {
			return asynq.NewTask("job", fmt.Appendf(nil, "%d together", len(tasks)))
		})
	})
	q.wait(1)
	require.Equal(t, []string{"10 together"}, q.handled())
}

func TestAsynqPeriodicJobs(t *testing.T) {
	q := startAsynq(t)
	q.work(2, nil)
	scheduler := asynq.NewScheduler(q.opt, &asynq.SchedulerOpts{LogLevel: asynq.FatalLevel, HeartbeatInterval: 100 * time.Millisecond})
	_, err := scheduler.Register("@every 1s", asynq.NewTask("job", []byte("tick")))
	require.NoError(t, err)
	require.NoError(t, scheduler.Start())
	t.Cleanup(scheduler.Shutdown)
	q.wait(2)
	var entries []*asynq.SchedulerEntry
	require.Eventually(t, func() bool {
		entries, err = q.inspector.SchedulerEntries()
		return err == nil && len(entries) == 1
	}, patience, tick)
	events, err := q.inspector.ListSchedulerEnqueueEvents(entries[0].ID)
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(events), 2)
}
