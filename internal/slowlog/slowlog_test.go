package slowlog

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func words(n int) (args [][]byte) {
	for range n {
		args = append(args, []byte("x"))
	}
	return args
}

func TestLimits(t *testing.T) {
	var l Log
	for i := range 100 {
		l.Add(Entry{At: int64(i)}, words(1), 10)
	}
	require.Equal(t, 10, l.Len())
	latest := l.Latest(-1)
	require.Len(t, latest, 10)
	require.EqualValues(t, 99, latest[0].ID)
	require.EqualValues(t, 90, latest[9].At)
	require.Len(t, l.Latest(3), 3)
	require.Empty(t, l.Latest(0))
	require.Len(t, l.Latest(math.MaxInt64), 10)
	l.Trim(4)
	require.EqualValues(t, 96, l.Latest(-1)[3].ID)
	l.Reset()
	require.Zero(t, l.Len())
	l.Add(Entry{}, nil, 1)
	require.EqualValues(t, 100, l.Latest(1)[0].ID)
	l.Add(Entry{}, nil, 0)
	require.Zero(t, l.Len())
}

func TestArguments(t *testing.T) {
	require.Len(t, kept(words(32)), 32)
	require.Equal(t, "x", kept(words(32))[31])
	require.Len(t, kept(words(33)), 32)
	require.Equal(t, "... (2 more arguments)", kept(words(33))[31])
	require.Equal(t, "... (969 more arguments)", kept(words(1000))[31])
	require.Equal(t, []string{strings.Repeat("A", 128), strings.Repeat("A", 128) + "... (1 more bytes)"},
		kept([][]byte{bytes.Repeat([]byte("A"), 128), bytes.Repeat([]byte("A"), 129)}))
}

func TestKeepsCopies(t *testing.T) {
	var l Log
	args := words(1)
	l.Add(Entry{}, args, 1)
	args[0][0] = 'y'
	require.Equal(t, []string{"x"}, l.Latest(1)[0].Args)
}
