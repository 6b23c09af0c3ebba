//go:build invariants

package store

import (
	"fmt"
	"math/bits"
)

// checkWeights stops the program when a value of the unit's shards was changed and not weighed.
func (tx *Tx) checkWeights() {
	const few = 200 // objects of which all are weighed again
	if bits.OnesCount64(uint64(tx.locks)) > 4 && !tx.alone {
		return
	}
	for i := range tx.st.shards {
		if !tx.locks.Has(i) {
			continue
		}
		for _, ks := range tx.st.shards[i].dbs {
			if ks == nil || ks.objects.len() > few {
				continue
			}
			for i := range ks.objects.n {
				if p := ks.objects.place(i); p.obj != nil && p.weight != p.obj.Bytes() {
					panic(fmt.Sprintf("store: a %s was changed and not weighed: %d bytes are %d", p.obj.Kind(), p.weight, p.obj.Bytes()))
				}
			}
		}
	}
}
