package aof

// Loading: the files of the manifest in order, each command to the caller. Also
// the upgrade of the single file of Redis before 7, which is moved into the
// folder as its base.

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

const (
	progressStep = 1 << 20         // bytes between calls of Options.Progress
	logEvery     = 2 * time.Second // between lines in the server's log
)

// LoadStats tells what Load found.
type LoadStats struct {
	Found     bool  // there was a log; false means a fresh start
	Files     int   // files read
	Commands  int64 // commands delivered
	Bytes     int64 // size of all files, after a cut
	BaseBytes int64 // size of the base file
	Truncated int64 // bytes cut off the torn tail
	Took      time.Duration
}

var selectZero = [][]byte{[]byte("SELECT"), []byte("0")}

// Load replays the log. apply gets each command; its arguments alias a buffer and
// are valid during the call only. MULTI and EXEC themselves are not delivered:
// the commands between them come one after the other, and only once their EXEC
// was read, so a unit torn at the end of the log is not applied at all. Each file
// stands in database 0 at its start; before every file but the first, apply gets
// a SELECT 0 that says so.
//
// Only the tail of the last file may be torn: it ends in the middle of a command
// or unit, or zero bytes follow (the file's length reached the disk before its
// content). With LoadTruncated the file is cut behind the last whole unit.
// Anything else that is no command is a *CorruptError.
func Load(o Options, apply func(args [][]byte) error) (LoadStats, error) {
	o, err := o.withDefaults()
	if err != nil {
		return LoadStats{}, err
	}
	started := o.Now()
	m, err := readManifest(&o)
	if err != nil {
		return LoadStats{}, err
	}
	if m, err = upgrade(&o, m); err != nil {
		return LoadStats{}, err
	}
	if !m.exists() {
		return LoadStats{}, nil
	}
	l := &loader{o: &o, apply: apply, logged: started}
	l.stats.Found = true
	files := m.files()
	sizes := make([]int64, len(files))
	for i, f := range files {
		if sizes[i], err = fileSize(&o, f.Name); err != nil {
			return l.stats, err
		}
		l.total += sizes[i]
	}
	for i, f := range files {
		l.last, l.first = i == len(files)-1, i == 0
		if err := l.loadFile(f, sizes[i]); err != nil {
			return l.stats, err
		}
	}
	l.stats.Bytes = l.total - l.stats.Truncated
	l.stats.Took = o.Now().Sub(started)
	return l.stats, nil
}

// fileSize returns the size of a file the manifest names, which must be there.
func fileSize(o *Options, name string) (int64, error) {
	st, err := o.FS.Stat(o.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, fmt.Errorf("the append log file %s, which the AOF manifest names, doesn't exist", o.path(name))
	}
	if err != nil {
		return 0, fmt.Errorf("can't open the append log file %s: %w", o.path(name), err)
	}
	return st.Size(), nil
}

// loader is the state of one Load.
type loader struct {
	o           *Options
	apply       func(args [][]byte) error
	stats       LoadStats
	first, last bool // which file of the manifest is being read

	done, total int64     // bytes of all files
	reported    int64     // done when progress was last told
	logged      time.Time // when it was last written to the log

	unit unit
	args [][]byte
}

// loadFile replays one file.
func (l *loader) loadFile(info FileInfo, size int64) error {
	o, name := l.o, l.o.path(info.Name)
	started := o.Now()
	f, err := o.FS.OpenFile(name, os.O_RDONLY, 0)
	if err != nil {
		return fmt.Errorf("can't open the append log file %s for reading: %w", name, err)
	}
	defer f.Close()
	r := newFileReader(f, size)
	if err := l.loadPreamble(r, info); err != nil {
		return err
	}
	if !l.first && size > 0 {
		if err := l.apply(selectZero); err != nil {
			return err
		}
	}
	good, err := l.loadCommands(r, name)
	if err != nil {
		if err = l.cutTail(name, err, good, size); err != nil {
			return err
		}
	}
	l.stats.Files++
	kind := "incr"
	if info.Type == Base {
		kind, l.stats.BaseBytes = "base", size-l.stats.Truncated
	}
	l.done += size
	l.progress(0)
	o.Logf('*', "DB loaded from %s file %s: %.3f seconds", kind, info.Name, o.Now().Sub(started).Seconds())
	return nil
}

