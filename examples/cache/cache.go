package main

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
)

// Cache keeps users that were asked for in front of the database, for TTL.
//
// It is a cache aside: the program asks the cache first, and on a miss asks the database and puts the answer into the
// cache. The database is where the truth is; the cache may be emptied at any time.
type Cache struct {
	Client *redis.Client
	DB     *Database
	TTL    time.Duration

	Hits, Misses atomic.Int64
}

const (
	// loadTime is how long one process may take to load a user before another one tries.
	loadTime = 5 * time.Second
	// patience is how long a process waits for another one's load before it asks the database itself.
	patience = time.Second
	// pause is how long it waits between looks.
	pause = 5 * time.Millisecond
)

func key(id int64) string { return "user:" + strconv.FormatInt(id, 10) }

func mark(id int64) string { return key(id) + ":loading" }

// Get returns a user, from the cache if possible.
func (c *Cache) Get(ctx context.Context, id int64) (User, error) {
	u, ok, err := c.look(ctx, id)
	if err != nil || ok {
		if ok {
			c.Hits.Add(1)
		}
		return u, err
	}
	c.Misses.Add(1)
	return c.load(ctx, id)
}

// look asks the cache.
func (c *Cache) look(ctx context.Context, id int64) (u User, ok bool, err error) {
	text, err := c.Client.Get(ctx, key(id)).Bytes()
	if errors.Is(err, redis.Nil) {
		return u, false, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &u)
	}
	return u, err == nil, err
}

// load asks the database, on behalf of all who miss the same user at the same time: when a popular one runs out, it is
// loaded once, not by a thousand clients at once. Who puts the mark loads; the others look again until the user is there.
func (c *Cache) load(ctx context.Context, id int64) (User, error) {
	for waited := time.Duration(0); waited < patience; waited += pause {
		first, err := c.Client.SetNX(ctx, mark(id), 1, loadTime).Result()
		if err != nil {
			return User{}, err
		}
		if first {
			return c.loadMarked(ctx, id)
		}
		select {
		case <-ctx.Done():
			return User{}, ctx.Err()
		case <-time.After(pause):
		}
		if u, ok, err := c.look(ctx, id); ok || err != nil {
			return u, err
		}
	}
	return c.fill(ctx, id)
}

// loadMarked is the load of the one who put the mark. It takes the mark away; the mark's time to live is for those who die.
func (c *Cache) loadMarked(ctx context.Context, id int64) (User, error) {
	defer c.Client.Del(context.WithoutCancel(ctx), mark(id))
	// Another one may have loaded the user between our miss and our mark.
	if u, ok, err := c.look(ctx, id); ok || err != nil {
		return u, err
	}
	return c.fill(ctx, id)
}

// fill takes a user from the database into the cache.
func (c *Cache) fill(ctx context.Context, id int64) (User, error) {
	u, err := c.DB.User(ctx, id)
	if err != nil {
		return u, err
	}
	text, err := json.Marshal(u)
	if err != nil {
		return u, err
	}
	return u, c.Client.Set(ctx, key(id), text, c.TTL).Err()
}

// Put changes a user: first where the truth is, then the cache forgets the old one.
//
// A reader that took the old user from the database before the change may still put it into the cache after the DEL; TTL
// bounds how long that can last. Deleting, rather than storing the new user, keeps two writers from leaving the older
// one's user behind.
func (c *Cache) Put(ctx context.Context, u User) error {
	if err := c.DB.SetUser(ctx, u); err != nil {
		return err
	}
	return c.Client.Del(ctx, key(u.ID)).Err()
}
