// Package memfs is a file system in memory for tests of the append-only log. It
// knows what a disk would know after a crash: the bytes of a file as of its last
// Sync, and the entries of a directory as of its last SyncDir. Faults of any
// operation can be injected.
package memfs

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/miniredisd/miniredisd/aof"
)

// Op names an operation for Fault.
type Op string

// The operations that can fail.
const (
	OpOpen     Op = "open"
	OpWrite    Op = "write"
	OpTruncate Op = "truncate"
	OpSync     Op = "sync"
	OpRename   Op = "rename"
	OpSyncDir  Op = "syncdir"
)

// Fault decides about an operation: n is the number of bytes of a write (else
// 0). A nil error lets it pass. With an error a write still writes allow bytes,
// and other operations do nothing.
type Fault func(op Op, name string, n int) (allow int, err error)

// FS is the file system. It is safe for concurrent use.
type FS struct {
	mu      sync.Mutex
	fault   Fault
	names   map[string]*node // entries as they are
	durable map[string]*node // entries as of the last SyncDir
	ops     []string         // log of the operations that change something
}

// node is a file or a directory.
type node struct {
	dir    bool
	data   []byte
	synced []byte // data as of the last Sync
}

// New returns a file system that has the given directory and nothing else.
func New(dir string) *FS {
	d := &node{dir: true}
	dir = filepath.Clean(dir)
	return &FS{names: map[string]*node{dir: d}, durable: map[string]*node{dir: d}}
}

// SetFault sets the judge of all operations from now on; nil lets all pass. It
// runs without the file system's lock, and may block.
func (f *FS) SetFault(fault Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fault = fault
}

// Ops returns the operations so far, as "op base-name".
func (f *FS) Ops() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.ops)
}

// Crash returns what the disk holds if the machine stops now. keep says how many
// of n bytes that were appended to a file since its last Sync reached the disk
// nevertheless; nil keeps none.
func (f *FS) Crash(keep func(n int) int) *FS {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := &FS{names: map[string]*node{}, durable: map[string]*node{}}
	for name, n := range f.durable {
		data := slices.Clone(n.synced)
		if extra := len(n.data) - len(n.synced); extra > 0 && keep != nil {
			data = append(data, n.data[len(n.synced):][:keep(extra)]...)
		}
		copied := &node{dir: n.dir, data: data, synced: slices.Clone(data)}
		c.names[name], c.durable[name] = copied, copied
	}
	return c
}

// ReadFile returns the content of a file, nil if there is none.
func (f *FS) ReadFile(name string) []byte {
	f.mu.Lock()
	defer f.mu.Unlock()
	if n := f.names[filepath.Clean(name)]; n != nil {
		return slices.Clone(n.data)
	}
	return nil
}

// WriteFile makes a durable file.
func (f *FS) WriteFile(name string, data []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := &node{data: slices.Clone(data), synced: slices.Clone(data)}
	f.names[filepath.Clean(name)], f.durable[filepath.Clean(name)] = n, n
}

// judge asks the fault about an operation and notes it.
func (f *FS) judge(op Op, name string, n int) (int, error) {
	f.mu.Lock()
	fault := f.fault
	f.mu.Unlock()
	allow := n
	var err error
	if fault != nil {
		if allow, err = fault(op, name, n); err == nil {
			allow = n
		}
	}
	f.mu.Lock()
	f.ops = append(f.ops, string(op)+" "+filepath.Base(name))
	f.mu.Unlock()
	return allow, err
}

func pathError(op Op, name string, err error) error {
	return &fs.PathError{Op: string(op), Path: name, Err: err}
}

