package config

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// Config is a live configuration. The typed reads (Int, Bool, Str, …) take no
// lock and may be called from anywhere, functions given to OnChange included.
type Config struct {
	// One slot per option. A kind uses nums or objs, never both.
	nums []atomic.Int64
	objs []atomic.Pointer[any]

	// change serializes Set and Rewrite; it is held while changes are applied.
	change sync.Mutex
	// mu is held only while a group of values is stored (write) or read
	// (read): Get sees all values of a Set or none. Taken after change.
	mu sync.RWMutex

	// Written by Load, and by calls made before the server starts.
	file    string // absolute path of the configuration file, "" without one
	renames []Rename
	users   []UserLine
	modules []string // names of loadmodule directives and of modules' options

	appliers  []applier
	userLines func() []string
}

// index resolves names, aliases included, to options.
var index = sync.OnceValue(func() map[string]entry {
	m := make(map[string]entry, 2*len(table))
	add := func(name string, o *option) {
		if _, dup := m[name]; dup {
			panic("config: option declared twice: " + name)
		}
		m[name] = entry{name: name, option: o}
	}
	for _, o := range table {
		add(o.name, o)
		if o.alias != "" {
			add(o.alias, o)
		}
	}
	return m
})

// entry is an option under one of its names.
type entry struct {
	name string
	*option
}

// entries is the index in the order of names.
var entries = sync.OnceValue(func() []entry {
	return slices.SortedFunc(maps.Values(index()), func(a, b entry) int {
		return strings.Compare(a.name, b.name)
	})
})

func lookup(name string) (entry, bool) {
	e, ok := index()[name]
	if !ok {
		e, ok = index()[strings.ToLower(name)]
	}
	return e, ok
}

// New returns a configuration in which every option has its default.
func New() *Config {
	c := &Config{
		nums: make([]atomic.Int64, len(table)),
		objs: make([]atomic.Pointer[any], len(table)),
	}
	for _, o := range table {
		c.store(o, o.def)
	}
	if wd, err := os.Getwd(); err == nil {
		c.store(Dir.option(), value{x: wd})
	}
	return c
}

func (c *Config) store(o *option, v value) {
	if v.x == nil {
		c.nums[o.slot].Store(v.n)
		return
	}
	c.objs[o.slot].Store(&v.x)
}

func (c *Config) load(o *option) value {
	if p := c.objs[o.slot].Load(); p != nil {
		return value{x: *p}
	}
	return value{n: c.nums[o.slot].Load()}
}

// Bool reads a yes/no option.
func (c *Config) Bool(h Bool) bool { return c.nums[h.slot].Load() != 0 }

// Int reads a number. A percentage, which maxmemory-clients may be, is
// negative: -5 for 5%.
func (c *Config) Int(h Int) int64 { return c.nums[h.slot].Load() }

// Uint reads a number that may be greater than 2^63-1, as maxmemory.
func (c *Config) Uint(h Int) uint64 { return uint64(c.nums[h.slot].Load()) }

// Enum reads the number of an enum's value, one of the constants declared
// beside its option.
func (c *Config) Enum(h Enum) int { return int(c.nums[h.slot].Load()) }

// EnumName reads the name of an enum's value.
func (c *Config) EnumName(h Enum) string { return c.format(h) }

// Str reads a text.
func (c *Config) Str(h Str) string { return c.obj(h.slot).(string) }

// obj reads a value that is not a number.
func (c *Config) obj(slot int) any { return *c.objs[slot].Load() }

// format prints an option as CONFIG GET does.
func (c *Config) format(h Handle) string {
	o := h.option()
	return o.kind.format(c.load(o))
}

// File returns the absolute path of the configuration file, "" if there is
// none.
func (c *Config) File() string { return c.file }

// Path resolves a path of an option (logfile, pidfile, unixsocket, …) against
// dir, which is what the working directory is to redis-server.
func (c *Config) Path(name string) string { return resolve(c.Dir(), name) }

func resolve(dir, name string) string {
	if name == "" || filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(dir, name)
}

// IsSensitive reports whether the option called name holds a secret, which
// must not appear in logs, MONITOR or SLOWLOG.
func IsSensitive(name string) bool {
	e, ok := lookup(name)
	return ok && e.is(Sensitive)
}
