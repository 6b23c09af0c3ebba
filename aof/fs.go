package aof

// The file system as this package needs it. It is an interface so that tests can
// inject short writes, full disks and failing fsyncs, and can take what a disk
// would hold after a crash (package memfs).

import (
	"io"
	"io/fs"
	"os"
	"runtime"
)

// File is an open file of an FS.
type File interface {
	io.Reader
	io.WriterAt
	io.Closer
	// Truncate cuts or extends the file to size bytes.
	Truncate(size int64) error
	// Sync makes the file's bytes and its length durable.
	Sync() error
}

// FS is the part of a file system this package uses. Names are full paths, and
// errors satisfy errors.Is(err, fs.ErrNotExist) like those of package os.
type FS interface {
	// OpenFile opens a file; flag holds os.O_* bits.
	OpenFile(name string, flag int, perm fs.FileMode) (File, error)
	Stat(name string) (fs.FileInfo, error)
	// Mkdir makes a directory; one that exists already is no error.
	Mkdir(name string, perm fs.FileMode) error
	// Rename replaces newName if it exists.
	Rename(oldName, newName string) error
	Remove(name string) error
	// SyncDir makes the directory's entries (created, renamed, removed files)
	// durable.
	SyncDir(name string) error
}

// OS is the FS of the operating system.
type OS struct{}

// OpenFile implements FS.
func (OS) OpenFile(name string, flag int, perm fs.FileMode) (File, error) {
	f, err := os.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err
	}
	return osFile{f}, nil
}

// Stat implements FS.
func (OS) Stat(name string) (fs.FileInfo, error) { return os.Stat(name) }

// Mkdir implements FS.
func (OS) Mkdir(name string, perm fs.FileMode) error {
	err := os.Mkdir(name, perm)
	if err == nil {
		return nil
	}
	if st, statErr := os.Stat(name); statErr == nil && st.IsDir() {
		return nil
	}
	return err
}

// Rename implements FS.
func (OS) Rename(oldName, newName string) error { return os.Rename(oldName, newName) }

// Remove implements FS.
func (OS) Remove(name string) error { return os.Remove(name) }

// SyncDir implements FS. Windows cannot sync a directory and needs no such call.
func (OS) SyncDir(name string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(name)
	if err != nil {
		return err
	}
	err = d.Sync()
	if closeErr := d.Close(); err == nil {
		err = closeErr
	}
	return err
}

// osFile is an *os.File whose Sync is the cheapest that keeps the bytes.
type osFile struct{ *os.File }

func (f osFile) Sync() error { return datasync(f.File) }
