package resp

import "github.com/miniredisd/miniredisd/internal/double"

// FormatDouble is AppendDouble as a string.
func FormatDouble(f float64) string {
	var tmp [double.MaxLen]byte
	return string(AppendDouble(tmp[:0], f))
}

// AppendDouble appends f as Redis replies it; double.Append draws how that is.
func AppendDouble(dst []byte, f float64) []byte { return double.Append(dst, f) }
