// Command lock shows a lock between processes: as a beginner writes it (SETNX, EXPIRE, TTL, DEL), and the safe form (SET
// NX PX with a token, freed by a script).
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:6379", "the server")
	flag.Parse()
	client := redis.NewClient(&redis.Options{Addr: *addr})
	defer client.Close()
	if err := run(context.Background(), client); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, client *redis.Client) error {
	simple := BeginnerLock{Client: client, Key: "lock:report", TTL: 10 * time.Second}
	for _, who := range []string{"first", "second"} {
		got, err := simple.Acquire(ctx)
		if err != nil {
			return err
		}
		left, err := simple.Remaining(ctx)
		if err != nil {
			return err
		}
		fmt.Printf("beginner's lock, %s try: got it: %v, taken for %v\n", who, got, left)
	}
	if err := simple.Release(ctx); err != nil {
		return err
	}
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			if err := visit(ctx, client, i); err != nil {
				fmt.Printf("client %d: %v\n", i, err)
			}
		})
	}
	all.Wait()
	return nil
}

// visit enters and leaves the room that the safe lock guards.
func visit(ctx context.Context, client *redis.Client, who int) error {
	l, err := Wait(ctx, client, "lock:room", 10*time.Second)
	if err != nil {
		return err
	}
	fmt.Printf("client %d is in\n", who)
	time.Sleep(50 * time.Millisecond)
	fmt.Printf("client %d leaves\n", who)
	return l.Release(ctx)
}
