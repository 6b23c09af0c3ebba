//go:build linux && (amd64 || arm64)

package aof

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPromptWriter(t *testing.T) {
	name := filepath.Join(t.TempDir(), "log")
	f, err := OS{}.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	require.NoError(t, err)
	w := newPromptWriter(f)
	large := bytes.Repeat([]byte("x"), promptBytes+1) // goes the ordinary way
	want := append([]byte("one two "), large...)
	for at, p := range map[int64][]byte{0: []byte("one "), 4: []byte("two "), 8: large} {
		n, err := w.WriteAt(p, at)
		require.NoError(t, err)
		require.Equal(t, len(p), n)
	}
	got, err := os.ReadFile(name)
	require.NoError(t, err)
	require.True(t, bytes.Equal(want, got))
	p := []byte("once more")
	require.Zero(t, testing.AllocsPerRun(100, func() { w.WriteAt(p, 100) }))

	require.NoError(t, f.Close())
	_, err = w.WriteAt(p, 0)
	require.EqualError(t, err, "use of closed file")

	full, err := OS{}.OpenFile("/dev/full", os.O_RDWR, 0)
	require.NoError(t, err)
	defer full.Close()
	n, err := newPromptWriter(full).WriteAt(p, 0)
	require.Zero(t, n)
	require.EqualError(t, err, "write /dev/full: no space left on device")

	require.Nil(t, newPromptWriter(struct{ File }{full}), "only of files of the operating system")
}
