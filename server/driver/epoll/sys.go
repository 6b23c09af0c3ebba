//go:build linux

package epoll

// The system calls. Those that cannot block are made without telling Go's scheduler, which saves about as much as parsing
// a small command takes.

import (
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix" // syscall does not have the numbers for all processors
)

// Events that a connection is registered for. Edge-triggered: each is reported once, and conn.readable and conn.full
// remember it.
const (
	edge     = 1 << 31 // EPOLLET
	incoming = syscall.EPOLLIN | syscall.EPOLLRDHUP | edge
	outgoing = syscall.EPOLLOUT
)

// read reads once from a non-blocking socket; p is not empty. recv(2) and send(2) take about a tenth less time than read(2) and
// write(2), which are for all kinds of files.
func read(fd int, p []byte) (int, syscall.Errno) {
	n, _, err := syscall.RawSyscall6(unix.SYS_RECVFROM, uintptr(fd), uintptr(unsafe.Pointer(&p[0])), uintptr(len(p)), 0, 0, 0)
	return int(n), err
}

// write writes once to a non-blocking socket; p is not empty.
func write(fd int, p []byte) (int, syscall.Errno) {
	n, _, err := syscall.RawSyscall6(unix.SYS_SENDTO, uintptr(fd), uintptr(unsafe.Pointer(&p[0])), uintptr(len(p)),
		syscall.MSG_NOSIGNAL, 0, 0)
	return int(n), err
}

// poll returns the number of events that there are now.
func poll(fd int, events []syscall.EpollEvent) int {
	n, _, err := syscall.RawSyscall6(syscall.SYS_EPOLL_PWAIT, uintptr(fd), uintptr(unsafe.Pointer(&events[0])),
		uintptr(len(events)), 0, 0, 0)
	if err != 0 {
		return 0
	}
	return int(n)
}

// register adds or changes (op) what fd is waited for.
func register(epfd, op, fd int, events uint32) error {
	return syscall.EpollCtl(epfd, op, fd, &syscall.EpollEvent{Events: events, Fd: int32(fd)})
}

// newEventFD returns a descriptor that ring makes readable.
func newEventFD() (int, error) {
	fd, _, err := syscall.RawSyscall(syscall.SYS_EVENTFD2, 0, syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
	if err != 0 {
		return -1, err
	}
	return int(fd), nil
}

// duplicate returns another descriptor of the same socket.
func duplicate(fd int) (int, error) {
	n, _, err := syscall.RawSyscall(syscall.SYS_FCNTL, uintptr(fd), syscall.F_DUPFD_CLOEXEC, 0)
	if err != 0 {
		return -1, err
	}
	return int(n), nil
}

// ring wakes who waits for the eventfd. It is registered edge-triggered: each ring counts, and it need not be read.
func ring(fd int) {
	one := uint64(1)
	syscall.RawSyscall(syscall.SYS_WRITE, uintptr(fd), uintptr(unsafe.Pointer(&one)), unsafe.Sizeof(one))
}

// keepAlive sets up TCP's keep-alive: the first question after idle, three more after a third of it each.
func keepAlive(fd int, idle time.Duration) {
	seconds := max(int(idle/time.Second), 1)
	syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_KEEPALIVE, 1)
	syscall.SetsockoptInt(fd, syscall.IPPROTO_TCP, syscall.TCP_KEEPIDLE, seconds)
	syscall.SetsockoptInt(fd, syscall.IPPROTO_TCP, syscall.TCP_KEEPINTVL, max(seconds/3, 1))
	syscall.SetsockoptInt(fd, syscall.IPPROTO_TCP, syscall.TCP_KEEPCNT, 3)
}