// OpenFile implements aof.FS.
func (f *FS) OpenFile(name string, flag int, _ fs.FileMode) (aof.File, error) {
	name = filepath.Clean(name)
	if flag&os.O_CREATE != 0 {
		if _, err := f.judge(OpOpen, name, 0); err != nil {
			return nil, pathError(OpOpen, name, err)
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	n := f.names[name]
	if n == nil {
		if parent := f.names[filepath.Dir(name)]; flag&os.O_CREATE == 0 || parent == nil {
			return nil, pathError(OpOpen, name, fs.ErrNotExist)
		}
		n = &node{}
		f.names[name] = n
	}
	if n.dir {
		return nil, pathError(OpOpen, name, fs.ErrInvalid)
	}
	if flag&os.O_TRUNC != 0 {
		n.data = nil
	}
	return &file{fs: f, name: name, node: n}, nil
}

// Stat implements aof.FS.
func (f *FS) Stat(name string) (fs.FileInfo, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := f.names[filepath.Clean(name)]
	if n == nil {
		return nil, pathError("stat", name, fs.ErrNotExist)
	}
	return info{filepath.Base(name), int64(len(n.data)), n.dir}, nil
}

// Mkdir implements aof.FS.
func (f *FS) Mkdir(name string, _ fs.FileMode) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	name = filepath.Clean(name)
	if n := f.names[name]; n != nil && !n.dir {
		return pathError("mkdir", name, fs.ErrExist)
	} else if n == nil {
		f.names[name] = &node{dir: true}
	}
	return nil
}

// Rename implements aof.FS.
func (f *FS) Rename(oldName, newName string) error {
	if _, err := f.judge(OpRename, newName, 0); err != nil {
		return pathError(OpRename, oldName, err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	oldName, newName = filepath.Clean(oldName), filepath.Clean(newName)
	n := f.names[oldName]
	if n == nil {
		return pathError(OpRename, oldName, fs.ErrNotExist)
	}
	delete(f.names, oldName)
	f.names[newName] = n
	return nil
}

// Remove implements aof.FS.
func (f *FS) Remove(name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	name = filepath.Clean(name)
	if f.names[name] == nil {
		return pathError("remove", name, fs.ErrNotExist)
	}
	delete(f.names, name)
	return nil
}

// SyncDir implements aof.FS.
func (f *FS) SyncDir(name string) error {
	if _, err := f.judge(OpSyncDir, name, 0); err != nil {
		return pathError(OpSyncDir, name, err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	dir := filepath.Clean(name)
	for entry := range f.durable {
		if entry != dir && filepath.Dir(entry) == dir {
			delete(f.durable, entry)
		}
	}
	for entry, n := range f.names {
		if entry != dir && filepath.Dir(entry) == dir {
			f.durable[entry] = n
		}
	}
	return nil
}

// file is an open file.
type file struct {
	fs   *FS
	name string
	node *node
	pos  int
}

func (h *file) Read(p []byte) (int, error) {
	h.fs.mu.Lock()
	defer h.fs.mu.Unlock()
	if h.pos >= len(h.node.data) {
		return 0, io.EOF
	}
	n := copy(p, h.node.data[h.pos:])
	h.pos += n
	return n, nil
}

func (h *file) WriteAt(p []byte, off int64) (int, error) {
	allow, err := h.fs.judge(OpWrite, h.name, len(p))
	h.fs.mu.Lock()
	defer h.fs.mu.Unlock()
	p = p[:allow]
	if short := int(off) + len(p) - len(h.node.data); short > 0 {
		h.node.data = append(h.node.data, make([]byte, short)...)
	}
	n := copy(h.node.data[off:], p)
	if err != nil {
		return n, pathError(OpWrite, h.name, err)
	}
	return n, nil
}

func (h *file) Truncate(size int64) error {
	if _, err := h.fs.judge(OpTruncate, h.name, 0); err != nil {
		return pathError(OpTruncate, h.name, err)
	}
	h.fs.mu.Lock()
	defer h.fs.mu.Unlock()
	h.node.data = h.node.data[:size]
	return nil
}

func (h *file) Sync() error {
	h.fs.mu.Lock()
	data := slices.Clone(h.node.data) // what is written during the sync is not covered
	h.fs.mu.Unlock()
	if _, err := h.fs.judge(OpSync, h.name, 0); err != nil {
		return pathError(OpSync, h.name, err)
	}
	h.fs.mu.Lock()
	defer h.fs.mu.Unlock()
	h.node.synced = data
	return nil
}

func (h *file) Close() error { return nil }

// info is what Stat returns.
type info struct {
	name string
	size int64
	dir  bool
}

func (i info) Name() string       { return i.name }
func (i info) Size() int64        { return i.size }
func (i info) IsDir() bool        { return i.dir }
func (i info) ModTime() time.Time { return time.Time{} }
func (i info) Sys() any           { return nil }
func (i info) Mode() fs.FileMode {
	if i.dir {
		return fs.ModeDir | 0o755
	}
	return 0o644
}
