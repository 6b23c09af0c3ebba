package script

// The scripts that are known by their digests.

import (
	"container/list"
	"sync"
	"sync/atomic"

	lua "github.com/yuin/gopher-lua"

	"github.com/miniredisd/miniredisd/command"
)

// maxEvalScripts is how many scripts are kept that came with EVAL. Those of SCRIPT LOAD are kept until SCRIPT FLUSH.
const maxEvalScripts = 500

// scriptOverhead is what a script takes beside its text, in bytes, if it is short: bytecode, digest and the places in the cache.
const scriptOverhead = 1024

// loaded is a script that is known.
type loaded struct {
	digest string
	text   string
	flags  flags
	proto  *lua.FunctionProto
	ready  prepared
	place  *list.Element // in the order of use; nil when it stays until SCRIPT FLUSH
}

// prepared is a script as a function of an interpreter, to be called again and again. A call may leave it with another environment,
// and then with the prototype that was not folded.
type prepared struct {
	in    *interpreter
	f     *lua.LFunction
	env   *lua.LTable
	proto *lua.FunctionProto
}

// function is the script as a function of an interpreter.
func (s *loaded) function(in *interpreter) *lua.LFunction {
	if p := &s.ready; p.in != in {
		p.in, p.f = in, in.function(s.proto)
		p.env, p.proto = p.f.Env, s.proto
		if p.env == in.box.globals {
			p.proto = in.box.fold(s.proto)
		}
	}
	s.ready.f.Env, s.ready.f.Proto = s.ready.env, s.ready.proto
	return s.ready.f
}

// cache holds scripts by digest and by text. Its lock is for those who look from outside of exclusive units.
type cache struct {
	mu       sync.Mutex
	byDigest map[string]*loaded
	byText   map[string]*loaded     // so that EVAL need not compute the digest
	latest   atomic.Pointer[loaded] // the one that was asked for last by its digest; written under mu
	used     *list.List             // of those that came with EVAL; the last is the one that was used last
	memory   int
	evicted  int64
}

func (c *cache) init() {
	c.byDigest, c.byText, c.used, c.memory = map[string]*loaded{}, map[string]*loaded{}, list.New(), 0
	c.latest.Store(nil)
}

// ofText finds a script by its text.
func (c *cache) ofText(text []byte) *loaded {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.byText[string(text)]
}

// ofDigest finds a script by its digest, in lower or upper case.
func (c *cache) ofDigest(digest []byte) *loaded {
	if len(digest) != 40 {
		return nil
	}
	if s := c.latest.Load(); s != nil && s.digest == string(digest) {
		return s
	}
	var lower [40]byte
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.byDigest[string(command.AppendLower(lower[:0], digest))]
	c.latest.Store(s)
	return s
}

// add keeps a script; for good, or as one of those of EVAL, which may push out the one that was used least recently.
func (c *cache) add(s *loaded, stays bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !stays {
		for c.used.Len() >= maxEvalScripts {
			c.remove(c.used.Front().Value.(*loaded))
			c.evicted++
		}
		s.place = c.used.PushBack(s)
	}
	c.byDigest[s.digest], c.byText[s.text] = s, s
	c.memory += len(s.text) + scriptOverhead
}

func (c *cache) remove(s *loaded) {
	c.used.Remove(s.place)
	c.latest.CompareAndSwap(s, nil)
	delete(c.byDigest, s.digest)
	delete(c.byText, s.text)
	c.memory -= len(s.text) + scriptOverhead
}

// touch notes that a script was used.
func (c *cache) touch(s *loaded) {
	if s.place != nil {
		c.mu.Lock()
		c.used.MoveToBack(s.place)
		c.mu.Unlock()
	}
}

// keep makes a script stay until SCRIPT FLUSH.
func (c *cache) keep(s *loaded) {
	if s.place != nil {
		c.mu.Lock()
		c.used.Remove(s.place)
		s.place = nil
		c.mu.Unlock()
	}
}

func (c *cache) flush() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.init()
}

func (c *cache) figures() (scripts int, evicted int64, memory int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.byDigest), c.evicted, c.memory
}

func (c *cache) resetStats() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.evicted = 0
}
