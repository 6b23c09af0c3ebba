package miniredis

// Accessors on streams.

// StreamEntry is an entry of a stream. Its ID has the form "123-4"; the values are its fields and values in turn.
type StreamEntry struct {
	ID     string
	Values []string
}

// XAdd adds an entry of fields and values in turn, and returns its ID. The ID "" is the next by the clock, as "*" is.
func (m *Miniredis) XAdd(k string, id string, values []string) (string, error) {
	return m.db().XAdd(k, id, values)
}

// XAdd adds an entry of fields and values in turn, and returns its ID. The ID "" is the next by the clock, as "*" is.
func (db *RedisDB) XAdd(k string, id string, values []string) (string, error) {
	if id == "" {
		id = "*"
	}
	return db.text(append([]string{"XADD", k, id}, values...)...)
}

// Stream lists the entries, the oldest first. A stream that does not exist has none.
func (m *Miniredis) Stream(k string) ([]StreamEntry, error) { return m.db().Stream(k) }

// Stream lists the entries, the oldest first. A stream that does not exist has none.
func (db *RedisDB) Stream(k string) ([]StreamEntry, error) {
	v, err := db.do("XRANGE", k, "-", "+")
	if err != nil {
		return nil, err
	}
	var entries []StreamEntry
	for _, e := range v.([]any) {
		pair := e.([]any)
		entry := StreamEntry{ID: pair[0].(string)}
		for _, value := range pair[1].([]any) {
			entry.Values = append(entry.Values, value.(string))
		}
		entries = append(entries, entry)
	}
	return entries, nil
}
