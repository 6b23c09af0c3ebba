package store

import "unsafe"

// objects holds the values of one keyspace that are not strings. They live on the Go heap; a record names one by its
// place here. Beside each stands what it takes, so that the sum of all is known at any time: who changes one weighs it anew
// (Tx.weigh).
type objects struct {
	chunks [][]objectPlace // of objectChunk each, but for the last
	n      uint32          // places that were ever used
	free   []uint32        // places out of use
	weight int             // of all objects, in bytes
}

type objectPlace struct {
	obj    Object // nil: the place is out of use
	weight int    // of obj when it was weighed last, in bytes
}

const (
	// objectChunk is how many objects a chunk of the table holds.
	objectChunk = 512
	// keptPlaces is how large a table may be that is kept when it is empty: the lists of queues come and go.
	keptPlaces = 16
	placeBytes = int(unsafe.Sizeof(objectPlace{}))
)

func (o *objects) place(i uint32) *objectPlace { return &o.chunks[i/objectChunk][i%objectChunk] }

func (o *objects) get(i uint32) Object { return o.place(i).obj }

func (o *objects) set(i uint32, obj Object) {
	o.place(i).obj = obj
	o.weigh(i)
}

// weigh notes what an object takes now. It may be called at any time, also for a place out of use.
func (o *objects) weigh(i uint32) {
	p, now := o.place(i), 0
	if p.obj != nil {
		now = p.obj.Bytes()
	}
	o.weight += now - p.weight
	p.weight = now
}

func (o *objects) add(obj Object) uint32 {
	if last := len(o.free) - 1; last >= 0 {
		i := o.free[last]
		o.free = o.free[:last]
		o.set(i, obj)
		return i
	}
	i, p := o.n, objectPlace{obj: obj}
	o.n++
	switch last := len(o.chunks) - 1; {
	case i == 0:
		o.chunks = [][]objectPlace{{p}} // grows like any slice: most keyspaces of a small server stay small
	case i%objectChunk == 0:
		o.chunks = append(o.chunks, append(make([]objectPlace, 0, objectChunk), p))
	default:
		o.chunks[last] = append(o.chunks[last], p)
	}
	o.weigh(i)
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
		for _, p := range chunk {
			if p.obj != nil {
				visit(p.obj)
			}
		}
	}
}

// tableBytes is what the table takes without the objects.
func (o *objects) tableBytes() int {
	if o.n == 0 {
		return 0
	}
	last := len(o.chunks) - 1
	return last*objectChunk*placeBytes + cap(o.chunks[last])*placeBytes + cap(o.free)*int(unsafe.Sizeof(o.free[0]))
}
