package rdb

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/store"
)

// fieldsOf are the fields of a hash as "field=value@deadline", sorted.
func fieldsOf(e *store.Entry) []string {
	var list []string
	e.EachField(func(field, value []byte, at int64) bool {
		list = append(list, fmt.Sprintf("%s=%s@%d", field, value, at))
		return true
	})
	slices.Sort(list)
	return list
}

// hashPayload is a payload with a checksum that is not looked at.
func hashPayload(typ Type, body string) []byte {
	return []byte(string(byte(typ)) + body + "\x0c\x00\x00\x00\x00\x00\x00\x00\x00\x00")
}

func TestHashes(t *testing.T) {
	const (
		packed = "\x07\x01\x00\x00\x00\x00\x00\x00" // 263 ms
		plain  = "a=1@0"
	)
	for _, test := range []struct {
		typ      Type
		body     string
		encoding string
		fields   []string // nil: broken
	}{
		{TypeHash, "\x02\x01b\x03two\x01a\xc0\x01", "listpack", []string{plain, "b=two@0"}},
		{TypeHash, "\x02\x01a\x03two\x01a\xc0\x01", "", nil},
		{TypeHash, "\x02\x01a\x03two", "", nil},
		{TypeHash, "\x00", "", nil},
		{TypeHashListpack, "\x0c\x0c\x00\x00\x00\x02\x00\x81a\x02\x01\x01\xff", "listpack", []string{plain}},
		{TypeHashListpack, "\x14\x14\x00\x00\x00\x04\x00\x81a\x02\x01\x01\x81b\x02\x83two\x04\xff", "listpack", []string{plain, "b=two@0"}},
		{TypeHashListpack, "\x0a\x0a\x00\x00\x00\x01\x00\x81a\x02\xff", "", nil},
		{TypeHashListpackEx, packed + "\x0e\x0e\x00\x00\x00\x03\x00\x81a\x02\x01\x01\x05\x01\xff", "listpackex", []string{"a=1@5"}},
		{TypeHashListpackEx, packed + "\x0e\x0e\x00\x00\x00\x03\x00\x81a\x02\x01\x01\x00\x01\xff", "listpack", []string{plain}},
		{TypeHashListpackEx, packed + "\x0f\x0f\x00\x00\x00\x03\x00\x81a\x02\x01\x01\x81x\x02\xff", "", nil},
		{TypeHashMetadata, packed + "\x02\x01\x01a\xc0\x01\x00\x01b\xc0\x02", "listpackex", []string{"a=1@263", "b=2@0"}},
		{TypeHashMetadata, packed + "\x01\x81\xff\xff\xff\xff\xff\xff\xff\xff\x01a\xc0\x01", "", nil},
		{TypeHashMetadata, "\xff\xff\xff\xff\xff\xff\xff\xff\x01\x01\x01a\xc0\x01", "", nil},
		{TypeHashZipmap, "\x08\x01\x01a\x01\x001\xff\x00", "", nil},
		{TypeHashZipmap, "\x07\x01\x01a\x01\x001\xff", "listpack", []string{plain}},
	} {
		v, err := Restore(hashPayload(test.typ, test.body), &testLimits)
		if test.fields == nil {
			require.Equal(t, ErrFormat, err, "%d %q", test.typ, test.body)
			continue
		}
		require.NoError(t, err, "%d %q", test.typ, test.body)
		inside(func(tx *store.Tx) {
			tx.Give([]byte("k"), v)
			e := tx.Peek([]byte("k"))
			require.Equal(t, test.encoding, e.Encoding(), "%d %q", test.typ, test.body)
			require.Equal(t, test.fields, fieldsOf(e))
		})
	}
}

// TestHashesAndBack dumps hashes of every encoding, and reads them again.
func TestHashesAndBack(t *testing.T) {
	for _, fields := range []int{1, 10, 128, 129, 1000} {
		for _, deadlines := range []int{0, 1, 7} {
			b := store.NewHashBuilder(testLimits.Hash)
			for i := range fields {
				at := int64(0)
				if deadlines > 0 && i%deadlines == 0 {
					at = 5000 + int64(i)*math.MaxInt16
				}
				require.True(t, b.Add(fmt.Append(nil, "field", i), fmt.Append(nil, i), at))
			}
			inside(func(tx *store.Tx) {
				tx.Give([]byte("k"), b.Value())
				e := tx.Peek([]byte("k"))
				before, encoding := fieldsOf(e), e.Encoding()
				v, err := Restore(Options{Compress: true}.Dump(nil, e), &testLimits)
				require.NoError(t, err)
				tx.Give([]byte("again"), v)
				e = tx.Peek([]byte("again"))
				require.Equal(t, before, fieldsOf(e))
				require.Equal(t, encoding, e.Encoding())
			})
		}
	}
}
