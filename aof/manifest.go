package aof

// The manifest: the text file that names the files of the log in the order in
// which they are loaded. One line for each file:
//
//	file appendonly.aof.1.base.rdb seq 1 type b
//
// as pairs of key and value. Keys we do not know are ignored (later versions may
// have more), lines that begin with # are comments, and a value with odd bytes
// stands in quotes.

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"github.com/miniredisd/miniredisd/resp"
)

const (
	baseSuffix     = ".base"
	incrSuffix     = ".incr"
	aofSuffix      = ".aof"
	manifestSuffix = ".manifest"
	tempPrefix     = "temp-"

	manifestMaxLine = 1024     // bytes, with the newline
	manifestMaxSize = 16 << 20 // bytes; a manifest has a few lines
)

// FileType is the role of a file of the log.
type FileType byte

// The file types, as their letters in the manifest.
const (
	Base    FileType = 'b' // the data set as it was at a rewrite; at most one
	History FileType = 'h' // no longer needed, to be removed
	Incr    FileType = 'i' // commands since the base, in order of Seq
)

// FileInfo is one line of the manifest.
type FileInfo struct {
	Name string
	Seq  int64
	Type FileType
}

// Manifest names the files of a log. The zero value is the manifest of a log
// that does not exist yet.
type Manifest struct {
	Base    *FileInfo
	History []FileInfo
	Incr    []FileInfo // Seq strictly ascending
}

// ManifestError tells the line at which a manifest could not be understood.
type ManifestError struct {
	Line   int // from 1; 0 if it is about the file as a whole
	Text   string
	Reason string
}

// Error implements error.
func (e *ManifestError) Error() string {
	if e.Line == 0 {
		return "AOF manifest: " + e.Reason
	}
	return fmt.Sprintf("AOF manifest, line %d: %s: %q", e.Line, e.Reason, e.Text)
}

// ParseManifest parses the text of a manifest.
func ParseManifest(text []byte) (*Manifest, error) {
	if len(text) == 0 {
		return nil, &ManifestError{Reason: "Found an empty AOF manifest"}
	}
	m := &Manifest{}
	for n := 1; len(text) > 0; n++ {
		line, rest, ended := bytes.Cut(text, []byte{'\n'})
		text = rest
		if len(line) > 0 && line[0] == '#' {
			continue
		}
		fail := func(reason string) error {
			return &ManifestError{Line: n, Text: string(line[:min(len(line), manifestMaxLine)]), Reason: reason}
		}
		if !ended || len(line)+1 > manifestMaxLine {
			return nil, fail("The AOF manifest file contains too long line")
		}
		info, reason := parseLine(strings.Trim(string(line), " \t\r"))
		if reason == "" {
			reason = m.add(info)
		}
		if reason != "" {
			return nil, fail(reason)
		}
	}
	return m, nil
}

// parseLine parses the pairs of one line; reason is empty when they are good.
func parseLine(line string) (info FileInfo, reason string) {
	const invalid = "Invalid AOF manifest file format"
	words, err := resp.SplitArgs([]byte(line))
	if err != nil || len(words) < 6 || len(words)%2 != 0 {
		return info, invalid
	}
	for i := 0; i < len(words); i += 2 {
		value := string(words[i+1])
		switch strings.ToLower(string(words[i])) {
		case "file":
			if value != "" && !isBaseName(value) {
				return info, "File can't be a path, just a filename"
			}
			info.Name = value
		case "seq":
			seq, err := strconv.ParseInt(value, 10, 64)
			if err != nil || seq <= 0 {
				return info, invalid
			}
			info.Seq = seq
		case "type":
			if len(value) != 1 {
				return info, invalid
			}
			info.Type = FileType(value[0])
		}
	}
	if info.Name == "" || info.Seq == 0 || info.Type == 0 {
		return info, invalid
	}
	return info, ""
}

// add puts a file where its type belongs.
func (m *Manifest) add(info FileInfo) (reason string) {
	switch info.Type {
	case Base:
		if m.Base != nil {
			return "Found duplicate base file information"
		}
		m.Base = &info
	case History:
		m.History = append(m.History, info)
	case Incr:
		if n := len(m.Incr); n > 0 && info.Seq <= m.Incr[n-1].Seq {
			return "Found a non-monotonic sequence number"
		}
		m.Incr = append(m.Incr, info)
	default:
		return "Unknown AOF file type"
	}
	return ""
}

// Format returns the text of the manifest: base, history, incrs.
func (m *Manifest) Format() []byte {
	var b []byte
	line := func(f FileInfo) {
		b = append(b, "file "...)
		b = resp.AppendWord(b, f.Name)
		b = fmt.Appendf(b, " seq %d type %c\n", f.Seq, f.Type)
	}
	if m.Base != nil {
		line(*m.Base)
	}
	for _, f := range m.History {
		line(f)
	}
	for _, f := range m.Incr {
		line(f)
	}
	return b
}

// exists reports whether the manifest names a file to load.
func (m *Manifest) exists() bool { return m.Base != nil || len(m.Incr) > 0 }

// files returns the files to load, in order.
func (m *Manifest) files() []FileInfo {
	var out []FileInfo
	if m.Base != nil {
		out = append(out, *m.Base)
	}
	return append(out, m.Incr...)
}

// isBaseName reports whether name is a file's name without any directory.
func isBaseName(name string) bool {
	return name != "" && name != "." && name != ".." && !strings.ContainsAny(name, "/\\")
}

// readManifest reads the manifest from disk; one that does not exist is empty.
func readManifest(o *Options) (*Manifest, error) {
	f, err := o.FS.OpenFile(o.manifestPath(), os.O_RDONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return &Manifest{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("can't open the AOF manifest: %w", err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, manifestMaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("can't read the AOF manifest: %w", err)
	}
	if len(text) > manifestMaxSize {
		return nil, &ManifestError{Reason: "the file is too large"}
	}
	m, err := ParseManifest(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", o.manifestPath(), err)
	}
	return m, nil
}

// writeManifest replaces the manifest atomically: a crash leaves the old one or
// the new one, and once it returns the new one and the files it names are there.
func writeManifest(o *Options, m *Manifest) error {
	temp := o.path(tempPrefix + o.FileName + manifestSuffix)
	if err := writeFile(o.FS, temp, m.Format()); err != nil {
		return fmt.Errorf("can't write the AOF manifest: %w", err)
	}
	if err := o.FS.Rename(temp, o.manifestPath()); err != nil {
		return fmt.Errorf("can't rename the AOF manifest: %w", err)
	}
	if err := o.FS.SyncDir(o.folder()); err != nil {
		return fmt.Errorf("can't sync the AOF directory: %w", err)
	}
	return nil
}

// writeFile makes a file with the given content and syncs it.
func writeFile(fsys FS, name string, content []byte) error {
	f, err := fsys.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	if len(content) > 0 {
		_, err = f.WriteAt(content, 0)
	}
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return err
}
