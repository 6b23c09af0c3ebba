//go:build linux && (amd64 || arm64)

package aof

// Writing what the page cache is expected to take at once, without telling Go's scheduler. A system call that it knows of, and that
// takes longer than its watchdog's 20 µs, makes the watchdog take the processor away and look every 20 µs from then on, which costs
// as much as the writing itself. If the call has to wait after all, so does the collector of garbage.

import (
	"os"
	"syscall"
	"unsafe"
)

// promptBytes is how much is written in this way, in bytes: to copy as much takes some ten microseconds.
const promptBytes = 256 << 10

// promptWriter writes to a file, one call at a time.
type promptWriter struct {
	file osFile
	conn syscall.RawConn
	call func(fd uintptr) // pwrite as conn.Control wants it, made once

	// What call is about.
	p      []byte
	at     int64
	n      int
	failed syscall.Errno
}

// newPromptWriter returns nil for a file that is none of the operating system's.
func newPromptWriter(f File) *promptWriter {
	file, isFile := f.(osFile)
	if !isFile {
		return nil
	}
	conn, err := file.SyscallConn()
	if err != nil {
		return nil
	}
	w := &promptWriter{file: file, conn: conn}
	w.call = w.pwrite
	return w
}

// WriteAt implements io.WriterAt.
func (w *promptWriter) WriteAt(p []byte, at int64) (n int, err error) {
	if len(p) > promptBytes {
		return w.file.WriteAt(p, at)
	}
	w.p, w.at, w.n, w.failed = p, at, 0, 0
	err = w.conn.Control(w.call)
	w.p = nil
	if err == nil && w.failed != 0 {
		err = &os.PathError{Op: "write", Path: w.file.Name(), Err: w.failed}
	}
	return w.n, err
}

// pwrite writes all, or as much as can be written.
func (w *promptWriter) pwrite(fd uintptr) {
	for w.n < len(w.p) {
		n, _, err := syscall.RawSyscall6(syscall.SYS_PWRITE64, fd, uintptr(unsafe.Pointer(&w.p[w.n])), uintptr(len(w.p)-w.n),
			uintptr(w.at+int64(w.n)), 0, 0)
		switch {
		case err == syscall.EINTR:
		case err != 0:
			w.failed = err
			return
		case n == 0:
			w.failed = syscall.EIO
			return
		default:
			w.n += int(n)
		}
	}
}
