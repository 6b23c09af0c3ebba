package proc

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// parsePSTime reads the CPU time that ps prints: [[days-]hours:]minutes:seconds, with or without a fraction.
func parsePSTime(text string) (time.Duration, error) {
	rest, days := strings.TrimSpace(text), 0.0
	bad := fmt.Errorf("ps: CPU time %q", rest)
	if d, after, ok := strings.Cut(rest, "-"); ok {
		n, err := strconv.ParseUint(d, 10, 31)
		if err != nil {
			return 0, bad
		}
		days, rest = float64(n), after
	}
	parts := strings.Split(rest, ":")
	if len(parts) < 2 || len(parts) > 3 {
		return 0, bad
	}
	seconds := 0.0
	for i, p := range parts {
		v, err := strconv.ParseFloat(p, 64)
		if err != nil || !(v >= 0 && v < 1e6) || i < len(parts)-1 && strings.Contains(p, ".") {
			return 0, bad
		}
		seconds = seconds*60 + v
	}
	return time.Duration((days*86400 + seconds) * float64(time.Second)).Round(time.Millisecond), nil
}
