// Command queue shows a queue of jobs with several producers and several workers (RPUSH, LPOP), which can be stopped at
// any time without losing a job.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:6379", "the server")
	workers := flag.Int("workers", 4, "how many take jobs")
	jobs := flag.Int("jobs", 200, "how many each of two producers makes")
	flag.Parse()
	client := redis.NewClient(&redis.Options{Addr: *addr})
	defer client.Close()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, Queue{Client: client, Key: "jobs"}, *workers, *jobs); err != nil {
		log.Fatal(err)
	}
}

// run produces jobs and works on them until all are done, or ctx ends.
func run(ctx context.Context, q Queue, workers, jobs int) error {
	working, stop := context.WithCancel(ctx)
	defer stop()
	var done atomic.Int64
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() {
			mine := 0
			err := q.Work(working, func(string) {
				time.Sleep(time.Millisecond) // the work
				mine++
				done.Add(1)
			})
			fmt.Printf("worker %d did %d jobs (error: %v)\n", w, mine, err)
		})
	}
	if err := produce(ctx, q, 2, jobs); err != nil {
		return err
	}
	for ctx.Err() == nil {
		left, err := q.Left(ctx)
		if err != nil {
			return err
		}
		fmt.Printf("%d jobs wait\n", left)
		if left == 0 {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	stop()
	all.Wait()
	left, err := q.Left(context.WithoutCancel(ctx))
	fmt.Printf("done: %d, left: %d\n", done.Load(), left)
	return err
}

// produce has several producers put n jobs each, ten at a time.
func produce(ctx context.Context, q Queue, producers, n int) error {
	errs := make(chan error)
	for p := range producers {
		go func() {
			var err error
			var batch []string
			for i := 0; i < n && err == nil; i++ {
				batch = append(batch, fmt.Sprintf("producer %d, job %d", p, i))
				if len(batch) == 10 || i == n-1 {
					err = q.Put(ctx, batch...)
					batch = nil
				}
			}
			errs <- err
		}()
	}
	var failed error
	for range producers {
		if err := <-errs; err != nil {
			failed = err
		}
	}
	return failed
}
