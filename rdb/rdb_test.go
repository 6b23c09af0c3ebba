package rdb

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/set"
)

var testLimits = Limits{ListFill: -2, Set: set.Limits{Intset: 512, Listpack: 128, ListpackValue: 64},
	Hash: store.HashLimits{Entries: 128, Value: 64}}

// inside runs f in a unit that holds everything.
func inside(f func(tx *store.Tx)) {
	s, tx := store.New(store.Options{}), new(store.Tx)
	s.Begin(tx, 0, store.Mode{Exclusive: true}, 0)
	tx.SetTime(1000)
	f(tx)
	tx.End()
}

// elements are the parts of all elements of a value, each in quotes.
func elements(e *store.Entry) []string {
	var all []string
	e.Elements(func(parts ...[]byte) bool {
		for _, p := range parts {
			all = append(all, string(p))
		}
		return true
	})
	return all
}

// TestPayloadsOfRedis reads what a real server dumped, and dumps the same again where it is not compressed.
func TestPayloadsOfRedis(t *testing.T) {
	for _, test := range []struct {
		payload  string
		encoding string
		elements []string
	}{
		{"\x00\x05hello\n\x00cr\xdfve4 \n", "embstr", []string{"hello"}},
		{"\x00\xc190\n\x00\x9d\x94\xea'\x93\xfc\b\xb9", "int", []string{"12345"}},
		{"\x00\xc3\x0e@O\x01aa\xe02\x00\x00b\xe0\x06\x00\x01bb\n\x00\xb2)\xff\xae\xd5\xc5\x86\xd1", "raw",
			[]string{strings.Repeat("a", 61) + strings.Repeat("b", 18)}},
		{"\x12\x01\x02\x12\x12\x00\x00\x00\x03\x00\x01\x01\x02\x01\x85three\x06\xff\n\x00\xf2\xc8\xa7r\x168\xec\xa5", "listpack",
			[]string{"1", "2", "three"}},
		{"\x0b\x14\x04\x00\x00\x00\x03\x00\x00\x00\x01\x00\x00\x00\x02\x00\x00\x00p\x11\x01\x00\n\x00\x85\xd5\xc1\x06[\x1d\xd0U",
			"intset", []string{"1", "2", "70000"}},
		{"\x02\x02\x01b\x01a\n\x00u\xd9\x9d\x83^\xf8_e", "listpack", []string{"b", "a"}},
	} {
		v, err := Restore([]byte(test.payload), &testLimits)
		require.NoError(t, err, "%q", test.payload)
		inside(func(tx *store.Tx) {
			tx.Give([]byte("k"), v)
			e := tx.Peek([]byte("k"))
			require.Equal(t, test.encoding, e.Encoding())
			require.Equal(t, test.elements, elements(e))
			if test.encoding != "raw" && test.payload[0] != byte(TypeSet) {
				dumped := Options{Compress: true}.Dump(nil, e)
				end := len(dumped) - checksumTrailerBytes
				require.Equal(t, test.payload[:end], string(dumped[:end]))
			}
		})
	}
}

func TestBrokenPayloads(t *testing.T) {
	good := "\x00\x05hello\n\x00cr\xdfve4 \n"
	for _, test := range []struct {
		payload string
		err     error
	}{
		{"", ErrChecksum},
		{good[:len(good)-1], ErrChecksum},
		{"\x00\x05hellp\n\x00cr\xdfve4 \n", ErrChecksum},
		{"\x00\x05hello\x0d\x00\x00\x00\x00\x00\x00\x00\x00\x00", ErrChecksum}, // a version of the future
		{"\x00\x05hello\n\x00\x00\x00\x00\x00\x00\x00\x00\x00", nil},           // without a checksum
		{"\x00\x06hello\n\x00\x00\x00\x00\x00\x00\x00\x00\x00", ErrFormat},
		{"\x00\x05hello?\n\x00\x00\x00\x00\x00\x00\x00\x00\x00", ErrFormat},
		{"\x07\x05hello\n\x00\x00\x00\x00\x00\x00\x00\x00\x00", ErrFormat},
		{"\x02\x00\n\x00\x00\x00\x00\x00\x00\x00\x00\x00", ErrFormat},                 // no members
		{"\x02\x02\x01a\x01a\n\x00\x00\x00\x00\x00\x00\x00\x00\x00", ErrFormat},       // twice the same
		{"\x02\x80\xff\xff\xff\xff\n\x00\x00\x00\x00\x00\x00\x00\x00\x00", ErrFormat}, // far more than there are
	} {
		_, err := Restore([]byte(test.payload), &testLimits)
		require.Equal(t, test.err, err, "%q", test.payload)
	}
}

