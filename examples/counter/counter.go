package main

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// Likes counts who likes a page. The server adds, not the client: INCR and DECR are one step each, and so the number is
// right however many clients count at the same time. GET, add one, SET would lose some of them.
type Likes struct {
	Client *redis.Client
}

// Like adds one and returns the sum.
func (l Likes) Like(ctx context.Context, page string) (int64, error) {
	return l.Client.Incr(ctx, "likes:"+page).Result()
}

// Unlike takes one back and returns the sum.
func (l Likes) Unlike(ctx context.Context, page string) (int64, error) {
	return l.Client.Decr(ctx, "likes:"+page).Result()
}

// Rate lets everybody do something a number of times per minute.
type Rate struct {
	Client *redis.Client
	Limit  int64
	Now    func() time.Time
}

// Allow counts one more time for who, and reports whether it is within the limit.
//
// There is a counter for each minute, named after it. The first INCR creates it, nobody resets it, and EXPIRE has it
// swept away when its minute is long over. MULTI keeps the two together: a client that died after the INCR would leave
// a counter that stays forever.
func (r Rate) Allow(ctx context.Context, who string) (bool, error) {
	key := r.key(who)
	var count *redis.IntCmd
	_, err := r.Client.TxPipelined(ctx, func(p redis.Pipeliner) error {
		count = p.Incr(ctx, key)
		p.Expire(ctx, key, 2*time.Minute)
		return nil
	})
	if err != nil {
		return false, err
	}
	return count.Val() <= r.Limit, nil
}

func (r Rate) key(who string) string {
	return fmt.Sprintf("rate:%s:%d", who, r.Now().Unix()/60)
}
