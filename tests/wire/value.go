// Package wire is a client as plain as can be, for tests that care about the bytes: it sends what it is told and gives
// back each reply with its exact type. It knows no command.
//
// It uses nothing of the server's own code, so that a mistake there cannot hide itself.
package wire

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Kind is the type of a reply: the byte it starts with, but for the nulls of RESP2.
type Kind byte

// The kinds of RESP2, then those that RESP3 adds.
const (
	Status    Kind = '+'
	Error     Kind = '-'
	Int       Kind = ':'
	Bulk      Kind = '$'
	Array     Kind = '*'
	NullBulk  Kind = 'n' // $-1
	NullArray Kind = 'N' // *-1

	Null     Kind = '_'
	Double   Kind = ','
	Bool     Kind = '#'
	BigInt   Kind = '('
	Verbatim Kind = '='
	Map      Kind = '%'
	Set      Kind = '~'
	Push     Kind = '>'
)

// Value is one reply.
type Value struct {
	Kind Kind
	// Text is the content of a scalar as it came: of a Bool "t" or "f", of a Verbatim with its format ("txt:...").
	Text string
	// Elems are the elements of an aggregate; of a Map keys and values in turn.
	Elems []Value
}

// IsAggregate reports whether the value has elements.
func (v Value) IsAggregate() bool { return strings.ContainsRune("*%~>", rune(v.Kind)) }

// Int64 is the number of an Int.
func (v Value) Int64() int64 {
	n, _ := strconv.ParseInt(v.Text, 10, 64)
	return n
}

// Err is the value as an error when it is one.
func (v Value) Err() error {
	if v.Kind == Error {
		return errors.New(v.Text)
	}
	return nil
}

// Strings lists the texts of the elements.
func (v Value) Strings() []string {
	list := make([]string, len(v.Elems))
	for i, e := range v.Elems {
		list[i] = e.Text
	}
	return list
}

const (
	maxDepth = 64
	maxBulk  = 1 << 30
	maxElems = 1 << 24
)

// ErrFormat is a reply that is no RESP.
var ErrFormat = errors.New("malformed reply")

// Read decodes one reply. Attributes are left out.
func Read(r *bufio.Reader) (Value, error) { return read(r, 0) }

func read(r *bufio.Reader, depth int) (Value, error) {
	line, err := r.ReadString('\n')
	if err != nil {
		if err == io.EOF && line != "" {
			err = io.ErrUnexpectedEOF
		}
		return Value{}, err
	}
	if len(line) < 3 || line[len(line)-2] != '\r' || depth > maxDepth {
		return Value{}, fmt.Errorf("%w: %.100q", ErrFormat, line)
	}
	kind, text := Kind(line[0]), line[1:len(line)-2]
	switch kind {
	case Status, Error, Int, Double, Bool, BigInt, Null:
		return Value{Kind: kind, Text: text}, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < -1 || n > maxBulk {
		return Value{}, fmt.Errorf("%w: %.100q", ErrFormat, line)
	}
	switch kind {
	case Bulk, Verbatim:
		if n < 0 {
			return Value{Kind: NullBulk}, nil
		}
		return readBulk(r, kind, n)
	case Array, Set, Push:
		if n < 0 {
			return Value{Kind: NullArray}, nil
		}
		return readElems(r, kind, n, depth)
	case Map:
		return readElems(r, kind, 2*max(n, 0), depth)
	case '|':
		if _, err := readElems(r, Map, 2*max(n, 0), depth); err != nil {
			return Value{}, err
		}
		return read(r, depth+1)
	}
	return Value{}, fmt.Errorf("%w: %.100q", ErrFormat, line)
}

func readBulk(r *bufio.Reader, kind Kind, n int) (Value, error) {
	var text strings.Builder
	if _, err := io.CopyN(&text, r, int64(n)+2); err != nil {
		return Value{}, io.ErrUnexpectedEOF
	}
	content, ok := strings.CutSuffix(text.String(), "\r\n")
	if !ok {
		return Value{}, fmt.Errorf("%w: a bulk of %d bytes does not end there", ErrFormat, n)
	}
	return Value{Kind: kind, Text: content}, nil
}

func readElems(r *bufio.Reader, kind Kind, n, depth int) (Value, error) {
	if n > maxElems {
		return Value{}, fmt.Errorf("%w: %d elements", ErrFormat, n)
	}
	v := Value{Kind: kind}
	if n > 0 {
		v.Elems = make([]Value, 0, min(n, 1024))
	}
	for range n {
		e, err := read(r, depth+1)
		if err != nil {
			return v, err
		}
		v.Elems = append(v.Elems, e)
	}
	return v, nil
}
