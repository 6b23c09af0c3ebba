package aof

// Syncing without a thread that waits: Linux does it in its own time (AIO's IOCB_CMD_FDSYNC) and rings an eventfd, for
// which Go's poller waits as for a socket. A goroutine in fdatasync(2) keeps its processor of Go's scheduler until a
// thread that looks every 20 µs takes it away; with few processors that costs more than the sync.

import (
	"os"
	"sync/atomic"
	"syscall"
	"unsafe"
)

// maxSyncs is how many syncs may be under way at a time.
const maxSyncs = 2

// disk has files synced by the kernel. The zero value is ready. The log's lock guards it.
type disk struct {
	refused bool           // the kernel, or the sandbox we are in, does not offer it
	ring    unsafe.Pointer // io_setup's context: where the kernel shows an aioRing; nil: not open
	bell    *os.File       // eventfd
	bellFD  int
}

// aioRing is the head of struct aio_ring, which the kernel shows to those who want to look without a system call.
type aioRing struct {
	_, _       uint32
	head, tail atomic.Uint32 // events lie between them
	magic      uint32
}

const ringMagic = 0xa10a10a1

// request is struct iocb of <linux/aio_abi.h>; what is not named is zero.
type request struct {
	slot    uint64 // comes back with the event
	_       [2]uint32
	command uint16
	_       uint16
	fd      uint32
	_       [4]uint64
	flags   uint32
	bell    uint32
}

const (
	dataSync = 3 // IOCB_CMD_FDSYNC
	ringBell = 1 // IOCB_FLAG_RESFD
)

// event is struct io_event.
type event struct {
	slot   uint64
	_      uint64
	result int64 // an error, negated
	_      int64
}

// begin makes the kernel sync the file, for the slot of that number. False: it does not do that.
func (d *disk) begin(f File, slot int, l *Log) (ok bool) {
	file, isFile := f.(osFile)
	if !isFile || !d.open(l) {
		return false
	}
	conn, err := file.SyscallConn()
	if err != nil {
		return false
	}
	conn.Control(func(fd uintptr) {
		r := &request{slot: uint64(slot), command: dataSync, fd: uint32(fd), flags: ringBell, bell: uint32(d.bellFD)}
		n, _, _ := syscall.RawSyscall(syscall.SYS_IO_SUBMIT, uintptr(d.ring), 1, uintptr(unsafe.Pointer(&r)))
		ok = n == 1
	})
	return ok
}

// open makes context and bell, once, and the goroutine that listens to the bell.
func (d *disk) open(l *Log) bool {
	if d.ring != nil || d.refused {
		return !d.refused
	}
	d.refused = true
	if _, _, errno := syscall.RawSyscall(syscall.SYS_IO_SETUP, maxSyncs, uintptr(unsafe.Pointer(&d.ring)), 0); errno != 0 {
		return false
	}
	fd, _, errno := syscall.RawSyscall(syscall.SYS_EVENTFD2, 0, syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
	if errno != 0 {
		syscall.RawSyscall(syscall.SYS_IO_DESTROY, uintptr(d.ring), 0, 0)
		d.ring = nil
		return false
	}
	d.bell, d.bellFD, d.refused = os.NewFile(fd, "eventfd"), int(fd), false
	go l.listen(d.bell)
	return true
}

// listen reaps when the bell rings, until it is closed.
func (l *Log) listen(bell *os.File) {
	var count [8]byte
	for {
		if _, err := bell.Read(count[:]); err != nil {
			return
		}
		l.mu.Lock()
		l.reap()
		l.mu.Unlock()
	}
}

// close gives all back. No sync is under way.
func (d *disk) close() {
	if d.ring != nil {
		d.bell.Close()
		syscall.RawSyscall(syscall.SYS_IO_DESTROY, uintptr(d.ring), 0, 0)
		d.ring, d.refused = nil, true
	}
}

// ended returns the syncs that have ended since it was asked last. It is cheap when there are none.
func (d *disk) ended(events *[maxSyncs]event) []event {
	if d.ring == nil {
		return nil
	}
	if r := (*aioRing)(d.ring); r.magic == ringMagic && r.head.Load() == r.tail.Load() {
		return nil
	}
	var now syscall.Timespec
	n, _, errno := syscall.RawSyscall6(syscall.SYS_IO_GETEVENTS, uintptr(d.ring), 0, maxSyncs,
		uintptr(unsafe.Pointer(events)), uintptr(unsafe.Pointer(&now)), 0)
	if errno != 0 {
		return nil
	}
	return events[:n]
}

// reap ends the syncs that the kernel is done with. It needs the lock.
func (l *Log) reap() {
	var events [maxSyncs]event
	for _, e := range l.syncs.disk.ended(&events) {
		var err error
		if e.result < 0 {
			err = os.NewSyscallError("fdatasync", syscall.Errno(-e.result))
		}
		l.syncEnded(l.syncs.slots[e.slot], err)
	}
}
