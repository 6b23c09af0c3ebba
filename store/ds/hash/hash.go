// Package hash is the structure of a hash: fields, each with a value, a string of bytes like the field itself.
//
// A small hash is a listpack in which each field is followed by its value, the oldest field first (packed.go). A large one,
// and one whose fields have deadlines, is a Table (table.go).
//
// It is a pure data structure: no clock, no lock. It may use the other structures of store/ds.
package hash
