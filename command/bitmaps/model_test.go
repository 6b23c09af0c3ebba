package bitmaps_test

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"strconv"
	gostrings "strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/command/commandtest"
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/internal/rounds"
)

func itoa(n int) string          { return strconv.Itoa(n) }
func words(line string) [][]byte { return commandtest.Words(line) }

// naive is a bitmap with a byte for each bit, always whole bytes.
type naive []byte

func (n naive) bit(i int) byte {
	if i < len(n) {
		return n[i]
	}
	return 0
}

// reach makes it long enough for bit i.
func (n *naive) reach(i int) {
	for len(*n) <= i {
		*n = append(*n, make([]byte, 8)...)
	}
}

func (n naive) bytes() []byte {
	b := make([]byte, len(n)/8)
	for i, bit := range n {
		b[i/8] |= bit << (7 - i%8)
	}
	return b
}

// bounds makes of a range what BITCOUNT and BITPOS do, in bits.
func (n naive) bounds(start, end int, bits bool) (first, last int) {
	unit := 8
	if bits {
		unit = 1
	}
	total := len(n) / unit
	for _, p := range []*int{&start, &end} {
		if *p < 0 {
			*p = max(*p+total, 0)
		}
	}
	end = min(end, total-1)
	return start * unit, end*unit + unit - 1
}

// integer is the value of a field.
func (n naive) integer(at, width int, signed bool) *big.Int {
	v := new(big.Int)
	for i := range width {
		v.Lsh(v, 1).Or(v, big.NewInt(int64(n.bit(at+i))))
	}
	if signed && n.bit(at) == 1 {
		v.Sub(v, new(big.Int).Lsh(big.NewInt(1), uint(width)))
	}
	return v
}

// store writes the low bits of v, as wrapping around does.
func (n naive) store(at, width int, v *big.Int) {
	v = new(big.Int).And(v, new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), uint(width)), big.NewInt(1)))
	for i := range width {
		n[at+i] = byte(v.Bit(width - 1 - i))
	}
}

// limit brings v into the range of the type; fits tells whether it was there before.
func limit(v *big.Int, width int, signed bool) (near *big.Int, fits bool) {
	least, past := new(big.Int), new(big.Int).Lsh(big.NewInt(1), uint(width))
	if signed {
		past.Rsh(past, 1)
		least.Neg(past)
	}
	switch {
	case v.Cmp(least) < 0:
		return least, false
	case v.Cmp(past) >= 0:
		return past.Sub(past, big.NewInt(1)), false
	}
	return v, true
}

// bitmapModel runs random commands on some bitmaps, and on naive ones.
type bitmapModel struct {
	t    *testing.T
	u    unit
	rng  *rand.Rand
	maps map[string]*naive
}

func (m *bitmapModel) key() string { return string(rune('a' + m.rng.IntN(4))) }

func (m *bitmapModel) do(reply, format string, args ...any) {
	m.t.Helper()
	line := fmt.Sprintf(format, args...)
	require.Equal(m.t, reply, m.u.Do(line), line)
}

// number is small, large or anything.
func (m *bitmapModel) number() int64 {
	switch m.rng.IntN(4) {
	case 0:
		return int64(m.rng.Uint64())
	case 1:
		return []int64{-1 << 63, 1<<63 - 1, 0, -1}[m.rng.IntN(4)]
	}
	return int64(m.rng.IntN(300) - 150)
}

func (m *bitmapModel) setbit() {
	key, at, bit := m.key(), m.rng.IntN(1500), m.rng.IntN(2)
	n := m.maps[key]
	n.reach(at)
	m.do(":"+itoa(int((*n)[at])), "SETBIT %s %d %d", key, at, bit)
	(*n)[at] = byte(bit)
}

func (m *bitmapModel) look() {
	key, at := m.key(), m.rng.IntN(2000)
	n := *m.maps[key]
	m.do(":"+itoa(int(n.bit(at))), "GETBIT %s %d", key, at)
	if len(n) == 0 {
		return
	}
	start, end := m.rng.IntN(600)-300, m.rng.IntN(600)-300
	unit := []string{"BYTE", "BIT"}[m.rng.IntN(2)]
	if unit == "BIT" {
		start, end = start*7, end*7
	}
	first, last := n.bounds(start, end, unit == "BIT")
	bit := m.rng.IntN(2)
	count, pos := 0, -1
	for i := first; i <= last; i++ {
		count += int(n[i])
		if pos < 0 && n[i] == byte(bit) {
			pos = i
		}
	}
	if start < 0 && end < 0 && start > end {
		count = 0
	}
	m.do(":"+itoa(count), "BITCOUNT %s %d %d %s", key, start, end, unit)
	m.do(":"+itoa(pos), "BITPOS %s %d %d %d %s", key, bit, start, end, unit)
}

