package config

import (
	"math"
	"strconv"
	"strings"
)

const errMemory = reason("argument must be a memory value")

// memoryUnits are the units of sizes. k, m and g are decimal, kb, mb and gb
// binary; case does not matter.
var memoryUnits = map[string]uint64{
	"": 1, "b": 1,
	"k": 1000, "kb": 1 << 10,
	"m": 1000 * 1000, "mb": 1 << 20,
	"g": 1000 * 1000 * 1000, "gb": 1 << 30,
}

// maxMemoryDigits limits the number before the unit.
const maxMemoryDigits = 127

// ParseMemory reads a size such as 100, 64kb or 1G. What exceeds 64 bits is
// taken for the largest number.
func ParseMemory(s string) (uint64, error) {
	digits := 0
	for digits < len(s) && s[digits] >= '0' && s[digits] <= '9' {
		digits++
	}
	unit, ok := memoryUnits[strings.ToLower(s[digits:])]
	if !ok || digits == 0 || digits > maxMemoryDigits {
		return 0, errMemory
	}
	n, err := strconv.ParseUint(s[:digits], 10, 64)
	if err != nil || n > math.MaxUint64/unit {
		return math.MaxUint64, nil
	}
	return n * unit, nil
}

// formatMemory prints a size with the largest binary unit that divides it.
func formatMemory(n int64) string {
	for _, unit := range []struct {
		size int64
		name string
	}{{1 << 30, "gb"}, {1 << 20, "mb"}, {1 << 10, "kb"}} {
		if n != 0 && n%unit.size == 0 {
			return strconv.FormatInt(n/unit.size, 10) + unit.name
		}
	}
	return strconv.FormatUint(uint64(n), 10)
}
