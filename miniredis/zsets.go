package miniredis

// Accessors on sorted sets.

import (
	"strconv"
)

// ZAdd gives a member a score, and reports whether it is new.
func (m *Miniredis) ZAdd(k string, score float64, member string) (bool, error) {
	return m.db().ZAdd(k, score, member)
}

// ZAdd gives a member a score, and reports whether it is new.
func (db *RedisDB) ZAdd(k string, score float64, member string) (bool, error) {
	n, err := db.number("ZADD", k, formatFloat(score), member)
	return n == 1, err
}

// ZMembers lists the members by score.
func (m *Miniredis) ZMembers(k string) ([]string, error) { return m.db().ZMembers(k) }

// ZMembers lists the members by score.
func (db *RedisDB) ZMembers(k string) ([]string, error) {
	members, err := db.texts("ZRANGE", k, "0", "-1")
	if err == nil && len(members) == 0 {
		return nil, ErrKeyNotFound // there are no empty sorted sets
	}
	return members, err
}

// SortedSet is the score of each member.
func (m *Miniredis) SortedSet(k string) (map[string]float64, error) { return m.db().SortedSet(k) }

// SortedSet is the score of each member.
func (db *RedisDB) SortedSet(k string) (map[string]float64, error) {
	pairs, err := db.texts("ZRANGE", k, "0", "-1", "WITHSCORES")
	if err != nil {
		return nil, err
	}
	if len(pairs) == 0 {
		return nil, ErrKeyNotFound
	}
	scores := make(map[string]float64, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		if scores[pairs[i]], err = strconv.ParseFloat(pairs[i+1], 64); err != nil {
			return nil, err
		}
	}
	return scores, nil
}

// ZRem removes a member, and reports whether there was one.
func (m *Miniredis) ZRem(k, member string) (bool, error) { return m.db().ZRem(k, member) }

// ZRem removes a member, and reports whether there was one.
func (db *RedisDB) ZRem(k, member string) (bool, error) {
	if !db.Exists(k) {
		return false, ErrKeyNotFound
	}
	n, err := db.number("ZREM", k, member)
	return n == 1, err
}

// ZScore is the score of a member, 0 when there is no such member.
func (m *Miniredis) ZScore(k, member string) (float64, error) { return m.db().ZScore(k, member) }

// ZScore is the score of a member, 0 when there is no such member.
func (db *RedisDB) ZScore(k, member string) (float64, error) {
	scores, err := db.ZMScore(k, []string{member})
	if err != nil {
		return 0, err
	}
	return scores[0], nil
}

// ZMScore is the score of each of these members, 0 of those that there are not.
func (m *Miniredis) ZMScore(k string, members ...string) ([]float64, error) {
	return m.db().ZMScore(k, members)
}

// ZMScore is the score of each of these members, 0 of those that there are not.
func (db *RedisDB) ZMScore(k string, members []string) ([]float64, error) {
	v, err := db.do(append([]string{"ZMSCORE", k}, members...)...)
	if err != nil {
		return nil, err
	}
	if !db.Exists(k) {
		return nil, ErrKeyNotFound
	}
	scores := make([]float64, len(members))
	for i, score := range v.([]any) {
		if text, ok := score.(string); ok {
			if scores[i], err = strconv.ParseFloat(text, 64); err != nil {
				return nil, err
			}
		}
	}
	return scores, nil
}
