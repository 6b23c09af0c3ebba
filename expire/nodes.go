package expire

// Handle names a timer in a Wheel; 0 is "none".
type Handle uint32

const (
	chunkBits = 8
	chunkSize = 1 << chunkBits // nodes: 4 KiB where a node is 16 bytes
	// keepChunks is how many chunks an emptied wheel keeps: if it has more, all go. So a small wheel that fills and
	// empties all the time does not allocate.
	keepChunks = 16
)

// node is a timer. A free node has prev 0 and the next free node in next.
type node[R any] struct {
	link
	r R
}

// nodes gives out nodes by number, from 1. They live in chunks that never move; freed ones are reused.
type nodes[R any] struct {
	chunks []*[chunkSize]node[R]
	used   int
	free   uint32 // first of the freed nodes, 0: none
	fresh  uint32 // the nodes from 1 to fresh have been given out before
}

func (p *nodes[R]) at(i uint32) *node[R] { return &p.chunks[i>>chunkBits][i%chunkSize] }

// alloc gives out a node that holds r; the caller links it.
func (p *nodes[R]) alloc(r R) Handle {
	i := p.free
	if i != 0 {
		p.free = p.at(i).next
	} else {
		i = p.fresh + 1
		if i >= headBit {
			panic("expire: too many timers for one wheel")
		}
		if int(i>>chunkBits) == len(p.chunks) {
			p.chunks = append(p.chunks, new([chunkSize]node[R]))
		}
		p.fresh = i
	}
	p.at(i).r = r
	p.used++
	return Handle(i)
}

// release takes back an unlinked node. When the last one comes back, a large wheel's memory goes.
func (p *nodes[R]) release(h Handle) {
	*p.at(uint32(h)) = node[R]{link: link{next: p.free}}
	p.free = uint32(h)
	p.used--
	if p.used == 0 && len(p.chunks) > keepChunks {
		*p = nodes[R]{}
	}
}

// mustBeLive stops an owner that uses a handle after the timer is gone, before the rings are damaged.
func (p *nodes[R]) mustBeLive(h Handle) {
	if h == 0 || uint32(h) > p.fresh || p.at(uint32(h)).prev == 0 {
		panic("expire: no timer of that handle")
	}
}

// each visits the nodes in use.
func (p *nodes[R]) each(visit func(Handle, R)) {
	for i := uint32(1); i <= p.fresh; i++ {
		if n := p.at(i); n.prev != 0 {
			visit(Handle(i), n.r)
		}
	}
}
