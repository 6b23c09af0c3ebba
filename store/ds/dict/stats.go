package dict

// Stats describes a Dict for DEBUG HTSTATS and INFO memory.
type Stats struct {
	// Tables has the table, and during a resize the one being filled too.
	Tables []TableStats
	// Bytes is the memory of the tables; the elements' own memory is the owner's to count.
	Bytes int
}

// TableStats describes one table.
type TableStats struct {
	Buckets  int   // home buckets
	Slots    int   // elements that fit in the home buckets
	Used     int   // elements
	Overflow int   // overflow buckets in use
	Longest  int   // buckets of the longest chain
	Chains   []int // Chains[n] is the number of chains of n buckets, n from 0 (an empty home bucket) to Longest
	Bytes    int
}

// Bytes is the memory of the tables, at no cost.
func (d *Dict[E, T]) Bytes() int { return d.cur.bytes + d.next.bytes }

// HeapBytes is, of Bytes, what lies on the Go heap though the owner has memory for the buckets: the directories.
func (d *Dict[E, T]) HeapBytes() int {
	return (len(d.cur.dir) + len(d.next.dir)) * sizeOf[segment[E]]()
}

// ResizeBytes is, of Bytes, the memory of the table that a resize fills; 0 while none is under way.
func (d *Dict[E, T]) ResizeBytes() int { return d.next.bytes }

// Stats looks at all buckets.
func (d *Dict[E, T]) Stats() Stats {
	s := Stats{Bytes: d.Bytes()}
	for _, t := range []*table[E]{&d.cur, &d.next} {
		if t.buckets > 0 {
			s.Tables = append(s.Tables, t.stats())
		}
	}
	return s
}

func (t *table[E]) stats() TableStats {
	s := TableStats{Buckets: t.buckets, Slots: t.buckets * slots, Bytes: t.bytes, Chains: []int{t.buckets}}
	for i := range t.dir {
		seg := &t.dir[i]
		for j := range seg.home {
			used := seg.length(&seg.home[j])
			if used == 0 {
				continue
			}
			n := (used + slots - 1) / slots
			for n >= len(s.Chains) {
				s.Chains = append(s.Chains, 0)
			}
			s.Chains[0]--
			s.Chains[n]++
			s.Used += used
			s.Overflow += n - 1
		}
	}
	s.Longest = len(s.Chains) - 1
	return s
}
