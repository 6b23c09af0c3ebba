package aof

// Reading commands back from a file of the log. The log's reader is apart from
// the one for clients: it must know to the byte where a command began and where
// it broke, and it tells a file that just ends (torn) from one that holds
// something else (corrupt).

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

const (
	readBuffer    = 256 << 10 // bytes read from the file at a time
	maxNumber     = 20        // bytes of a length line's digits
	maxAnnotation = 1024      // bytes of a line that begins with #
	keepBuffer    = 1 << 20   // largest buffer kept from one unit to the next
)

// CorruptError tells where a file of the log cannot be read and what to do.
type CorruptError struct {
	File   string
	Offset int64 // where the command (or the unit) that cannot be read begins
	At     int64 // the byte at which that was noticed
	Torn   bool  // the file ends in the middle; all before Offset is good
	Reason string
	Fix    string // the command that repairs the log
}

// Error implements error.
func (e *CorruptError) Error() string {
	if e.Torn {
		return fmt.Sprintf("Unexpected end of file reading the append only file %s: %s at offset %d, "+
			"the last whole command ends at offset %d. You can: 1) Make a backup of your AOF file, then use %s. "+
			"2) Alternatively you can set the 'aof-load-truncated' configuration option to yes and restart the server.",
			e.File, e.Reason, e.At, e.Offset, e.Fix)
	}
	return fmt.Sprintf("Bad file format reading the append only file %s: %s at offset %d, in the command at offset %d: "+
		"make a backup of your AOF file, then use %s", e.File, e.Reason, e.At, e.Offset, e.Fix)
}

// badByte is a format error at the byte that is not what it should be; a file
// that ends too early gives io.ErrUnexpectedEOF instead.
type badByte struct {
	at     int64
	value  byte
	reason string
}

func (e *badByte) Error() string { return e.reason }

// fileReader counts what is read of a file of known size. Offset is the position
// of the next byte.
type fileReader struct {
	br     *bufio.Reader
	offset int64
	size   int64
}

func newFileReader(r io.Reader, size int64) *fileReader {
	return &fileReader{br: bufio.NewReaderSize(r, int(min(readBuffer, size))), size: size}
}

// Read implements io.Reader for a loader of RDB.
func (r *fileReader) Read(p []byte) (int, error) {
	n, err := r.br.Read(p)
	r.offset += int64(n)
	return n, err
}

// ReadByte implements io.ByteReader.
func (r *fileReader) ReadByte() (byte, error) {
	c, err := r.br.ReadByte()
	if err == nil {
		r.offset++
	}
	return c, err
}

// left is the number of bytes behind the offset.
func (r *fileReader) left() int64 { return r.size - r.offset }

// next reads a byte in the middle of something.
func (r *fileReader) next() (byte, error) {
	c, err := r.ReadByte()
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return c, err
}

// expect reads one byte that must be want.
func (r *fileReader) expect(want byte) error {
	c, err := r.next()
	if err == nil && c != want {
		err = &badByte{r.offset - 1, c, fmt.Sprintf("expected %q, got %q", want, c)}
	}
	return err
}

// number reads digits and CRLF.
func (r *fileReader) number() (int64, error) {
	var n int64
	for digits := 0; ; digits++ {
		c, err := r.next()
		switch {
		case err != nil:
			return 0, err
		case '0' <= c && c <= '9' && digits < maxNumber && n < 1<<58:
			n = n*10 + int64(c-'0')
		case c == '\r' && digits > 0:
			return n, r.expect('\n')
		default:
			return 0, &badByte{r.offset - 1, c, fmt.Sprintf("invalid length, got %q", c)}
		}
	}
}

// onlyZeros reads to the end of the file and reports whether nothing but zero
// bytes was there.
func (r *fileReader) onlyZeros() (bool, error) {
	for {
		c, err := r.ReadByte()
		switch {
		case errors.Is(err, io.EOF):
			return true, nil
		case err != nil:
			return false, err
		case c != 0:
			return false, nil
		}
	}
}

