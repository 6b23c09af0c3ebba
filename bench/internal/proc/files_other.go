//go:build !unix

package proc

import "math"

// OpenFiles has nothing to raise here.
func OpenFiles() (uint64, error) { return math.MaxUint64, nil }
