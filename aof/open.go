package aof

// Opening the log for appending: the folder, the files and the manifest that are
// not there yet are made, in an order in which a crash at any point leaves
// something that the next start can go on with.

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
)

// Open opens the log for appending, behind what Load left. A log that does not
// exist is made, with an empty base file in AOF form. It starts the goroutine
// that does the work of each second; Close ends it.
func Open(o Options) (*Log, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	m, err := readManifest(&o)
	if err != nil {
		return nil, err
	}
	if m, err = upgrade(&o, m); err != nil {
		return nil, err
	}
	if err := makeFolder(&o); err != nil {
		return nil, err
	}
	l := newLog(o)
	if err := l.openFiles(m); err != nil {
		return nil, err
	}
	l.workers.Go(l.everySecond)
	return l, nil
}

// openFiles makes base and incr as needed, opens the last incr and writes the
// manifest if it changed.
func (l *Log) openFiles(m *Manifest) error {
	changed, err := l.makeFiles(m)
	if err != nil {
		return err
	}
	last := m.Incr[len(m.Incr)-1].Name
	if l.file, err = l.o.FS.OpenFile(l.o.path(last), os.O_RDWR|os.O_CREATE, 0o644); err != nil {
		return fmt.Errorf("can't open the append-only file %s: %w", last, err)
	}
	if err := l.finishOpen(m, last, changed); err != nil {
		l.file.Close()
		return err
	}
	l.prompt = newPromptWriter(l.file)
	return l.openSlots(last)
}

// openSlots opens the last incr file once more for each further sync that may be under way.
func (l *Log) openSlots(last string) error {
	l.syncs.open(l.file)
	for len(l.syncs.slots) < maxSyncs {
		f, err := l.o.FS.OpenFile(l.o.path(last), os.O_RDWR, 0)
		if err != nil {
			l.syncs.close()
			return fmt.Errorf("can't open the append-only file %s: %w", last, err)
		}
		l.syncs.open(f)
	}
	return nil
}

// makeFiles adds to the manifest what it lacks, and makes the base. It does not
// touch files with content that the manifest does not name: somebody lost the
// manifest, and overwriting would finish what that began.
func (l *Log) makeFiles(m *Manifest) (changed bool, err error) {
	o := &l.o
	if !m.exists() {
		name := o.FileName + ".1" + baseSuffix + aofSuffix
		if err := mustBeNew(o, name); err != nil {
			return false, err
		}
		o.Logf('*', "Creating AOF base file %s on server start", name)
		if err := writeFile(o.FS, o.path(name), nil); err != nil {
			return false, fmt.Errorf("can't create the AOF base file %s: %w", name, err)
		}
		m.Base = &FileInfo{Name: name, Seq: 1, Type: Base}
		changed = true
	}
	if n := len(m.Incr); n > 0 {
		o.Logf('*', "Opening AOF incr file %s on server start", m.Incr[n-1].Name)
		return changed, nil
	}
	name := o.FileName + ".1" + incrSuffix + aofSuffix
	seq := int64(1)
	for _, h := range m.History {
		if h.Seq >= seq {
			seq = h.Seq + 1
			name = o.FileName + "." + strconv.FormatInt(seq, 10) + incrSuffix + aofSuffix
		}
	}
	if err := mustBeNew(o, name); err != nil {
		return false, err
	}
	o.Logf('*', "Creating AOF incr file %s on server start", name)
	m.Incr = append(m.Incr, FileInfo{Name: name, Seq: seq, Type: Incr})
	return true, nil
}

// mustBeNew refuses a file that holds something already.
func mustBeNew(o *Options, name string) error {
	st, err := o.FS.Stat(o.path(name))
	if errors.Is(err, fs.ErrNotExist) || err == nil && st.Size() == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	return fmt.Errorf("the append-only file %s has data but the AOF manifest %s does not name it; "+
		"restore the manifest or move the file away", o.path(name), o.manifestPath())
}

// finishOpen writes the manifest, removes files of type history and takes the
// sizes. What was loaded may never have been synced, so the file is synced once.
func (l *Log) finishOpen(m *Manifest, last string, changed bool) error {
	o := &l.o
	if len(m.History) > 0 && !o.KeepHistory {
		for _, h := range m.History {
			o.Logf('*', "Removing the history file %s", h.Name)
			if err := o.FS.Remove(o.path(h.Name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
				o.Logf('#', "Can't remove the history file %s: %v", h.Name, err)
			}
		}
		m.History, changed = nil, true
	}
	if changed {
		if err := writeManifest(o, m); err != nil {
			return err
		}
	}
	if err := l.file.Sync(); err != nil {
		return fmt.Errorf("can't sync the append-only file %s: %w", last, err)
	}
	for _, f := range m.files() {
		size, err := fileSize(o, f.Name)
		if err != nil {
			return err
		}
		if f.Type == Base {
			l.baseSize = size
		}
		if f.Name == last {
			l.size = size
		} else {
			l.otherSize += size
		}
	}
	return nil
}