// command is the place of one command's arguments in unit.ends.
type command struct {
	start int64 // offset of the command in the file
	argc  int
}

// unit holds the commands that take effect together: one command, or those
// between MULTI and EXEC. The arguments' bytes lie one after the other:
//
//	raw:   S E T k e y v 1 D E L o l d
//	ends:        3     6   8     11    14
//	cmds:  argc 3               argc 2
type unit struct {
	raw  []byte
	ends []int
	cmds []command
}

func (u *unit) reset() {
	if cap(u.raw) > keepBuffer {
		u.raw = nil
	}
	u.raw, u.ends, u.cmds = u.raw[:0], u.ends[:0], u.cmds[:0]
}

// is reports whether the last command read is name alone, in any case.
func (u *unit) is(name string) bool {
	last := u.cmds[len(u.cmds)-1]
	if last.argc != 1 {
		return false
	}
	start := 0
	if n := len(u.ends); n > 1 {
		start = u.ends[n-2]
	}
	arg := u.raw[start:]
	if len(arg) != len(name) {
		return false
	}
	for i := range arg {
		if arg[i]&^0x20 != name[i] {
			return false
		}
	}
	return true
}

// drop forgets the last command read.
func (u *unit) drop() {
	last := len(u.cmds) - 1
	u.ends = u.ends[:len(u.ends)-u.cmds[last].argc]
	u.cmds = u.cmds[:last]
	u.raw = u.raw[:0]
	if n := len(u.ends); n > 0 {
		u.raw = u.raw[:u.ends[n-1]]
	}
}

// each calls f for every command of the unit; args is reused.
func (u *unit) each(args [][]byte, f func(c command, args [][]byte) error) ([][]byte, error) {
	start, next := 0, 0
	for _, c := range u.cmds {
		args = args[:0]
		for range c.argc {
			end := u.ends[next]
			next++
			args = append(args, u.raw[start:end:end])
			start = end
		}
		if err := f(c, args); err != nil {
			return args, err
		}
	}
	return args, nil
}

// readCommand appends the next command to u. At the end of the file it returns
// io.EOF. Lines that begin with # (annotations, such as times) are passed over.
func (r *fileReader) readCommand(u *unit) error {
	for {
		c, err := r.ReadByte()
		if err != nil {
			return err
		}
		switch c {
		case '*':
			return r.readArgs(u)
		case '#':
			if err := r.skipAnnotation(); err != nil {
				return err
			}
		default:
			return &badByte{r.offset - 1, c, fmt.Sprintf("expected '*', got %q", c)}
		}
	}
}

func (r *fileReader) skipAnnotation() error {
	for range maxAnnotation {
		c, err := r.next()
		if err != nil || c == '\n' {
			return err
		}
		if c == 0 {
			return &badByte{r.offset - 1, c, "zero byte in an annotation"}
		}
	}
	return &badByte{r.offset - 1, '#', "too long annotation"}
}

// readArgs reads a command behind its '*'. Lengths are held against what is left
// of the file before memory is taken for them.
func (r *fileReader) readArgs(u *unit) error {
	start := r.offset - 1
	argc, err := r.number()
	if err != nil {
		return err
	}
	if argc < 1 {
		return &badByte{r.offset - 1, '\n', "a command without arguments"}
	}
	for range argc {
		if err := r.readArg(u); err != nil {
			return err
		}
	}
	u.cmds = append(u.cmds, command{start, int(argc)})
	return nil
}

func (r *fileReader) readArg(u *unit) error {
	if err := r.expect('$'); err != nil {
		return err
	}
	n, err := r.number()
	if err != nil {
		return err
	}
	if n > r.left() {
		return io.ErrUnexpectedEOF
	}
	at := len(u.raw)
	u.raw = append(u.raw, make([]byte, n)...)
	got, err := io.ReadFull(r.br, u.raw[at:])
	r.offset += int64(got)
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return err
	}
	if err := r.expect('\r'); err != nil {
		return err
	}
	if err := r.expect('\n'); err != nil {
		return err
	}
	u.ends = append(u.ends, len(u.raw))
	return nil
}
