// Package geo has positions on the globe as scores of sorted sets, distances between them, and the ranges of scores among
// which all positions near a place are. It is pure arithmetic and imports nothing of this module.
//
// A position is cut down to a cell: the map is halved step times in either direction, and the halves in which the position
// lies are the cell's number, a bit each, of latitude and longitude by turns:
//
//	bit 2·step-1  …                                  1     0
//	    east half? north half? east half? north half? east? north?
//
// With 26 steps that makes 52 bits, which a score, a double, holds exactly. All positions in one cell of fewer steps have the
// same first bits: they are one range of scores.
//
// Replies are to be the same to the last digit as those of Redis, on every machine. So the formulas are computed in its
// order, products are rounded before they are added (float64(a*b)), which Go leaves to the machine otherwise, and sines are
// this package's own.
package geo

import "math"

// Limits of positions, in degrees: those of the web's map projection.
const (
	MaxLongitude = 180.0
	MaxLatitude  = 85.05112878
)

// MaxSteps is the number of steps of a score.
const MaxSteps = 26

// Point is a position in degrees: eastern and northern ones are positive.
type Point struct{ Longitude, Latitude float64 }

// Valid reports whether there are scores for a position.
func (p Point) Valid() bool {
	return p.Longitude >= -MaxLongitude && p.Longitude <= MaxLongitude && p.Latitude >= -MaxLatitude && p.Latitude <= MaxLatitude
}

// Score is the score of a valid position.
func (p Point) Score() uint64 { return cellAt(p, MaxLatitude, MaxSteps).bits }

// alphabet is that of the standard's texts.
const alphabet = "0123456789bcdefghjkmnpqrstuvwxyz"

// TextLen is the length of a standard text.
const TextLen = 11

// Text is a position as other programs write it, a standard geohash. That is a number of the same kind, but of a map that
// goes up to the poles, 5 bits a letter. The 52 bits are ten letters and a half; the last letter is always 0.
func (p Point) Text() (text [TextLen]byte) {
	bits := cellAt(p, 90, MaxSteps).bits
	for i := range text[:TextLen-1] {
		text[i] = alphabet[bits>>(2*MaxSteps-5*(i+1))&31]
	}
	text[TextLen-1] = alphabet[0]
	return text
}

// At is the position of a score: the middle of its cell. Scores that no position has are somewhere, too.
func At(score float64) Point {
	a := cell{bits: truncate(score), steps: MaxSteps}.area()
	return Point{
		Longitude: clamp((a.min.Longitude+a.max.Longitude)/2, MaxLongitude),
		Latitude:  clamp((a.min.Latitude+a.max.Latitude)/2, MaxLatitude),
	}
}

func clamp(x, limit float64) float64 { return max(min(x, limit), -limit) }

// truncate is the bits of a score. What is none is taken as Redis does on most machines: below 0 in two's complement, as
// long as it fits, and beyond 64 bits 0.
func truncate(score float64) uint64 {
	const half = 1 << 63
	switch {
	case score >= 2*half:
		return 0
	case score >= 0:
		return uint64(score)
	case score >= -half:
		return uint64(int64(score))
	}
	return half
}

// cell is a rectangle of the map.
type cell struct {
	bits  uint64
	steps uint // 0: none
}

// cellAt is the cell in which a position lies, on a map that reaches from -top to top.
func cellAt(p Point, top float64, steps uint) cell {
	x := (p.Longitude + MaxLongitude) / (2 * MaxLongitude)
	y := (p.Latitude + top) / (2 * top)
	scale := float64(uint64(1) << steps)
	return cell{spread(uint32(y*scale)) | spread(uint32(x*scale))<<1, steps}
}

// area is a rectangle of positions.
type area struct{ min, max Point }

func (c cell) area() area {
	x, y := gather(c.bits>>1), gather(c.bits)
	return area{
		min: Point{edge(x, c.steps, MaxLongitude), edge(y, c.steps, MaxLatitude)},
		max: Point{edge(x+1, c.steps, MaxLongitude), edge(y+1, c.steps, MaxLatitude)},
	}
}

// edge is where the i-th column or row begins.
func edge(i uint32, steps uint, limit float64) float64 {
	return -limit + float64(float64(i)/float64(uint64(1)<<steps)*(2*limit))
}

// Bits of columns and of rows in the number of a cell.
const (
	columns = 0xaaaaaaaaaaaaaaaa
	rows    = 0x5555555555555555
)

// Directions.
const (
	none  = 0
	east  = 1
	north = 1
	west  = -1
	south = -1
)

// neighbour is the cell beside this one. The map has no ends: what leaves it comes in on the other side.
func (c cell) neighbour(dx, dy int) cell {
	if dx != none {
		c.bits = c.step(dx, columns, rows)
	}
	if dy != none {
		c.bits = c.step(dy, rows, columns)
	}
	return c
}

// step adds 1 to the number that the bits of one direction are, or subtracts it; the bits of the other direction stay. They
// lie between: as ones they pass a carry on, as zeros a borrow is passed on after they were set.
func (c cell) step(d int, moving, staying uint64) uint64 {
	used := uint64(math.MaxUint64) >> (64 - 2*c.steps)
	between := staying & used
	n := c.bits & moving
	if d > 0 {
		n += between + 1
	} else {
		n = (n | between) - (between + 1)
	}
	return n&moving&used | c.bits&staying
}

// scores is the range of scores of the positions in a cell, from, included, to to, excluded.
func (c cell) scores() (from, to uint64) {
	shift := 2 * (MaxSteps - c.steps)
	return c.bits << shift, (c.bits + 1) << shift
}

// Every second bit of a number, from the lowest on.
var halves = [...]uint64{0x5555555555555555, 0x3333333333333333, 0x0f0f0f0f0f0f0f0f, 0x00ff00ff00ff00ff, 0x0000ffff0000ffff}

// spread puts a zero before each bit.
func spread(v uint32) uint64 {
	x := uint64(v)
	for i := len(halves) - 1; i >= 0; i-- {
		x = (x | x<<(1<<i)) & halves[i]
	}
	return x
}

// gather takes every second bit, from the lowest on.
func gather(x uint64) uint32 {
	x &= halves[0]
	for i := range len(halves) - 1 {
		x = (x | x>>(1<<i)) & halves[i+1]
	}
	return uint32(x | x>>16)
}
