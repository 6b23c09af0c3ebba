//go:build linux && (amd64 || arm64)

package aof

import (
	"os"
	"syscall"
	"unsafe"
)

// promptBytes is how much WritePrompt takes, in bytes: to copy as much takes some ten microseconds.
const promptBytes = 256 << 10

// WritePrompt is WriteAt for bytes that the page cache is expected to take at once. Go's scheduler is not told of it: a system call
// that it knows of, and that takes longer than its watchdog's 20 µs, makes the watchdog take the processor away and look every 20 µs
// from then on, which costs as much as the writing itself. If the call has to wait after all, so does the collector of garbage.
func (f osFile) WritePrompt(p []byte, at int64) (n int, err error) {
	if len(p) > promptBytes {
		return f.WriteAt(p, at)
	}
	conn, err := f.SyscallConn()
	if err != nil {
		return 0, err
	}
	var failed syscall.Errno
	err = conn.Control(func(fd uintptr) { n, failed = pwrite(fd, p, at) })
	if err == nil && failed != 0 {
		err = &os.PathError{Op: "write", Path: f.Name(), Err: failed}
	}
	return n, err
}

// pwrite writes p wholly, or as much as can be written.
func pwrite(fd uintptr, p []byte, at int64) (n int, failed syscall.Errno) {
	for n < len(p) {
		done, _, err := syscall.RawSyscall6(syscall.SYS_PWRITE64, fd, uintptr(unsafe.Pointer(&p[n])), uintptr(len(p)-n),
			uintptr(at+int64(n)), 0, 0)
		switch {
		case err == syscall.EINTR:
		case err != 0:
			return n, err
		case done == 0:
			return n, syscall.EIO
		default:
			n += int(done)
		}
	}
	return n, 0
}
