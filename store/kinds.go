package store

// What differs between the kinds of values, where all of a key's value is looked at. Each kind's functions are in the
// file of its own name.

// kindOps are the functions of one kind.
type kindOps struct {
	// emit appends the commands, in RESP, that make the key with its value.
	emit func(e *Entry, dst []byte) []byte
	// elements visits all elements until yield returns false, each with its parts: a field with its value and, if it has one,
	// its deadline; a member with its score. What yield is given is good for that call only.
	elements func(e *Entry, yield func(parts ...[]byte) bool)
	// ordered says that the order of the elements is part of the value.
	ordered bool
}

var kinds = [...]kindOps{
	String:     {emit: emitString, elements: stringElements, ordered: true},
	ListKind:   {emit: emitList, elements: listElements, ordered: true},
	HashKind:   {emit: emitHash, elements: hashElements},
	SetKind:    {emit: emitSet, elements: setElements},
	StreamKind: {emit: emitStream, elements: streamElements, ordered: true},
	ZSetKind:   {emit: emitZSet, elements: zsetElements, ordered: true},
}

// Elements visits all elements of the value until yield returns false, each with its parts: the string; an element of a
// list or a set; a field with its value and, if it has one, its deadline; a member with its score. What yield is given is
// good for that call only.
func (e *Entry) Elements(yield func(parts ...[]byte) bool) { kinds[e.Kind()].elements(e, yield) }

// Ordered reports whether the order of the elements is part of a value.
func (k Kind) Ordered() bool { return kinds[k].ordered }

func stringElements(e *Entry, yield func(parts ...[]byte) bool) {
	var scratch [maxIntText]byte
	yield(e.Bytes(scratch[:]))
}
