package oplog

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// tap keeps what it was fed and checks that offsets fit the bytes.
type tap struct {
	t     *testing.T
	start int64
	got   []byte
}

func (s *tap) Feed(p []byte, offset int64) {
	s.got = append(s.got, p...)
	if s.start+int64(len(s.got)) != offset {
		s.t.Errorf("offset %d, want %d", offset, s.start+int64(len(s.got)))
	}
}

const set = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n"

// sel is the stream's SELECT of a database.
func sel(db string) string {
	return fmt.Sprintf("*2\r\n$6\r\nSELECT\r\n$%d\r\n%s\r\n", len(db), db)
}

func TestFraming(t *testing.T) {
	m, x := string(multi), string(exec)
	type unit struct {
		db, end, n int
		body       string
	}
	for _, tc := range []struct {
		name  string
		units []unit
		want  string
	}{
		{"nothing", []unit{{0, 0, 0, ""}}, ""},
		{"first unit selects", []unit{{0, 0, 1, set}}, sel("0") + set},
		{"same db selects once", []unit{{3, 3, 1, set}, {3, 3, 1, set}}, sel("3") + set + set},
		{"other db", []unit{{0, 0, 1, set}, {15, 15, 1, set}, {0, 0, 1, set}},
			sel("0") + set + sel("15") + set + sel("0") + set},
		{"many commands", []unit{{0, 0, 2, set + set}, {0, 0, 1, set}}, sel("0") + m + set + set + x + set},
		{"across databases", []unit{{0, 2, 3, set + sel("2") + set}, {2, 2, 1, set}},
			sel("0") + m + set + sel("2") + set + x + set},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var l Log
			s := &tap{t: t}
			require.False(t, l.Active())
			require.Zero(t, l.Attach(s))
			require.True(t, l.Active())
			var end int64
			for _, u := range tc.units {
				body := []byte(u.body)
				end = l.AppendAcross(u.db, u.end, u.n, body)
				clear(body) // the log copied it
			}
			require.Equal(t, tc.want, string(s.got))
			require.EqualValues(t, len(tc.want), end)
			require.Equal(t, end, l.Offset())
		})
	}
}

func TestAttachDetach(t *testing.T) {
	var l Log
	a := &tap{t: t}
	l.Attach(a)
	l.Append(0, 1, []byte(set))
	b := &tap{t: t}
	b.start = l.Attach(b)
	require.EqualValues(t, len(a.got), b.start)
	l.Append(0, 1, []byte(set))
	require.Equal(t, sel("0")+set, string(b.got), "a new sink's stream starts with a SELECT")
	require.Equal(t, strings.Repeat(sel("0")+set, 2), string(a.got))

	l.Attach(b) // a second time changes nothing
	l.Append(0, 1, []byte(set))
	require.Equal(t, sel("0")+set+set, string(b.got))

	l.Detach(a)
	l.Detach(a)
	require.True(t, l.Active())
	l.Append(0, 1, []byte(set))
	require.Equal(t, sel("0")+set+set+set, string(b.got))
	require.Equal(t, strings.Repeat(sel("0")+set, 2)+set, string(a.got))
	l.Detach(b)
	require.False(t, l.Active())
}

func TestLargeUnitDropsScratch(t *testing.T) {
	var l Log
	s := &tap{t: t}
	l.Attach(s)
	l.Append(0, 2, bytes.Repeat([]byte("x"), keepScratch))
	require.Nil(t, l.scratch)
	l.Append(1, 1, []byte(set))
	require.NotNil(t, l.scratch)
}

func TestConcurrentAppendsKeepUnitsWhole(t *testing.T) {
	var l Log
	s := &tap{t: t}
	l.Attach(s)
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for i := range 200 {
				l.Append(g, 1+i%2, []byte(strings.Repeat(set, 1+i%2)))
			}
		})
	}
	wg.Wait()
	rest := string(s.got)
	for _, frame := range []string{string(multi) + set + set + string(exec), set, sel("0"), sel("1"), sel("2"), sel("3")} {
		rest = strings.ReplaceAll(rest, frame, "")
	}
	require.Empty(t, rest)
	require.EqualValues(t, len(s.got), l.Offset())
}

func BenchmarkAppend(b *testing.B) {
	var l Log
	l.Attach(discard{})
	body := []byte(set)
	b.ReportAllocs()
	for b.Loop() {
		l.Append(0, 1, body)
	}
}

type discard struct{}

func (discard) Feed([]byte, int64) {}
