package miniredis

// What a server keeps when it is closed and started again.

import "github.com/miniredisd/miniredisd/store"

// moveData copies every live key of one store into another, whose clock says now (ms).
func moveData(to, from *store.Store, now int64) {
	var src, dst store.Tx
	from.Begin(&src, 0, store.Mode{Exclusive: true}, 0)
	defer src.End()
	to.Begin(&dst, 0, store.Mode{Exclusive: true}, 0)
	defer dst.End()
	src.SetTime(now)
	dst.SetTime(now)
	for db := range from.Databases() {
		src.Select(db)
		dst.Select(db)
		src.Each(func(e *store.Entry) bool {
			dst.Give([]byte(e.Key()), e.Clone())
			return true
		})
	}
}
