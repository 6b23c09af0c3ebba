package driver

import "sync"

// Large reply buffers go round: a client that reads much draws one from here instead of growing its own anew for each batch
// of replies, and the driver gives it back when it is written. So they are as many as are being written at one time, and an
// idle client holds none.

// maxLarge is how large a buffer may be to be kept, in bytes.
const maxLarge = 1 << 20

var large sync.Pool // of *[]byte

// TakeLarge returns an empty buffer of more than KeptOutput bytes, nil when there is none.
func TakeLarge() []byte {
	if p, ok := large.Get().(*[]byte); ok {
		return (*p)[:0]
	}
	return nil
}

// GiveLarge takes a buffer back that nobody reads any more. One that is not large stays its Session's.
func GiveLarge(buf []byte) {
	if cap(buf) > KeptOutput && cap(buf) <= maxLarge {
		kept := buf // buf itself would be put on the heap by every call
		large.Put(&kept)
	}
}
