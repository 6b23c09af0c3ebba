package aof

import (
	"bytes"
	"encoding/binary"
	"io"
	"testing"

	"github.com/stretchr/testify/require"
)

// rdbFile closes an RDB: magic and version, body, the end mark and a checksum.
func rdbFile(version, body string) []byte {
	b := []byte("REDIS" + version + body + "\xff")
	r := &rdbReader{r: bytes.NewReader(b)}
	if err := r.read(make([]byte, len(b))); err != nil {
		panic(err)
	}
	return binary.LittleEndian.AppendUint64(b, r.sum)
}

const aux = "\xfa\x09redis-ver\x067.0.15\xfa\x0aredis-bits\xc0\x40\xfa\x05ctime\xc2\x01\x02\x03\x04"

func TestRDBChecksum(t *testing.T) {
	r := &rdbReader{r: bytes.NewReader([]byte("123456789"))}
	require.NoError(t, r.read(make([]byte, 9)))
	require.Equal(t, uint64(0xe9c6d914c4b8d9ca), r.sum)
}

func TestSkipEmptyRDB(t *testing.T) {
	noSum := rdbFile("0010", aux)
	clear(noSum[len(noSum)-8:])
	badSum := rdbFile("0010", aux)
	badSum[len(badSum)-1]++
	for _, tc := range []struct {
		name string
		rdb  []byte
		want string // part of the error; empty if it must load
	}{
		{"aux fields", rdbFile("0010", aux), ""},
		{"nothing", rdbFile("0012", ""), ""},
		{"empty database", rdbFile("0012", aux+"\xfe\x00\xfb\x00\x00"), ""},
		{"slot info without keys", rdbFile("0012", "\xf4\x01\x00\x00"), ""},
		{"compressed aux", rdbFile("0011", "\xfa\x01a\xc3\x04\x0awxyz"), ""},
		{"long aux", rdbFile("0011", "\xfa\x01a\x41\x00"+string(make([]byte, 256))), ""},
		{"no checksum", noSum, ""},
		{"before checksums", []byte("REDIS0004\xff"), ""},
		{"database with keys", rdbFile("0011", "\xfe\x00\xfb\x01\x00"), "with data"},
		{"a key", rdbFile("0011", "\xfe\x00\x00\x01k\x01v"), "with data"},
		{"a function", rdbFile("0011", "\xf5\x01f"), "with data"},
		{"wrong checksum", badSum, "checksum"},
		{"later version", rdbFile("0099", ""), "RDB format"},
		{"no version", []byte("REDISabcd"), "RDB format"},
		{"huge aux", rdbFile("0011", "\xfa\x80\xff\xff\xff\xff"), "too long"},
		{"bad length", rdbFile("0011", "\xfe\x82"), "bad RDB length"},
		{"bad string", rdbFile("0011", "\xfa\xc9"), "bad RDB string"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			in := bytes.NewReader(append(tc.rdb, "*1\r\n"...))
			err := skipEmptyRDB(in)
			if tc.want != "" {
				require.ErrorContains(t, err, tc.want)
				return
			}
			require.NoError(t, err)
			rest, err := io.ReadAll(in)
			require.NoError(t, err)
			require.Equal(t, "*1\r\n", string(rest), "it reads exactly to the end")
			for i := range tc.rdb {
				require.Error(t, skipEmptyRDB(bytes.NewReader(tc.rdb[:i])))
			}
		})
	}
}

func FuzzSkipEmptyRDB(f *testing.F) {
	f.Add(rdbFile("0010", aux))
	f.Add(rdbFile("0012", "\xfa\x01a\xc3\x04\x0awxyz\xf4\x01\x00\x00"))
	f.Fuzz(func(_ *testing.T, b []byte) { _ = skipEmptyRDB(bytes.NewReader(b)) })
}
