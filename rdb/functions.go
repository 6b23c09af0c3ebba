package rdb

// FUNCTION DUMP: libraries of functions, each as its text behind an opcode, with the trailer that other payloads have, too.

import "errors"

const (
	opcodeFunction      = 245
	opcodeFunctionPreGA = 246 // of release candidates of Redis 7
)

// DumpFunctions is the payload of libraries, given by their texts.
func (o Options) DumpFunctions(texts []string) []byte {
	var dst []byte
	for _, text := range texts {
		dst = o.appendString(append(dst, opcodeFunction), []byte(text))
	}
	return appendTrailer(dst, 0, Version)
}

// RestoreFunctions takes a payload of libraries apart. The error may be ErrChecksum.
func RestoreFunctions(p []byte) (texts [][]byte, err error) {
	value, ok := payload(p)
	if !ok {
		return nil, ErrChecksum
	}
	r := reader{b: value}
	for len(r.b) > 0 {
		switch r.byte() {
		case opcodeFunction:
		case opcodeFunctionPreGA:
			return nil, errors.New("Pre-GA function format not supported")
		default:
			return nil, errors.New("given type is not a function")
		}
		texts = append(texts, r.string())
		if r.bad {
			return nil, errors.New("failed loading the given functions payload")
		}
	}
	return texts, nil
}
