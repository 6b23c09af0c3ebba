// Command counter shows counters that many clients share (INCR, DECR), and counters per minute that limit a rate (INCR,
// EXPIRE).
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
	if err := countLikes(ctx, Likes{client}); err != nil {
		return err
	}
	rate := Rate{Client: client, Limit: 10, Now: time.Now}
	for i := 1; i <= 12; i++ {
		ok, err := rate.Allow(ctx, "alice")
		if err != nil {
			return err
		}
		fmt.Printf("alice's request %2d of this minute: allowed: %v\n", i, ok)
	}
	fmt.Printf("her counter goes away in %v\n", client.TTL(ctx, rate.key("alice")).Val())
	return nil
}

// countLikes has eight goroutines like a page 1000 times each, and half of them change their minds.
func countLikes(ctx context.Context, likes Likes) error {
	const page = "example"
	before, err := likes.Like(ctx, page)
	if err != nil {
		return err
	}
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for range 1000 {
				likes.Like(ctx, page)
				if i%2 == 1 {
					likes.Unlike(ctx, page)
				}
			}
		})
	}
	all.Wait()
	after, err := likes.Unlike(ctx, page)
	fmt.Printf("8 clients: 8000 likes and 4000 taken back make %d\n", after-before+1)
	return err
}
