package store

// objects holds the values of one keyspace that are not strings. They live on the Go heap; a record names one by its
// place here.
type objects struct {
	chunks [][]Object // of objectChunk places each, but for the last
	n      uint32     // places that were ever used
	free   []uint32   // places out of use
}

const (
	// objectChunk is how many objects a chunk of the table holds.
	objectChunk = 512
	// keptPlaces is how large a table may be that is kept when it is empty: the lists of queues come and go.
	keptPlaces = 16
)

func (o *objects) place(i uint32) *Object { return &o.chunks[i/objectChunk][i%objectChunk] }

func (o *objects) get(i uint32) Object { return *o.place(i) }

func (o *objects) set(i uint32, obj Object) { *o.place(i) = obj }

func (o *objects) add(obj Object) uint32 {
	if last := len(o.free) - 1; last >= 0 {
		i := o.free[last]
		o.free = o.free[:last]
		o.set(i, obj)
		return i
	}
	i := o.n
	o.n++
	switch last := len(o.chunks) - 1; {
	case i == 0:
		o.chunks = [][]Object{{obj}} // grows like any slice: most keyspaces of a small server stay small
	case i%objectChunk == 0:
		o.chunks = append(o.chunks, append(make([]Object, 0, objectChunk), obj))
	default:
		o.chunks[last] = append(o.chunks[last], obj)
	}
	return i
}

func (o *objects) remove(i uint32) {
	o.set(i, nil)
	o.free = append(o.free, i)
	if len(o.free) == int(o.n) && o.n > keptPlaces { // the last one is gone, and so is the memory
		*o = objects{}
	}
}

// len is the number of objects.
func (o *objects) len() int { return int(o.n) - len(o.free) }

// each visits all objects.
func (o *objects) each(visit func(Object)) {
	for _, chunk := range o.chunks {
		for _, obj := range chunk {
			if obj != nil {
				visit(obj)
			}
		}
	}
}

const (
	// weighed is how many objects are asked what they weigh, and objectWeight what each of more is taken to weigh, in bytes:
	// bytes only tells much from little.
	weighed      = 1000
	objectWeight = 256
)

// bytes is about what all objects occupy.
func (o *objects) bytes() (n int) {
	if o.len() > weighed {
		return o.len() * objectWeight
	}
	o.each(func(obj Object) { n += obj.Bytes() })
	return n
}
