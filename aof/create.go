package aof

// Starting a log at run time, of data that are in memory: a new base and an empty incr take the place of whatever log
// there was. The manifest is what switches, by a rename; until then the old files are untouched, afterwards nothing
// refers to them:
//
//	manifest   base 1, incr 1       the old log; new files are written beside it
//	           base 2, incr 2, history base 1, history incr 1
//	           base 2, incr 2       the history is removed

import (
	"fmt"
	"io"
	"os"
	"strconv"
)

// Create starts a new log with what dump writes: commands that make the data set, as RESP, from database 0 on. It
// returns the log open for appending, as Open does. A log that was there before is replaced; when Create fails, or the
// machine does meanwhile, either that one or the new one is there, whole. The single file of Redis before 7 is left
// alone: beside a manifest nobody reads it.
func Create(o Options, dump func(io.Writer) error) (*Log, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	m, err := readManifest(&o)
	if err != nil {
		return nil, err
	}
	if err := makeFolder(&o); err != nil {
		return nil, err
	}
	l := newLog(o)
	if !m.exists() {
		// An empty log goes first: files with data and no manifest would look like a log that lost it.
		if err := l.makeEmpty(m); err != nil {
			return nil, err
		}
	}
	if m, err = l.replace(m, dump); err != nil {
		return nil, err
	}
	if err := l.openFiles(m); err != nil {
		return nil, err
	}
	l.workers.Go(l.everySecond)
	return l, nil
}

// makeEmpty makes an empty log.
func (l *Log) makeEmpty(m *Manifest) error {
	if _, err := l.makeFiles(m); err != nil {
		return err
	}
	if err := writeFile(l.o.FS, l.o.path(m.Incr[0].Name), nil); err != nil {
		return err
	}
	return writeManifest(&l.o, m)
}

// replace writes the new files and switches the manifest, which it returns.
func (l *Log) replace(old *Manifest, dump func(io.Writer) error) (*Manifest, error) {
	o := &l.o
	m := old.successor(o.FileName)
	base, incr := m.Base.Name, m.Incr[0].Name
	o.Logf('*', "Creating AOF base file %s and incr file %s", base, incr)
	err := writeDump(o, base, dump)
	if err == nil {
		err = writeFile(o.FS, o.path(incr), nil)
	}
	if err == nil {
		// The files must be there before a manifest that names them is.
		err = o.FS.SyncDir(o.folder())
	}
	if err != nil {
		o.FS.Remove(o.path(base))
		o.FS.Remove(o.path(incr))
		return nil, fmt.Errorf("can't write the AOF base file %s: %w", base, err)
	}
	return m, writeManifest(o, m)
}

// successor is the manifest of a new base and a new incr, with all that m has as history. The new names are not those of
// files that m names; files that have them nevertheless were left by a Create that did not come to its end.
func (m *Manifest) successor(fileName string) *Manifest {
	next := &Manifest{History: append([]FileInfo(nil), m.History...)}
	baseSeq, incrSeq := int64(0), int64(0)
	for _, f := range m.History {
		baseSeq, incrSeq = max(baseSeq, f.Seq), max(incrSeq, f.Seq)
	}
	for _, f := range m.files() {
		if f.Type == Base {
			baseSeq = max(baseSeq, f.Seq)
		} else {
			incrSeq = max(incrSeq, f.Seq)
		}
		f.Type = History
		next.History = append(next.History, f)
	}
	name := func(seq int64, suffix string) string {
		return fileName + "." + strconv.FormatInt(seq, 10) + suffix + aofSuffix
	}
	next.Base = &FileInfo{Name: name(baseSeq+1, baseSuffix), Seq: baseSeq + 1, Type: Base}
	next.Incr = []FileInfo{{Name: name(incrSeq+1, incrSuffix), Seq: incrSeq + 1, Type: Incr}}
	return next
}

// writeDump makes the file name with what dump writes, and syncs it.
func writeDump(o *Options, name string, dump func(io.Writer) error) error {
	f, err := o.FS.OpenFile(o.path(name), os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	err = dump(io.NewOffsetWriter(f, 0))
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return err
}
