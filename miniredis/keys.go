package miniredis

// Accessors on keys and databases.

import (
	"slices"
	"strconv"
	"time"
)

// Keys lists the keys, sorted.
func (m *Miniredis) Keys() []string { return m.db().Keys() }

// Keys lists the keys, sorted.
func (db *RedisDB) Keys() []string {
	keys, _ := db.texts("KEYS", "*")
	slices.Sort(keys)
	return keys
}

// Exists reports whether there is such a key.
func (m *Miniredis) Exists(k string) bool { return m.db().Exists(k) }

// Exists reports whether there is such a key.
func (db *RedisDB) Exists(k string) bool { return db.yes("EXISTS", k) }

// Type is the type of a key as TYPE says it, empty when there is no such key.
func (m *Miniredis) Type(k string) string { return m.db().Type(k) }

// Type is the type of a key as TYPE says it, empty when there is no such key.
func (db *RedisDB) Type(k string) string {
	if t, _ := db.text("TYPE", k); t != "none" {
		return t
	}
	return ""
}

// Del removes a key, and reports whether there was one.
func (m *Miniredis) Del(k string) bool { return m.db().Del(k) }

// Del removes a key, and reports whether there was one.
func (db *RedisDB) Del(k string) bool { return db.yes("DEL", k) }

// Unlink is Del.
func (m *Miniredis) Unlink(k string) bool { return m.db().Unlink(k) }

// Unlink is Del.
func (db *RedisDB) Unlink(k string) bool { return db.yes("UNLINK", k) }

// TTL is the time that a key has left to live, 0 when it has no deadline or does not exist.
func (m *Miniredis) TTL(k string) time.Duration { return m.db().TTL(k) }

// TTL is the time that a key has left to live, 0 when it has no deadline or does not exist.
func (db *RedisDB) TTL(k string) time.Duration {
	ms, _ := db.number("PTTL", k)
	return time.Duration(max(ms, 0)) * time.Millisecond
}

// SetTTL gives a key a time to live, to the millisecond. A key with none left is removed at once.
func (m *Miniredis) SetTTL(k string, ttl time.Duration) { m.db().SetTTL(k, ttl) }

// SetTTL gives a key a time to live, to the millisecond. A key with none left is removed at once.
func (db *RedisDB) SetTTL(k string, ttl time.Duration) {
	ms := (ttl + time.Millisecond - 1) / time.Millisecond // up: a deadline in the future stays there
	db.do("PEXPIRE", k, strconv.FormatInt(int64(ms), 10))
}

// FlushAll removes all keys of all databases.
func (m *Miniredis) FlushAll() { m.db().do("FLUSHALL") }

// FlushDB removes all keys.
func (m *Miniredis) FlushDB() { m.db().FlushDB() }

// FlushDB removes all keys.
func (db *RedisDB) FlushDB() { db.do("FLUSHDB") }

// SwapDB exchanges the data of two databases. It reports whether there are such databases.
func (m *Miniredis) SwapDB(i, j int) bool {
	_, err := m.db().do("SWAPDB", strconv.Itoa(i), strconv.Itoa(j))
	return err == nil
}

// Copy copies a key with its deadline, over what was there before.
func (m *Miniredis) Copy(srcDB int, src string, destDB int, dest string) error {
	n, err := m.DB(srcDB).number("COPY", src, dest, "DB", strconv.Itoa(destDB), "REPLACE")
	if err == nil && n == 0 {
		return ErrKeyNotFound
	}
	return err
}