// loadPreamble loads the RDB at the start of a file, if there is one.
func (l *loader) loadPreamble(r *fileReader, info FileInfo) error {
	sig, err := r.br.Peek(len(rdbMagic))
	if string(sig) != rdbMagic {
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("can't read %s: %w", l.o.path(info.Name), err)
		}
		return nil
	}
	if info.Name == l.o.FileName {
		l.o.Logf('*', "Reading RDB preamble from AOF file...")
	} else {
		l.o.Logf('*', "Reading RDB base file on AOF loading...")
	}
	load := l.o.LoadRDB
	if load == nil {
		load = func(r io.Reader) error { return skipEmptyRDB(r) }
	}
	if err := load(r); err != nil {
		return fmt.Errorf("error reading the RDB base file %s at offset %d, AOF loading aborted: %w",
			l.o.path(info.Name), r.offset, err)
	}
	return nil
}

// loadCommands replays commands to the end of the file. good is the offset behind
// the last whole unit; an error of the format is a *CorruptError.
func (l *loader) loadCommands(r *fileReader, name string) (good int64, err error) {
	l.unit.reset()
	inUnit := false
	for good = r.offset; ; {
		start := r.offset
		err := r.readCommand(&l.unit)
		if errors.Is(err, io.EOF) {
			if !inUnit {
				return good, nil
			}
			return good, l.corrupt(name, good, r.offset, true, "MULTI without EXEC")
		}
		if err != nil {
			return good, l.readError(r, name, good, err)
		}
		switch isMulti, isExec := l.unit.is("MULTI"), l.unit.is("EXEC"); {
		case isMulti && inUnit, isExec && !inUnit:
			return good, l.corrupt(name, good, start, false, "unbalanced MULTI and EXEC")
		case isMulti:
			inUnit = true
			l.unit.drop()
		case !inUnit || isExec:
			if isExec {
				l.unit.drop()
			}
			inUnit = false
			if err := l.deliver(name); err != nil {
				return good, err
			}
			good = r.offset
			l.progress(good)
		}
	}
}

// deliver hands the unit's commands to apply and empties it.
func (l *loader) deliver(name string) (err error) {
	l.args, err = l.unit.each(l.args, func(c command, args [][]byte) error {
		l.stats.Commands++
		if err := l.apply(args); err != nil {
			return fmt.Errorf("reading the append only file %s, command at offset %d: %w", name, c.start, err)
		}
		return nil
	})
	l.unit.reset()
	return err
}

func (l *loader) corrupt(name string, good, at int64, torn bool, reason string) error {
	return &CorruptError{File: name, Offset: good, At: at, Torn: torn, Reason: reason,
		Fix: "redis-check-aof --fix " + l.o.manifestPath()}
}

// readError judges an error in the middle of a command: torn if the file ends
// there or goes on with nothing but zero bytes.
func (l *loader) readError(r *fileReader, name string, good int64, err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return l.corrupt(name, good, r.size, true, "the file ends inside a command")
	}
	var bad *badByte
	if !errors.As(err, &bad) {
		return fmt.Errorf("unrecoverable error reading the append only file %s: %w", name, err)
	}
	if bad.value == 0 {
		zeros, err := r.onlyZeros()
		if err != nil {
			return fmt.Errorf("unrecoverable error reading the append only file %s: %w", name, err)
		}
		if zeros {
			return l.corrupt(name, good, bad.at, true, "the rest of the file is zero bytes")
		}
	}
	return l.corrupt(name, good, bad.at, false, bad.reason)
}

