//go:build invariants

package slab

// poison fills freed memory, so that who reads it notices.
func poison(block []byte) {
	for i := range block {
		block[i] = 0xdb
	}
}
