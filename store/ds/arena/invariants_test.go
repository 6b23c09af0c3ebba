//go:build invariants

package arena

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMisuseIsNoticed(t *testing.T) {
	var a Arena
	defer a.Release()
	keep, ref := a.Alloc(40), a.Alloc(40)
	block := a.Bytes(ref)
	a.Free(ref)
	require.EqualValues(t, poison, block[20])
	require.Panics(t, func() { a.Free(ref) })
	block[20] = 1
	require.Panics(t, func() { a.Alloc(40) })
	require.Panics(t, func() { a.Free(keep + 1) })
}
