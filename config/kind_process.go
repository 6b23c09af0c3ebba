package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// Dir reads the directory in which the server keeps its files, an absolute
// path.
func (c *Config) Dir() string { return c.obj(Dir.slot).(string) }

// dirKind is a directory that exists. redis-server makes it its working
// directory; here it is only what Path resolves names against, because
// a server within a Go program must not move the whole program.
type dirKind struct{}

func (dirKind) parse(args []string, now value, _ bool) (value, error) {
	s, err := one(args)
	if err != nil {
		return value{}, err
	}
	if s == "" {
		return value{}, reason(errnoText(syscall.ENOENT))
	}
	dir := filepath.Clean(resolve(now.x.(string), s))
	info, err := os.Stat(dir)
	if err != nil {
		return value{}, reason(errnoText(err))
	}
	if !info.IsDir() {
		return value{}, reason(errnoText(syscall.ENOTDIR))
	}
	return value{x: dir}, nil
}

func (dirKind) format(v value) string   { return v.x.(string) }
func (dirKind) lines(v, _ value) []line { return []line{{quote(v.x.(string)), true}} }
func (dirKind) same(_, _ value) bool    { return false }

// errnoText is the system's words for err, without the operation and path that
// Go puts before them: "No such file or directory".
func errnoText(err error) string {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		err = errno
	}
	s := err.Error()
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// OOMScores reads oom-score-adj-values: for a master, a replica, and a child process.
func (c *Config) OOMScores() [3]int { return c.obj(OOMScoreAdjValues.slot).(oomScores) }

// oomScores are the values of oom-score-adj-values: for a master, a replica,
// and a child process.
type oomScores [3]int

// oomKind is three numbers.
type oomKind struct{}

func (oomKind) parse(args []string, _ value, _ bool) (value, error) {
	var scores oomScores
	if len(args) != len(scores) {
		return value{}, errArgs
	}
	for i, arg := range args {
		n, err := strconv.Atoi(arg)
		if err != nil || n < -2000 || n > 2000 {
			return value{}, reason("Invalid oom-score-adj-values, elements must be between -2000 and 2000.")
		}
		scores[i] = n
	}
	return value{x: scores}, nil
}

func (oomKind) format(v value) string {
	s := v.x.(oomScores)
	return fmt.Sprintf("%d %d %d", s[0], s[1], s[2])
}

func (k oomKind) lines(v, def value) []line { return []line{{k.format(v), v.x != def.x}} }
func (oomKind) same(old, v value) bool      { return old.x == v.x }

// LatencyPercentiles reads latency-tracking-info-percentiles. The caller must
// not modify the result.
func (c *Config) LatencyPercentiles() []float64 {
	return c.obj(LatencyTrackingInfoPercentiles.slot).([]float64)
}

// percentilesKind is a list of numbers within [0, 100].
type percentilesKind struct{}

func (percentilesKind) parse(args []string, _ value, _ bool) (value, error) {
	if len(args) == 1 && args[0] == "" {
		args = nil
	}
	list := make([]float64, len(args))
	for i, arg := range args {
		p, err := strconv.ParseFloat(arg, 64)
		switch {
		case err != nil || p != p:
			return value{}, reason("Invalid latency-tracking-info-percentiles parameters")
		case p < 0 || p > 100:
			return value{}, reason("latency-tracking-info-percentiles parameters should sit between [0.0,100.0]")
		}
		list[i] = p
	}
	return value{x: list}, nil
}

// format prints at most six decimals, without zeros at the end.
func (percentilesKind) format(v value) string {
	list := v.x.([]float64)
	parts := make([]string, len(list))
	for i, p := range list {
		parts[i] = strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%f", p), "0"), ".")
	}
	return strings.Join(parts, " ")
}

func (k percentilesKind) lines(v, _ value) []line {
	if s := k.format(v); s != "" {
		return []line{{s, true}}
	}
	return []line{{`""`, true}}
}

func (percentilesKind) same(_, _ value) bool { return false }
