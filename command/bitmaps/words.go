package bitmaps

import (
	"encoding/binary"
	"math/bits"
)

// Loops over the bytes of bitmaps, in steps of four words of eight bytes while there are as many.

// step is how many bytes one turn of a loop handles.
const step = 32

// count counts the bits that are set, from bit first to bit last.
func count(p []byte, first, last int64) int64 {
	if first > last {
		return 0
	}
	p = p[first/8 : last/8+1]
	n := -bits.OnesCount8(p[0] &^ headMask(first))
	n -= bits.OnesCount8(p[len(p)-1] &^ tailMask(last))
	for ; len(p) >= step; p = p[step:] {
		w := (*[step]byte)(p)
		n += bits.OnesCount64(get(w[:])) + bits.OnesCount64(get(w[8:])) +
			bits.OnesCount64(get(w[16:])) + bits.OnesCount64(get(w[24:]))
	}
	for ; len(p) >= 8; p = p[8:] {
		n += bits.OnesCount64(get(p))
	}
	for _, b := range p {
		n += bits.OnesCount8(b)
	}
	return int64(n)
}

// headMask has the bits of a byte from that of bit first on, tailMask those up to that of bit last.
func headMask(first int64) byte { return 0xff >> (first % 8) }
func tailMask(last int64) byte  { return ^byte(0x7f >> (last % 8)) }

// find returns the first bit from first to last that is set, or that is clear; -1 when there is none.
func find(p []byte, set bool, first, last int64) int64 {
	if first > last {
		return -1
	}
	at := first / 8
	p = p[at : last/8+1]
	dull := byte(0xff) // a byte with nothing to find
	if set {
		dull = 0
	}
	found := at*8 + firstSet((p[0]^dull)&headMask(first))
	if found == (at+1)*8 {
		at++
		rest := skip(p[1:], dull)
		at += int64(len(p)-1) - int64(len(rest))
		if len(rest) == 0 {
			return -1
		}
		found = at*8 + firstSet(rest[0]^dull)
	}
	if found > last {
		return -1
	}
	return found
}

// firstSet is the place of the highest bit that is set in b, 8 when none is.
func firstSet(b byte) int64 { return int64(bits.LeadingZeros8(b)) }

// skip cuts off the leading bytes that are dull, which is 0x00 or 0xff.
func skip(p []byte, dull byte) []byte {
	word := uint64(0)
	if dull != 0 {
		word = ^word
	}
	for len(p) >= step && (get(p)^word)|(get(p[8:])^word)|(get(p[16:])^word)|(get(p[24:])^word) == 0 {
		p = p[step:]
	}
	for len(p) > 0 && p[0] == dull {
		p = p[1:]
	}
	return p
}

// and, or, xor, andNot and not change dst; src is at least as long.

func and(dst, src []byte) {
	src = src[:len(dst)]
	for ; len(dst) >= step; dst, src = dst[step:], src[step:] {
		d, s := (*[step]byte)(dst), (*[step]byte)(src)
		put(d[:], get(d[:])&get(s[:]))
		put(d[8:], get(d[8:])&get(s[8:]))
		put(d[16:], get(d[16:])&get(s[16:]))
		put(d[24:], get(d[24:])&get(s[24:]))
	}
	for i := range dst {
		dst[i] &= src[i]
	}
}

func or(dst, src []byte) {
	src = src[:len(dst)]
	for ; len(dst) >= step; dst, src = dst[step:], src[step:] {
		d, s := (*[step]byte)(dst), (*[step]byte)(src)
		put(d[:], get(d[:])|get(s[:]))
		put(d[8:], get(d[8:])|get(s[8:]))
		put(d[16:], get(d[16:])|get(s[16:]))
		put(d[24:], get(d[24:])|get(s[24:]))
	}
	for i := range dst {
		dst[i] |= src[i]
	}
}

func xor(dst, src []byte) {
	src = src[:len(dst)]
	for ; len(dst) >= step; dst, src = dst[step:], src[step:] {
		d, s := (*[step]byte)(dst), (*[step]byte)(src)
		put(d[:], get(d[:])^get(s[:]))
		put(d[8:], get(d[8:])^get(s[8:]))
		put(d[16:], get(d[16:])^get(s[16:]))
		put(d[24:], get(d[24:])^get(s[24:]))
	}
	for i := range dst {
		dst[i] ^= src[i]
	}
}

func andNot(dst, src []byte) {
	src = src[:len(dst)]
	for ; len(dst) >= step; dst, src = dst[step:], src[step:] {
		d, s := (*[step]byte)(dst), (*[step]byte)(src)
		put(d[:], get(d[:])&^get(s[:]))
		put(d[8:], get(d[8:])&^get(s[8:]))
		put(d[16:], get(d[16:])&^get(s[16:]))
		put(d[24:], get(d[24:])&^get(s[24:]))
	}
	for i := range dst {
		dst[i] &^= src[i]
	}
}

func not(dst []byte) {
	for ; len(dst) >= step; dst = dst[step:] {
		d := (*[step]byte)(dst)
		put(d[:], ^get(d[:]))
		put(d[8:], ^get(d[8:]))
		put(d[16:], ^get(d[16:]))
		put(d[24:], ^get(d[24:]))
	}
	for i := range dst {
		dst[i] = ^dst[i]
	}
}

func get(p []byte) uint64    { return binary.LittleEndian.Uint64(p) }
func put(p []byte, w uint64) { binary.LittleEndian.PutUint64(p, w) }
