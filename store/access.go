package store

// How entries remember their use: the time of the last access, or, with an LFU policy, a logarithmic counter that
// halves nothing but loses one point per decay period, as Redis's evict.c describes it: 16 bits of minutes, 8 of counter.

const (
	lfuInit = 5 // a new key's counter, so that it is not the first to go
	lfuMax  = 255
)

func (tx *Tx) touch(r *header) {
	if tx.NoTouch {
		return
	}
	access := uint32(tx.now / 1000)
	if tx.st.lfu.Load() {
		counter := tx.st.lfuDecayed(r.access, tx.now)
		if counter < lfuMax {
			base := max(int64(counter)-lfuInit, 0)
			// Up by one with probability 1/(base*factor+1).
			if tx.st.opt.Rand(uint64(base*tx.st.lfuFactor.Load()+1)) == 0 {
				counter++
			}
		}
		access = lfuMinutes(tx.now)<<8 | counter
	}
	if r.access != access { // a record that is only read does not become a dirty cache line every time
		r.access = access
	}
}

func (tx *Tx) initAccess(r *header) {
	if tx.st.lfu.Load() {
		r.access = lfuMinutes(tx.now)<<8 | lfuInit
	} else {
		r.access = uint32(tx.now / 1000)
	}
}

func lfuMinutes(now int64) uint32 { return uint32(now/60000) & 0xffff }

// lfuDecayed is the counter less one point for every decay period since it was written.
func (s *Store) lfuDecayed(access uint32, now int64) uint32 {
	counter, decay := access&0xff, s.lfuDecay.Load()
	if decay <= 0 {
		return counter
	}
	elapsed := (lfuMinutes(now) - access>>8) & 0xffff
	return counter - min(counter, elapsed/uint32(decay))
}

// IdleSeconds is the time since the last access, in seconds; of no meaning with an LFU policy.
func (tx *Tx) IdleSeconds(e *Entry) int64 { return max(tx.now/1000-int64(e.header().access), 0) }

// Frequency is the LFU counter now; of no meaning without an LFU policy.
func (tx *Tx) Frequency(e *Entry) int64 { return int64(tx.st.lfuDecayed(e.header().access, tx.now)) }

// SetAccess makes e look as if it had last been used idle seconds ago, or, with an LFU policy, as often as frequency says.
// The one that the policy does not know is not looked at, nor a negative one.
func (tx *Tx) SetAccess(e *Entry, idle, frequency int64) {
	switch lfu := tx.st.lfu.Load(); {
	case lfu && frequency >= 0:
		e.header().access = lfuMinutes(tx.now)<<8 | uint32(min(frequency, lfuMax))
	case !lfu && idle >= 0:
		e.header().access = uint32(max(tx.now/1000-idle, 0))
	}
}
