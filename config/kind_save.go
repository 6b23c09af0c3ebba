package config

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// SavePoint asks for a snapshot Seconds after the last one if there were
// Changes or more since.
type SavePoint struct {
	Seconds int64
	Changes int64
}

// String prints the point as it stands in the configuration.
func (p SavePoint) String() string {
	return strconv.FormatInt(p.Seconds, 10) + " " + strconv.FormatInt(p.Changes, 10)
}

// SavePoints reads the option save. The caller must not modify the result.
func (c *Config) SavePoints() []SavePoint { return c.obj(Save.slot).([]SavePoint) }

// saveKind is a list of save points: "3600 1 300 100". Several lines of one
// file add up; the first replaces the default.
type saveKind struct{}

func (saveKind) parse(args []string, now value, again bool) (value, error) {
	const bad = reason("Invalid save parameters")
	if len(args) == 1 && args[0] == "" {
		return value{x: []SavePoint(nil)}, nil
	}
	if len(args)%2 != 0 {
		return value{}, bad
	}
	var points []SavePoint
	if again {
		points = slices.Clip(now.x.([]SavePoint))
	}
	for pair := range slices.Chunk(args, 2) {
		seconds, err1 := strconv.ParseInt(pair[0], 10, 64)
		changes, err2 := strconv.ParseInt(pair[1], 10, 64)
		if err1 != nil || err2 != nil || seconds < 1 || changes < 0 || changes > math.MaxInt32 {
			return value{}, bad
		}
		points = append(points, SavePoint{seconds, changes})
	}
	return value{x: points}, nil
}

func (saveKind) format(v value) string {
	points := v.x.([]SavePoint)
	parts := make([]string, len(points))
	for i, p := range points {
		parts[i] = p.String()
	}
	return strings.Join(parts, " ")
}

// Save points are written even when they are the default, so that a file says
// when snapshots are taken.
func (saveKind) lines(v, _ value) []line {
	points := v.x.([]SavePoint)
	if len(points) == 0 {
		return []line{{`""`, true}}
	}
	lines := make([]line, len(points))
	for i, p := range points {
		lines[i] = line{p.String(), true}
	}
	return lines
}

func (saveKind) same(_, _ value) bool { return false }
