package miniredis

// Accessors on sets.

import "slices"

// SetAdd adds members, and returns how many were new.
func (m *Miniredis) SetAdd(k string, elems ...string) (int, error) { return m.db().SetAdd(k, elems...) }

// SetAdd adds members, and returns how many were new.
func (db *RedisDB) SetAdd(k string, elems ...string) (int, error) {
	return db.number(append([]string{"SADD", k}, elems...)...)
}

// SAdd is SetAdd.
func (m *Miniredis) SAdd(k string, elems ...string) (int, error) { return m.db().SAdd(k, elems...) }

// SAdd is SetAdd.
func (db *RedisDB) SAdd(k string, elems ...string) (int, error) {
	return db.SetAdd(k, elems...)
}

// Members lists the members, sorted.
func (m *Miniredis) Members(k string) ([]string, error) { return m.db().Members(k) }

// Members lists the members, sorted.
func (db *RedisDB) Members(k string) ([]string, error) {
	members, err := db.texts("SMEMBERS", k)
	if err == nil && len(members) == 0 {
		return nil, ErrKeyNotFound // there are no empty sets
	}
	slices.Sort(members)
	return members, err
}

// SMembers is Members.
func (m *Miniredis) SMembers(k string) ([]string, error) { return m.db().SMembers(k) }

// SMembers is Members.
func (db *RedisDB) SMembers(k string) ([]string, error) {
	return db.Members(k)
}

// IsMember reports whether v is a member.
func (m *Miniredis) IsMember(k, v string) (bool, error) { return m.db().IsMember(k, v) }

// IsMember reports whether v is a member.
func (db *RedisDB) IsMember(k, v string) (bool, error) {
	n, err := db.number("SISMEMBER", k, v)
	if err == nil && n == 0 && !db.Exists(k) {
		return false, ErrKeyNotFound
	}
	return n == 1, err
}

// SIsMember is IsMember.
func (m *Miniredis) SIsMember(k, v string) (bool, error) { return m.db().SIsMember(k, v) }

// SIsMember is IsMember.
func (db *RedisDB) SIsMember(k, v string) (bool, error) {
	return db.IsMember(k, v)
}

// SRem removes members, and returns how many there were.
func (m *Miniredis) SRem(k string, elems ...string) (int, error) { return m.db().SRem(k, elems...) }

// SRem removes members, and returns how many there were.
func (db *RedisDB) SRem(k string, elems ...string) (int, error) {
	if !db.Exists(k) {
		return 0, ErrKeyNotFound
	}
	return db.number(append([]string{"SREM", k}, elems...)...)
}

// SCard is the number of members.
func (m *Miniredis) SCard(k string) (int, error) { return m.db().SCard(k) }

// SCard is the number of members.
func (db *RedisDB) SCard(k string) (int, error) {
	return db.number("SCARD", k)
}

// SRandMember is one of the members, empty when there is none.
func (m *Miniredis) SRandMember(k string) (string, error) { return m.db().SRandMember(k) }

// SRandMember is one of the members, empty when there is none.
func (db *RedisDB) SRandMember(k string) (string, error) {
	member, err := db.text("SRANDMEMBER", k)
	if err == ErrKeyNotFound {
		return "", nil
	}
	return member, err
}