func (m *bitmapModel) combine() {
	names := []string{"AND", "OR", "XOR", "NOT", "DIFF", "DIFF1", "ANDOR", "ONE"}
	op := names[m.rng.IntN(len(names))]
	sources := 2 + m.rng.IntN(3)
	if op == "NOT" {
		sources = 1
	}
	dest, line, length := m.key(), "", 0
	var from []naive
	for range sources {
		key := m.key()
		line += " " + key
		from = append(from, *m.maps[key])
		length = max(length, len(*m.maps[key]))
	}
	result := make(naive, length)
	for i := range result {
		first, others := from[0].bit(i), byte(0)
		for _, s := range from[1:] {
			others += s.bit(i)
		}
		yes := map[string]bool{"AND": int(first+others) == sources, "OR": first+others > 0, "XOR": (first+others)%2 == 1,
			"NOT": first == 0, "DIFF": first > 0 && others == 0, "DIFF1": first == 0 && others > 0,
			"ANDOR": first > 0 && others > 0, "ONE": first+others == 1}
		if yes[op] {
			result[i] = 1
		}
	}
	m.do(":"+itoa(length/8), "BITOP %s %s%s", op, dest, line)
	*m.maps[dest] = result
}

func (m *bitmapModel) field() {
	key, at := m.key(), m.rng.IntN(1500)
	width, signed, typ := 1+m.rng.IntN(63), m.rng.IntN(2) == 0, "u"
	if signed {
		typ = "i"
		width += m.rng.IntN(2)
	}
	typ += itoa(width)
	n := m.maps[key]
	m.do("*1 :"+n.integer(at, width, signed).String(), "BITFIELD_RO %s GET %s %d", key, typ, at)
	n.reach(at + width - 1)
	old := n.integer(at, width, signed)
	by := m.number()
	op, v := "SET", big.NewInt(by)
	if m.rng.IntN(2) == 0 {
		op = "INCRBY"
		v.Add(v, old)
	} else if by < 0 && !signed {
		v.SetUint64(uint64(by))
	}
	how := []string{"WRAP", "SAT", "FAIL"}[m.rng.IntN(3)]
	near, fits := limit(v, width, signed)
	if greatest := int64(1)<<(width-1) - 1; op == "SET" && signed && width < 64 && by < 0 && greatest-by < 0 {
		near = big.NewInt(greatest) // Redis takes the least numbers for too great ones
	}
	reply := "*1 $-1"
	if fits || how != "FAIL" {
		if how == "SAT" {
			v = near
		}
		n.store(at, width, v)
		reply = "*1 :" + old.String()
		if op == "INCRBY" {
			reply = "*1 :" + n.integer(at, width, signed).String()
		}
	}
	m.do(reply, "BITFIELD %s OVERFLOW %s %s %s %d %d", key, how, op, typ, at, by)
}

func TestAgainstNaive(t *testing.T) {
	m := &bitmapModel{t: t, u: newUnit(t), rng: rand.New(rand.NewPCG(7, 8)), maps: map[string]*naive{}}
	for _, key := range []string{"a", "b", "c", "d"} {
		m.maps[key] = &naive{}
	}
	for step := range rounds.Of(8000) {
		switch m.rng.IntN(6) {
		case 0, 1:
			m.setbit()
		case 2:
			m.look()
		case 3, 4:
			m.field()
		default:
			m.combine()
		}
		if step%50 == 0 {
			key := m.key()
			if m.rng.IntN(3) == 0 { // begin anew, as a number
				v := itoa(m.rng.IntN(1_000_000))
				m.do("+OK", "SET %s %s", key, v)
				n := make(naive, 8*len(v))
				for i := range n {
					n[i] = v[i/8] >> (7 - i%8) & 1
				}
				*m.maps[key] = n
			}
			m.u.Do("GET " + key)
			if want := m.maps[key].bytes(); len(want) > 0 {
				require.Equal(t, fmt.Sprintf("$%d\r\n%s\r\n", len(want), want), string(m.u.Out.Buf))
			}
		}
	}
}

// Pieces of a long BITOP meet without a seam.
func TestLongBitop(t *testing.T) {
	u := newUnit(t)
	rng := rand.New(rand.NewPCG(1, 2))
	random := func(n int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(rng.Uint32())
		}
		return b
	}
	for _, n := range []int{4095, 4096, 4097, 20_000} {
		x, y := random(n), random(n/2+5)
		u.PutString("x", string(x))
		u.PutString("y", string(y))
		want := append([]byte{}, x...)
		for i, b := range y {
			want[i] ^= b
		}
		u.Do("BITOP XOR x y x") // the destination is a source
		u.Do("GET x")
		require.Equal(t, fmt.Sprintf("$%d\r\n%s\r\n", n, want), string(u.Out.Buf))
	}
}

func FuzzBitfield(f *testing.F) {
	f.Add("GET u8 0 SET i64 #3 -1 OVERFLOW SAT INCRBY u63 100 5")
	f.Add("OVERFLOW FAIL INCRBY i1 7 -9223372036854775808")
	f.Fuzz(func(t *testing.T, operations string) {
		u := newUnit(t)
		u.Configure(config.ProtoMaxBulkLen, "1048576")
		args := words("BITFIELD k")
		for word := range gostrings.FieldsSeq(operations) {
			args = append(args, []byte(word))
		}
		u.Run(args)
		require.NotEmpty(t, u.Out.Buf)
	})
}
