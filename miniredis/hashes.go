package miniredis

// Accessors on hashes.

import (
	"slices"
	"strconv"
	"time"
)

// HGet is the value of a field, empty when there is no such field or the key is no hash.
func (m *Miniredis) HGet(k, f string) string { return m.db().HGet(k, f) }

// HGet is the value of a field, empty when there is no such field or the key is no hash.
func (db *RedisDB) HGet(k, f string) string {
	v, _ := db.text("HGET", k, f)
	return v
}

// HSet stores fields, given as pairs of name and value. A value of another type is replaced.
func (m *Miniredis) HSet(k string, fv ...string) { m.db().HSet(k, fv...) }

// HSet stores fields, given as pairs of name and value. A value of another type is replaced.
func (db *RedisDB) HSet(k string, fv ...string) {
	db.makeHash(k)
	db.do(append([]string{"HSET", k}, fv...)...)
}

// HSetEX stores fields, given as pairs of name and value, that live for ttl. A value of another type is replaced.
func (m *Miniredis) HSetEX(k string, ttl time.Duration, fv ...string) { m.db().HSetEX(k, ttl, fv...) }

// HSetEX stores fields, given as pairs of name and value, that live for ttl. A value of another type is replaced.
func (db *RedisDB) HSetEX(k string, ttl time.Duration, fv ...string) {
	db.makeHash(k)
	args := []string{"HSETEX", k, "PX", millisUp(ttl), "FIELDS", strconv.Itoa(len(fv) / 2)}
	db.do(append(args, fv...)...)
}

// HDel removes a field.
func (m *Miniredis) HDel(k, f string) { m.db().HDel(k, f) }

// HDel removes a field.
func (db *RedisDB) HDel(k, f string) {
	db.do("HDEL", k, f)
}

// HKeys lists the fields, sorted.
func (m *Miniredis) HKeys(k string) ([]string, error) { return m.db().HKeys(k) }

// HKeys lists the fields, sorted.
func (db *RedisDB) HKeys(k string) ([]string, error) {
	fields, err := db.texts("HKEYS", k)
	if err == nil && len(fields) == 0 {
		return nil, ErrKeyNotFound // there are no empty hashes
	}
	slices.Sort(fields)
	return fields, err
}

// HIncr adds delta to the integer in a field, and returns the sum.
func (m *Miniredis) HIncr(k, f string, delta int) (int, error) { return m.db().HIncr(k, f, delta) }

// HIncr adds delta to the integer in a field, and returns the sum.
func (db *RedisDB) HIncr(k, f string, delta int) (int, error) {
	return db.number("HINCRBY", k, f, strconv.Itoa(delta))
}

// HIncrBy is HIncr.
func (m *Miniredis) HIncrBy(k, f string, delta int) (int, error) { return m.db().HIncrBy(k, f, delta) }

// HIncrBy is HIncr.
func (db *RedisDB) HIncrBy(k, f string, delta int) (int, error) {
	return db.HIncr(k, f, delta)
}

// HIncrfloat adds delta to the number in a field, and returns the sum.
func (m *Miniredis) HIncrfloat(k, f string, delta float64) (float64, error) {
	return m.db().HIncrfloat(k, f, delta)
}

// HIncrfloat adds delta to the number in a field, and returns the sum.
func (db *RedisDB) HIncrfloat(k, f string, delta float64) (float64, error) {
	sum, err := db.text("HINCRBYFLOAT", k, f, formatFloat(delta))
	if err != nil {
		return 0, err
	}
	return strconv.ParseFloat(sum, 64)
}

// HIncrByFloat is HIncrfloat.
func (m *Miniredis) HIncrByFloat(k, f string, delta float64) (float64, error) {
	return m.db().HIncrByFloat(k, f, delta)
}

// HIncrByFloat is HIncrfloat.
func (db *RedisDB) HIncrByFloat(k, f string, delta float64) (float64, error) {
	return db.HIncrfloat(k, f, delta)
}

// HExpire gives a field a time to live, and reports whether there is such a field. One with no time left is removed at once.
func (m *Miniredis) HExpire(k, f string, ttl time.Duration) bool { return m.db().HExpire(k, f, ttl) }

// HExpire gives a field a time to live, and reports whether there is such a field. One with no time left is removed at once.
func (db *RedisDB) HExpire(k, f string, ttl time.Duration) bool {
	n, _ := db.ofField("HPEXPIRE", k, f, millisUp(ttl))
	return n > 0
}

// HPersist takes a field's deadline away, and reports whether there was one.
func (m *Miniredis) HPersist(k, f string) bool { return m.db().HPersist(k, f) }

// HPersist takes a field's deadline away, and reports whether there was one.
func (db *RedisDB) HPersist(k, f string) bool {
	n, _ := db.ofField("HPERSIST", k, f)
	return n == 1
}

// HTTL is the time that a field has left to live, 0 when it has no deadline or does not exist.
func (m *Miniredis) HTTL(k, f string) time.Duration { return m.db().HTTL(k, f) }

// HTTL is the time that a field has left to live, 0 when it has no deadline or does not exist.
func (db *RedisDB) HTTL(k, f string) time.Duration {
	ms, _ := db.ofField("HPTTL", k, f)
	return time.Duration(max(ms, 0)) * time.Millisecond
}

// makeHash removes k unless it is a hash.
func (db *RedisDB) makeHash(k string) {
	if t := db.Type(k); t != "" && t != "hash" {
		db.Del(k)
	}
}

// ofField runs a command about the one field f, and returns what it replies for that.
func (db *RedisDB) ofField(command, k, f string, args ...string) (int, error) {
	args = append(append([]string{command, k}, args...), "FIELDS", "1", f)
	v, err := db.do(args...)
	if err != nil {
		return 0, err
	}
	return int(v.([]any)[0].(int64)), nil
}

// millisUp is a time to live in milliseconds, rounded up: a deadline in the future stays there.
func millisUp(ttl time.Duration) string {
	return strconv.FormatInt(int64((ttl+time.Millisecond-1)/time.Millisecond), 10)
}

func formatFloat(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }
