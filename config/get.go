package config

import (
	"strings"

	"github.com/miniredisd/miniredisd/internal/glob"
)

// Get is CONFIG GET: the options that patterns name, each once, those of one
// pattern in the order of their names. A name that is not a pattern finds
// hidden options as well, and is given back as it was spelled.
func (c *Config) Get(patterns ...string) []Pair {
	c.mu.RLock()
	defer c.mu.RUnlock()
	var found []Pair
	seen := make(map[string]bool)
	add := func(spelled string, e entry) {
		if !seen[e.name] {
			seen[e.name] = true
			found = append(found, Pair{spelled, e.kind.format(c.load(e.option))})
		}
	}
	for _, pattern := range patterns {
		if !strings.ContainsAny(pattern, "[*?") {
			if e, ok := lookup(pattern); ok {
				add(pattern, e)
			}
			continue
		}
		for _, e := range entries() {
			if !e.is(Hidden) && glob.Match([]byte(pattern), []byte(e.name), true) {
				add(e.name, e)
			}
		}
	}
	return found
}

// Unsupported returns a sentence for every option that is set to something the
// server accepts, keeps and shows, but does not do.
func (c *Config) Unsupported() []string {
	var list []string
	for _, o := range table {
		if o.is(Effective) {
			continue
		}
		now := o.kind.format(c.load(o))
		if now == o.kind.format(o.def) || now == o.calm {
			continue
		}
		shown := now
		if o.is(Sensitive) {
			shown = "***"
		}
		why := o.why
		if why == "" {
			why = "it has no effect"
		}
		list = append(list, "Option '"+o.name+" "+shown+"' is accepted, but "+why)
	}
	for _, m := range c.modules {
		list = append(list, "Option '"+m+"' is accepted, but modules are not supported")
	}
	return list
}
