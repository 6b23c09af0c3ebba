package admin

// Digests of data: equal for equal data, however they are stored and in whatever order they came.
//
//	value   SHA-1 of the type, the deadline, and each element after its length; where their order does not count, of the
//	        exclusive or of the elements' digests
//	key     SHA-1 of the database, the key and the value's digest
//	all     exclusive or of the keys' digests; 40 zeros when there is no key

import (
	"crypto/sha1"
	"encoding/binary"
	"encoding/hex"
	"hash"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
)

func debugDigest(c *command.Ctx) {
	var all [sha1.Size]byte
	d := digester{h: sha1.New()}
	selected := c.Tx.DB()
	defer c.Tx.Select(selected)
	for db := range c.Tx.UsedDatabases() {
		c.Tx.Select(db)
		c.Tx.Each(func(e *store.Entry) bool {
			for i, b := range d.key(db, e) {
				all[i] ^= b
			}
			return true
		})
	}
	c.Out.Status(hex.EncodeToString(all[:]))
}

func debugDigestValue(c *command.Ctx) {
	d := digester{h: sha1.New()}
	c.Out.Array(len(c.Args) - 2)
	for _, key := range c.Args[2:] {
		var sum [sha1.Size]byte
		if e := c.Tx.Peek(key); e != nil {
			sum = d.value(e)
		}
		c.Out.Status(hex.EncodeToString(sum[:]))
	}
}

// digester computes one digest after the other.
type digester struct{ h hash.Hash }

func (d *digester) key(db int, e *store.Entry) [sha1.Size]byte {
	value := d.value(e)
	d.h.Reset()
	d.number(int64(db))
	d.bytes(e.KeyBytes())
	d.bytes(value[:])
	return d.sum()
}

func (d *digester) value(e *store.Entry) [sha1.Size]byte {
	d.h.Reset()
	d.number(int64(e.Kind()))
	at, _ := e.ExpireAt()
	d.number(at)
	if e.Kind().Ordered() {
		e.Elements(func(parts ...[]byte) bool {
			for _, p := range parts {
				d.bytes(p)
			}
			return true
		})
		return d.sum()
	}
	element := digester{h: sha1.New()}
	var all [sha1.Size]byte
	e.Elements(func(parts ...[]byte) bool {
		element.h.Reset()
		for _, p := range parts {
			element.bytes(p)
		}
		for i, b := range element.sum() {
			all[i] ^= b
		}
		return true
	})
	d.h.Write(all[:])
	return d.sum()
}

func (d *digester) number(n int64) {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(n))
	d.h.Write(b[:])
}

func (d *digester) bytes(p []byte) {
	d.number(int64(len(p)))
	d.h.Write(p)
}

func (d *digester) sum() (s [sha1.Size]byte) {
	d.h.Sum(s[:0])
	return s
}
