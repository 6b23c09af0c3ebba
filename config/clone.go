package config

import "sync/atomic"

// Clone is a copy of the values, which nobody watches.
func (c *Config) Clone() *Config {
	c.mu.RLock()
	defer c.mu.RUnlock()
	clone := &Config{nums: make([]atomic.Int64, len(c.nums)), objs: make([]atomic.Pointer[any], len(c.objs)), renames: c.renames}
	for _, o := range table {
		clone.store(o, c.load(o))
	}
	return clone
}
