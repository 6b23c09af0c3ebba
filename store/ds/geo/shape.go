package geo

import "math"

// Shape is what is searched: a circle, or a box whose sides are parallels and meridians, around a centre.
type Shape struct {
	Center Point
	// Box tells which of these count. They are lengths in units.
	Box           bool
	Radius        float64
	Width, Height float64
	// Unit is the unit in metres.
	Unit float64
}

// Distance is how far a position is from the centre, in metres; ok is false when it is outside of the shape.
func (s *Shape) Distance(p Point) (metres float64, ok bool) {
	if s.Box {
		if alongMeridian(p.Latitude, s.Center.Latitude) > s.Height*s.Unit/2 {
			return 0, false
		}
		if Distance(p, Point{s.Center.Longitude, p.Latitude}) > s.Width*s.Unit/2 {
			return 0, false
		}
		return Distance(s.Center, p), true
	}
	metres = Distance(s.Center, p)
	return metres, !(metres > s.Radius*s.Unit)
}

// reach is the distance of the farthest position from the centre, in metres.
func (s *Shape) reach() float64 {
	if s.Box {
		w, h := s.Width/2, s.Height/2
		return math.Sqrt(float64(w*w)+float64(h*h)) * s.Unit
	}
	return s.Radius * s.Unit
}

// bounds is the area in which the shape lies. The sides of a box are longer, in degrees, where it is nearer to a pole. It is
// a wrong one when a pole is inside, or the shape is larger than the world.
func (s *Shape) bounds() area {
	width, height := s.Unit*s.Radius, s.Unit*s.Radius
	if s.Box {
		width, height = s.Unit*(s.Width/2), s.Unit*(s.Height/2)
	}
	x, y := s.Center.Longitude, s.Center.Latitude
	dy := degrees(height / radius)
	far := y + dy
	if y < 0 {
		far = y - dy
	}
	dx := degrees(width / radius / cos(radians(far)))
	return area{min: Point{x - dx, y - dy}, max: Point{x + dx, y + dy}}
}

// mapWidth is the length of the map's equator, halved, in metres.
const mapWidth = 20037726.37

// stepsFor is with how many steps a cell is as large as what is searched, with something to spare.
func stepsFor(metres, latitude float64) uint {
	if metres == 0 {
		return MaxSteps
	}
	steps := -1
	for ; metres < mapWidth; metres *= 2 {
		steps++
	}
	// Near the poles cells are smaller than they look.
	switch latitude = math.Abs(latitude); {
	case latitude > 80:
		steps -= 2
	case latitude > 66:
		steps--
	}
	return uint(max(1, min(steps, MaxSteps)))
}

// Range is a range of scores: those from From, included, to To, excluded.
type Range struct{ From, To float64 }

// Cover returns the ranges of scores among which all positions in the shape are, and others: the cell of its centre and
// those around it, as far as they are needed. No score is in two of them.
//
// Their order is the one in which Redis searches, and where it finds less than there is, so does this: near the poles, when
// the shape reaches beyond the area of which there are scores.
func (s *Shape) Cover() (ranges [9]Range, n int) {
	bounds, steps := s.bounds(), stepsFor(s.reach(), s.Center.Latitude)
	c := cellAt(s.Center, MaxLatitude, steps)
	if steps > 1 && c.tooSmall(bounds) {
		steps--
		c = cellAt(s.Center, MaxLatitude, steps)
	}
	var last cell
	for _, d := range around {
		near := c.neighbour(d.x, d.y)
		if steps >= 2 && c.reaches(bounds, d.x, d.y) {
			continue
		}
		// There are so few large cells that one may be the neighbour on both sides.
		if near == last {
			continue
		}
		from, to := near.scores()
		ranges[n] = Range{float64(from), float64(to)}
		n++
		last = near
	}
	return ranges, n
}

// around is the order in which cells are searched.
var around = [9]struct{ x, y int }{{none, none}, {none, north}, {none, south}, {east, none}, {west, none},
	{east, north}, {west, north}, {east, south}, {west, south}}

// tooSmall reports whether the cells around this one end within the bounds.
func (c cell) tooSmall(bounds area) bool {
	return c.neighbour(none, north).area().max.Latitude < bounds.max.Latitude ||
		c.neighbour(none, south).area().min.Latitude > bounds.min.Latitude ||
		c.neighbour(east, none).area().max.Longitude < bounds.max.Longitude ||
		c.neighbour(west, none).area().min.Longitude > bounds.min.Longitude
}

// reaches reports whether the cell itself goes beyond the bounds in a direction, so that the neighbour there is not needed.
func (c cell) reaches(bounds area, dx, dy int) bool {
	a := c.area()
	return dy == south && a.min.Latitude < bounds.min.Latitude || dy == north && a.max.Latitude > bounds.max.Latitude ||
		dx == west && a.min.Longitude < bounds.min.Longitude || dx == east && a.max.Longitude > bounds.max.Longitude
}
