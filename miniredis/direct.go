package miniredis

// Accessors on strings and lists, for what a test wants to prepare or to look at without a client. Those of Miniredis
// work on the database that Select has chosen.

import (
	"errors"
	"strconv"

	"github.com/miniredisd/miniredisd/command"
)

// Errors of the accessors. Other errors have the text of the server's reply.
var (
	// ErrKeyNotFound is returned when there is no such key.
	ErrKeyNotFound = errors.New(command.ErrNoKey)
	// ErrWrongType is returned when the key holds a value of another type.
	ErrWrongType = errors.New(command.ErrWrongType)
	// ErrIntValueError is returned when a value is not an integer.
	ErrIntValueError = errors.New(command.ErrNotInt)
	// ErrIntValueOverflowError is returned when a sum does not fit 64 bits.
	ErrIntValueOverflowError = errors.New("ERR increment or decrement would overflow")
	// ErrFloatValueError is returned when a value is not a number.
	ErrFloatValueError = errors.New(command.ErrNotFloat)
)

// Get is the value of a string key.
func (m *Miniredis) Get(k string) (string, error) { return m.db().Get(k) }

// Get is the value of a string key.
func (db *RedisDB) Get(k string) (string, error) { return db.text("GET", k) }

// Set stores a string without a deadline. Unlike SET, it returns ErrWrongType rather than replace a value of another type.
func (m *Miniredis) Set(k, v string) error { return m.db().Set(k, v) }

// Set stores a string without a deadline. Unlike SET, it returns ErrWrongType rather than replace a value of another type.
func (db *RedisDB) Set(k, v string) error {
	if t := db.Type(k); t != "" && t != "string" {
		return ErrWrongType
	}
	_, err := db.do("SET", k, v)
	return err
}

// Incr adds delta to the integer k, and returns the sum.
func (m *Miniredis) Incr(k string, delta int) (int, error) { return m.db().Incr(k, delta) }

// Incr adds delta to the integer k, and returns the sum.
func (db *RedisDB) Incr(k string, delta int) (int, error) {
	return db.number("INCRBY", k, strconv.Itoa(delta))
}

// IncrByFloat adds delta to the number k, and returns the sum.
func (m *Miniredis) IncrByFloat(k string, delta float64) (float64, error) {
	return m.db().Incrfloat(k, delta)
}

// Incrfloat is IncrByFloat.
func (m *Miniredis) Incrfloat(k string, delta float64) (float64, error) {
	return m.db().Incrfloat(k, delta)
}

// Incrfloat adds delta to the number k, and returns the sum.
func (db *RedisDB) Incrfloat(k string, delta float64) (float64, error) {
	sum, err := db.text("INCRBYFLOAT", k, strconv.FormatFloat(delta, 'f', -1, 64))
	if err != nil {
		return 0, err
	}
	return strconv.ParseFloat(sum, 64)
}

// List is all elements of a list, the first one first.
func (m *Miniredis) List(k string) ([]string, error) { return m.db().List(k) }

// List is all elements of a list, the first one first.
func (db *RedisDB) List(k string) ([]string, error) {
	list, err := db.texts("LRANGE", k, "0", "-1")
	if err == nil && len(list) == 0 {
		return nil, ErrKeyNotFound // there are no empty lists
	}
	return list, err
}

// Lpush puts v before the first element, and returns the list's length.
func (m *Miniredis) Lpush(k, v string) (int, error) { return m.db().Lpush(k, v) }

// Lpush puts v before the first element, and returns the list's length.
func (db *RedisDB) Lpush(k, v string) (int, error) { return db.number("LPUSH", k, v) }

// Push puts elements behind the last one, and returns the list's length.
func (m *Miniredis) Push(k string, v ...string) (int, error) { return m.db().Push(k, v...) }

// RPush is Push.
func (m *Miniredis) RPush(k string, v ...string) (int, error) { return m.db().Push(k, v...) }

// Push puts elements behind the last one, and returns the list's length.
func (db *RedisDB) Push(k string, v ...string) (int, error) {
	return db.number(append([]string{"RPUSH", k}, v...)...)
}

// Lpop takes the first element away and returns it.
func (m *Miniredis) Lpop(k string) (string, error) { return m.db().Lpop(k) }

// Lpop takes the first element away and returns it.
func (db *RedisDB) Lpop(k string) (string, error) { return db.text("LPOP", k) }

// Pop takes the last element away and returns it.
func (m *Miniredis) Pop(k string) (string, error) { return m.db().Pop(k) }

// RPop is Pop.
func (m *Miniredis) RPop(k string) (string, error) { return m.db().Pop(k) }

// Pop takes the last element away and returns it.
func (db *RedisDB) Pop(k string) (string, error) { return db.text("RPOP", k) }
