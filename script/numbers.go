package script

import (
	"strconv"
	"strings"
)

// parseNumber reads a text as Lua does: decimal or hexadecimal, with white space around it.
func parseNumber(s string) (float64, bool) {
	s = strings.Trim(s, " \t\n\v\f\r")
	digits := strings.TrimLeft(s, "+-")
	if hex, ok := strings.CutPrefix(strings.ToLower(digits), "0x"); ok && len(s)-len(digits) <= 1 {
		n, err := strconv.ParseUint(hex, 16, 64)
		if s[0] == '-' {
			return -float64(n), err == nil
		}
		return float64(n), err == nil
	}
	if strings.ContainsAny(s, "_xXpP") {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		if e, ok := err.(*strconv.NumError); !ok || e.Err != strconv.ErrRange {
			return 0, false
		}
	}
	return f, true
}
