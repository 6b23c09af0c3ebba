package load

import (
	"fmt"
	"strconv"
)

// appendRequest appends a command as the protocol has it, an array of bulk strings.
func appendRequest(b []byte, args ...string) []byte {
	b = append(b, '*')
	b = append(strconv.AppendInt(b, int64(len(args)), 10), "\r\n"...)
	for _, a := range args {
		b = append(b, '$')
		b = append(strconv.AppendInt(b, int64(len(a)), 10), "\r\n"...)
		b = append(append(b, a...), "\r\n"...)
	}
	return b
}

// Key is the i-th key of Fill: 17 bytes.
func Key(i int) string { return fmt.Sprintf("key:%013d", i) }