// cutTail cuts a torn tail where that is allowed; other errors it gives back.
func (l *loader) cutTail(name string, err error, good, size int64) error {
	var c *CorruptError
	if !errors.As(err, &c) || !c.Torn {
		return err
	}
	if !l.last {
		return fmt.Errorf("the truncated file is not the last file: %w", err)
	}
	if !l.o.LoadTruncated {
		return err
	}
	l.o.Logf('#', "!!! Warning: short read while loading the AOF file %s!!! %s", name, c.Reason)
	l.o.Logf('#', "!!! Truncating the AOF %s at offset %d, dropping %d bytes !!!", name, good, size-good)
	if err := truncateFile(l.o.FS, name, good); err != nil {
		return fmt.Errorf("error truncating the AOF file %s: %w", name, err)
	}
	l.stats.Truncated = size - good
	l.o.Logf('#', "AOF %s loaded anyway because aof-load-truncated is enabled", name)
	return nil
}

// truncateFile cuts a file and syncs that.
func truncateFile(fsys FS, name string, size int64) error {
	f, err := fsys.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if err = f.Truncate(size); err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return err
}

// progress tells, every progressStep bytes, that the file being read is at offset.
func (l *loader) progress(offset int64) {
	done := l.done + offset
	if done-l.reported < progressStep && (done != l.total || done == l.reported) {
		return
	}
	l.reported = done
	if l.o.Progress != nil {
		l.o.Progress(done, l.total)
	}
	if now := l.o.Now(); now.Sub(l.logged) >= logEvery {
		l.logged = now
		l.o.Logf('*', "Loading the append only files: %d%% done (%d of %d MB)",
			done*100/l.total, done>>20, l.total>>20)
	}
}

// upgrade moves the single file of an old Redis into the folder as base. The
// manifest is written first: a crash between the two leaves a manifest whose only
// file is not in the folder yet, which is seen at the next start and finished.
func upgrade(o *Options, m *Manifest) (*Manifest, error) {
	old := filepath.Join(o.Dir, o.FileName)
	switch st, err := o.FS.Stat(old); {
	case errors.Is(err, fs.ErrNotExist) || err == nil && st.IsDir():
		return m, nil
	case err != nil:
		return nil, fmt.Errorf("can't open the append only file %s: %w", old, err)
	}
	if m.exists() {
		if len(m.Incr) > 0 || m.Base.Name != o.FileName {
			return m, nil
		}
		if _, err := o.FS.Stat(o.path(o.FileName)); err == nil {
			return m, nil
		}
	}
	if err := makeFolder(o); err != nil {
		return nil, err
	}
	m = &Manifest{Base: &FileInfo{Name: o.FileName, Seq: 1, Type: Base}}
	if err := writeManifest(o, m); err != nil {
		return nil, err
	}
	if err := o.FS.Rename(old, o.path(o.FileName)); err != nil {
		return nil, fmt.Errorf("error trying to move the old AOF file %s into dir %s: %w", o.FileName, o.DirName, err)
	}
	for _, dir := range []string{o.folder(), o.Dir} {
		if err := o.FS.SyncDir(dir); err != nil {
			return nil, fmt.Errorf("can't sync the directory %s: %w", dir, err)
		}
	}
	o.Logf('*', "Successfully migrated an old-style AOF file (%s) into the AOF directory (%s).", o.FileName, o.DirName)
	return m, nil
}

// makeFolder makes the log's directory durably.
func makeFolder(o *Options) error {
	if err := o.FS.Mkdir(o.folder(), 0o755); err != nil {
		return fmt.Errorf("can't open or create append-only dir %s: %w", o.DirName, err)
	}
	if err := o.FS.SyncDir(o.Dir); err != nil {
		return fmt.Errorf("can't sync the directory %s: %w", o.Dir, err)
	}
	return nil
}
