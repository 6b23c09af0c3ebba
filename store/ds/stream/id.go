package stream

import (
	"cmp"
	"math"
	"strconv"
)

// ID names an entry: the time it was added, in milliseconds, and a number among those of the same time.
type ID struct{ MS, Seq uint64 }

// MaxID is the highest id. The zero id is the lowest, and no entry has it.
var MaxID = ID{math.MaxUint64, math.MaxUint64}

// IsZero reports whether it is 0-0.
func (id ID) IsZero() bool { return id == ID{} }

// Compare returns -1, 0 or 1 as id comes before, at or behind other.
func (id ID) Compare(other ID) int {
	if id.MS != other.MS {
		return cmp.Compare(id.MS, other.MS)
	}
	return cmp.Compare(id.Seq, other.Seq)
}

// Next is the id that follows; ok is false, and next zero, when there is none.
func (id ID) Next() (next ID, ok bool) {
	if id.Seq < math.MaxUint64 {
		return ID{id.MS, id.Seq + 1}, true
	}
	if id.MS < math.MaxUint64 {
		return ID{id.MS + 1, 0}, true
	}
	return ID{}, false
}

// Prev is the id before; ok is false, and prev MaxID, when there is none.
func (id ID) Prev() (prev ID, ok bool) {
	if id.Seq > 0 {
		return ID{id.MS, id.Seq - 1}, true
	}
	if id.MS > 0 {
		return ID{id.MS - 1, math.MaxUint64}, true
	}
	return MaxID, false
}

// MaxIDText is the longest text of an id, in bytes.
const MaxIDText = 20 + 1 + 20

// Append appends the id's text: "1526919030474-55".
func (id ID) Append(dst []byte) []byte {
	dst = strconv.AppendUint(dst, id.MS, 10)
	dst = append(dst, '-')
	return strconv.AppendUint(dst, id.Seq, 10)
}

// String is the id's text.
func (id ID) String() string { return string(id.Append(nil)) }