func TestLZF(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		in := make([]byte, 4+rnd.IntN(3000))
		for i := range in {
			in[i] = byte(rnd.IntN(1 + rnd.IntN(1+rnd.IntN(256))))
		}
		packed := lzfCompress(in, len(in))
		if packed == nil {
			continue
		}
		require.Less(t, len(packed), len(in))
		out, ok := lzfDecompress(packed, len(in))
		require.True(t, ok)
		require.True(t, bytes.Equal(in, out))
		_, ok = lzfDecompress(packed, len(in)+1)
		require.False(t, ok)
		_, ok = lzfDecompress(packed[:len(packed)-1], len(in))
		require.False(t, ok)
	}
	long := []byte(strings.Repeat("0123456789", 1000))
	require.Less(t, len(lzfCompress(long, len(long))), 200)
}

func TestZiplist(t *testing.T) {
	// "a", 1, 13 as four bits more, -5 in a byte, 1000, and a string of 70 bytes
	long := strings.Repeat("x", 70)
	body := "\x00\x01a" + "\x03\xf2" + "\x02\xfd" + "\x02\xfe\xfb" + "\x03\xc0\xe8\x03" + "\x04\x40\x46" + long
	n := 11 + len(body)
	p := []byte{byte(n), 0, 0, 0, 0, 0, 0, 0, 6, 0}
	p = append(append(p, body...), 0xff)
	var got []string
	require.True(t, ziplist(p, func(e []byte) bool { got = append(got, string(e)); return true }))
	require.Equal(t, []string{"a", "1", "12", "-5", "1000", long}, got)
	for i := range p[:len(p)-1] {
		require.False(t, ziplist(p[:i], func([]byte) bool { return true }))
	}
}

func FuzzRestore(f *testing.F) {
	for _, typ := range []Type{TypeString, TypeList, TypeSet, TypeSetIntset, TypeSetListpack, TypeListZiplist, TypeListQuicklist,
		TypeListQuicklist2, TypeZSet, TypeHash, TypeZSet2, TypeHashZipmap, TypeZSetZiplist, TypeHashZiplist, TypeStream,
		TypeHashListpack, TypeZSetListpack, TypeStream2, TypeStream3, TypeHashMetadata, TypeHashListpackEx} {
		f.Add(byte(typ), []byte("\x02\x01a\x01b\x01c"))
		f.Add(byte(typ), []byte("\x12\x12\x00\x00\x00\x03\x00\x01\x01\x02\x01\x85three\x06\xff"))
		f.Add(byte(typ), []byte("\x01\x02\x12\x12\x00\x00\x00\x03\x00\x01\x01\x02\x01\x85three\x06\xff"))
	}
	f.Fuzz(func(t *testing.T, typ byte, body []byte) {
		p := append([]byte{typ}, body...)
		v, err := Restore(appendTrailer(p, 0, Version), &testLimits)
		if err != nil {
			return
		}
		// What was read must be a value in every way: it can be dumped, and read again.
		inside(func(tx *store.Tx) {
			tx.Give([]byte("k"), v)
			e := tx.Peek([]byte("k"))
			before := elements(e)
			again, err := Restore(Options{Compress: true}.Dump(nil, e), &testLimits)
			require.NoError(t, err)
			tx.Give([]byte("again"), again)
			after := elements(tx.Peek([]byte("again")))
			if e.Kind().Ordered() {
				require.Equal(t, before, after)
			} else {
				require.ElementsMatch(t, before, after)
			}
		})
	})
}
