package script

// Sets of libraries: those that there are, and those that are about to take their place.

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	lua "github.com/yuin/gopher-lua"

	"github.com/miniredisd/miniredisd/command"
)

// library is a text and the functions that it has registered.
type library struct {
	name, text string
	functions  []*function // in the order in which they were registered
}

// function is what FCALL calls.
type function struct {
	name        string
	description *string
	flags       flags
	callback    *lua.LFunction
}

// find looks a function up by its name.
func (l *library) find(name string) *function {
	for _, f := range l.functions {
		if f.name == name {
			return f
		}
	}
	return nil
}

// librarySet is a set of libraries, of which no two have functions of the same name. FCALL does not care about the case of a
// function's name; libraries do.
//
// Exclusive units change it, and look at it as they like; mu is for what is asked outside of them.
type librarySet struct {
	mu        sync.RWMutex
	byName    map[string]*library
	functions map[string]*function // by their names in lower case
	memory    int                  // bytes
}

// Bytes that a library and a function take beside the library's text, if the function is short, bytecode included; and what each
// function takes of the interpreter.
const (
	libraryOverhead  = 320
	functionOverhead = 896
	closureOverhead  = 96
)

func newLibrarySet() *librarySet {
	return &librarySet{byName: map[string]*library{}, functions: map[string]*function{}}
}

// clone copies the set, not what is in it.
func (s *librarySet) clone() *librarySet {
	return &librarySet{byName: maps.Clone(s.byName), functions: maps.Clone(s.functions), memory: s.memory}
}

// function finds a function by its name, in any case; nil: there is none. It may be called outside of exclusive units.
func (s *librarySet) function(name []byte) *function {
	var room [64]byte
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.functions[string(command.AppendLower(room[:0], name))]
}

// add adds a library. With an error, it was not added.
func (s *librarySet) add(l *library) error {
	if s.byName[l.name] != nil {
		return fmt.Errorf("Library '%s' already exists", l.name)
	}
	return s.put(l)
}

// put adds a library, in the place of the one that has its name. With an error, nothing was changed.
func (s *librarySet) put(l *library) error {
	old := s.byName[l.name]
	for _, f := range l.functions {
		if other := s.functions[strings.ToLower(f.name)]; other != nil && (old == nil || !slices.Contains(old.functions, other)) {
			return fmt.Errorf("Function %s already exists", f.name)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if old != nil {
		s.drop(old)
	}
	s.byName[l.name] = l
	for _, f := range l.functions {
		if lower := strings.ToLower(f.name); s.functions[lower] == nil {
			s.functions[lower] = f
		}
	}
	s.memory += l.memory()
	return nil
}

func (l *library) memory() int {
	return len(l.text) + libraryOverhead + len(l.functions)*functionOverhead
}

// remove removes a library, and reports whether it was there.
func (s *librarySet) remove(name string) bool {
	l := s.byName[name]
	if l == nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.drop(l)
	return true
}

// drop removes a library that is there. s.mu is held.
func (s *librarySet) drop(l *library) {
	delete(s.byName, l.name)
	for _, f := range l.functions {
		delete(s.functions, strings.ToLower(f.name))
	}
	s.memory -= l.memory()
}

// sorted lists the libraries by name.
func (s *librarySet) sorted() []*library {
	return slices.SortedFunc(maps.Values(s.byName), func(a, b *library) int { return strings.Compare(a.name, b.name) })
}
