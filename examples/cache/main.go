// Command cache shows a cache in front of a database (GET, SET with a time to live, DEL): hits, misses, what a change
// does, and what happens when many miss the same thing at once.
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
	path := flag.String("db", ":memory:", "the database's file")
	flag.Parse()
	client := redis.NewClient(&redis.Options{Addr: *addr})
	defer client.Close()
	db, err := OpenDatabase(*path)
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()
	if err := run(context.Background(), &Cache{Client: client, DB: db, TTL: time.Minute}); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, c *Cache) error {
	if err := c.Put(ctx, User{ID: 1, Name: "Ada", Email: "ada@example.com"}); err != nil {
		return err
	}
	for range 2 {
		if err := show(ctx, c, "a read"); err != nil {
			return err
		}
	}
	if err := c.Put(ctx, User{ID: 1, Name: "Ada", Email: "ada@example.org"}); err != nil {
		return err
	}
	if err := show(ctx, c, "a read after a change"); err != nil {
		return err
	}
	c.Client.Del(ctx, key(1))
	before := c.DB.Queries.Load()
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() { c.Get(ctx, 1) })
	}
	all.Wait()
	fmt.Printf("50 reads at once of a user that is not in the cache: %d queries\n", c.DB.Queries.Load()-before)
	fmt.Printf("in all: %d hits, %d misses, %d queries\n", c.Hits.Load(), c.Misses.Load(), c.DB.Queries.Load())
	return nil
}

// show reads user 1 and says where it came from.
func show(ctx context.Context, c *Cache, what string) error {
	queries, began := c.DB.Queries.Load(), time.Now()
	u, err := c.Get(ctx, 1)
	if err != nil {
		return err
	}
	from := "the cache"
	if c.DB.Queries.Load() != queries {
		from = "the database"
	}
	fmt.Printf("%s: %v from %s in %v\n", what, u, from, time.Since(began).Round(time.Microsecond))
	return nil
}
