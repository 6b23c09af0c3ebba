// Package aof is the append-only log on disk: it loads the log at start, and
// writes and syncs the stream of effects (it is a sink of package oplog).
//
// The files are those of Redis 7, so that either server loads what the other
// wrote. Under Dir:
//
//	appendonlydir/                           DirName
//	  appendonly.aof.manifest                which files make up the log, in order
//	  appendonly.aof.1.base.aof (or .rdb)    the data set at the last rewrite
//	  appendonly.aof.1.incr.aof              the commands since
//
// The package knows no command and no data: it parses and writes bytes. It may
// import oplog and resp beside the standard library, and nothing above them.
package aof

import (
	"errors"
	"io"
	"path/filepath"
	"time"
)

// Policy says when written bytes are synced to the disk (appendfsync).
type Policy int32

// The fsync policies.
const (
	Always   Policy = iota // before a write is acknowledged
	EverySec               // once a second, in the background
	No                     // when the operating system likes
)

// String returns the policy's name in the configuration.
func (p Policy) String() string {
	switch p {
	case Always:
		return "always"
	case EverySec:
		return "everysec"
	default:
		return "no"
	}
}

// DefaultMaxPending bounds the bytes fed but not yet written.
const DefaultMaxPending = 1 << 30

// Options say where the log is and how it is kept. Dir may be relative to the
// working directory; DirName and FileName are plain names.
type Options struct {
	Dir      string // directory of the server's data ("." if empty)
	DirName  string // appenddirname ("appendonlydir" if empty)
	FileName string // appendfilename ("appendonly.aof" if empty)

	Policy        Policy
	LoadTruncated bool // aof-load-truncated: cut a torn tail instead of refusing it
	KeepHistory   bool // aof-disable-auto-gc: leave files of type history alone
	MaxPending    int  // bytes that may be pending while writes fail (DefaultMaxPending if 0)

	// LoadRDB loads a base file in RDB form. It must read exactly to the end of
	// the RDB (its checksum included), because an old-style file goes on with
	// commands there; r is buffered and has ReadByte. If nil, only an RDB
	// without keys is accepted.
	LoadRDB func(r io.Reader) error

	// Progress is told, from time to time while loading, the bytes read so far
	// and the bytes there are. May be nil.
	Progress func(done, total int64)

	// Offset is where in the stream the log begins: the data that it begins with
	// are those that the stream up to there has made.
	Offset int64

	// Logf writes a line to the server's log; level is Redis's: '#' warning,
	// '*' notice, '-' verbose, '.' debug. May be nil. It is called without any
	// lock of the log held.
	Logf func(level byte, format string, a ...any)

	// Observed says whether anybody wants to know what Observe would be told; otherwise nobody looks at the clock, which takes
	// a tenth of the time of a small write. True if nil.
	Observed func() bool

	// Observe is told how long a write ("aof-write") took, or a sync that clients
	// wait for ("aof-fsync-always"). May be nil. It must not wait nor ask the log
	// anything.
	Observe func(event string, took time.Duration)

	// Synced is told that more is on disk than before. May be nil. It is called with
	// the log's lock held: it must not wait nor ask the log anything but Synced.
	Synced func()

	FS   FS               // OS{} if nil
	Now  func() time.Time // time.Now if nil
	Tick <-chan time.Time // drives the work of each second; a ticker if nil
}

// withDefaults fills in what was left empty and checks the names.
func (o Options) withDefaults() (Options, error) {
	if o.Dir == "" {
		o.Dir = "."
	}
	if o.DirName == "" {
		o.DirName = "appendonlydir"
	}
	if o.FileName == "" {
		o.FileName = "appendonly.aof"
	}
	if !isBaseName(o.FileName) {
		return o, errors.New("appendfilename can't be a path, just a filename")
	}
	if !isBaseName(o.DirName) {
		return o, errors.New("appenddirname can't be a path, just a dirname")
	}
	if o.MaxPending <= 0 {
		o.MaxPending = DefaultMaxPending
	}
	if o.Logf == nil {
		o.Logf = func(byte, string, ...any) {}
	}
	if o.FS == nil {
		o.FS = OS{}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Observed == nil {
		o.Observed = func() bool { return true }
	}
	if o.Observe == nil {
		o.Observe = func(string, time.Duration) {}
	}
	if o.Synced == nil {
		o.Synced = func() {}
	}
	return o, nil
}

// folder is the directory that holds the log's files.
func (o *Options) folder() string { return filepath.Join(o.Dir, o.DirName) }

// path is the full path of a file in the folder.
func (o *Options) path(name string) string { return filepath.Join(o.Dir, o.DirName, name) }

// manifestPath is the full path of the manifest.
func (o *Options) manifestPath() string { return o.path(o.FileName + manifestSuffix) }
