package miniredis

// Accessors on HyperLogLogs.

// PfAdd counts elements, and returns 1 when that changed the estimate or made the key.
func (m *Miniredis) PfAdd(k string, elems ...string) (int, error) { return m.db().HllAdd(k, elems...) }

// HllAdd counts elements, and returns 1 when that changed the estimate or made the key.
func (db *RedisDB) HllAdd(k string, elems ...string) (int, error) {
	return db.number(append([]string{"PFADD", k}, elems...)...)
}

// PfCount estimates how many different elements were counted by any of the keys.
func (m *Miniredis) PfCount(keys ...string) (int, error) { return m.db().HllCount(keys...) }

// HllCount estimates how many different elements were counted by any of the keys.
func (db *RedisDB) HllCount(keys ...string) (int, error) {
	if len(keys) == 0 {
		return 0, nil
	}
	return db.number(append([]string{"PFCOUNT"}, keys...)...)
}

// PfMerge makes destKey count what the others counted, too.
func (m *Miniredis) PfMerge(destKey string, sourceKeys ...string) error {
	return m.db().HllMerge(destKey, sourceKeys...)
}

// HllMerge makes destKey count what the others counted, too.
func (db *RedisDB) HllMerge(destKey string, sourceKeys ...string) error {
	_, err := db.do(append([]string{"PFMERGE", destKey}, sourceKeys...)...)
	return err
}
