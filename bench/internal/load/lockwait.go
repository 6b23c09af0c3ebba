package load

import (
	"strconv"
	"strings"
	"time"
)

// lockWaitField is the field of miniredisd's INFO cpu with the time that was spent waiting for locks.
const lockWaitField = "miniredisd_mutex_wait_usec:"

// LockWait asks a server how long its loops have waited for locks since it was started, all together. ok tells whether it
// says so.
func LockWait(addr string) (wait time.Duration, ok bool) {
	c, err := Dial(addr)
	if err != nil {
		return 0, false
	}
	defer c.Close()
	info, err := c.Do("INFO", "cpu")
	if err != nil {
		return 0, false
	}
	_, text, found := strings.Cut(info, lockWaitField)
	digits, _, _ := strings.Cut(text, "\r\n")
	us, err := strconv.ParseInt(digits, 10, 64)
	return time.Duration(us) * time.Microsecond, found && err == nil
}
