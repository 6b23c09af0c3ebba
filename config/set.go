package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Pair is an option's name and value.
type Pair struct{ Name, Value string }

// ErrLoading refuses to set an option while the data set is being loaded.
var ErrLoading = errors.New("LOADING Redis is loading the dataset in memory")

// SetError is why a Set changed nothing, in the words of CONFIG SET's reply.
type SetError struct {
	Text string
	// Restore is what went wrong when the old values were applied again, nil
	// in most cases. It is for the log.
	Restore error
}

// Error implements error.
func (e *SetError) Error() string { return e.Text }

// Caller is what Set must know about who calls it.
type Caller struct {
	Local   bool // a client on the same machine
	Loading bool // the data set is being loaded
}

// applier makes changed options take effect.
type applier struct {
	options []*option
	apply   func() error
}

// OnChange registers what makes the options take effect at run time. Set calls
// it once after all its values are stored, when one of the options changed; it
// reads them by the typed reads. If it returns an error, whose text goes to the
// client, all values are set back, and it is called again with those.
//
// It must not call Set, Rewrite or OnChange. OnChange must not be called while
// the configuration is in use.
func (c *Config) OnChange(apply func() error, options ...Handle) {
	a := applier{apply: apply}
	for _, h := range options {
		a.options = append(a.options, h.option())
	}
	c.appliers = append(c.appliers, a)
}

// change is one option being set.
type change struct {
	entry
	text     string
	old, new value
}

// Set is CONFIG SET: all pairs are set, or none and the error is a *SetError
// or ErrLoading.
func (c *Config) Set(pairs []Pair, by Caller) error {
	c.change.Lock()
	defer c.change.Unlock()
	changes, err := c.admit(pairs, by)
	if err != nil {
		return err
	}
	for i := range changes {
		ch := &changes[i]
		ch.old = c.load(ch.option)
		ch.new, err = ch.kind.parse(ch.args(), ch.old, false)
		if err != nil {
			return errSet(ch.name, err)
		}
	}
	c.storeAll(changes, func(ch change) value { return ch.new })
	return c.applyAll(changes)
}

// args splits what CONFIG SET gets as one argument. Unlike in a file, every
// space separates.
func (ch *change) args() []string {
	switch {
	case !ch.is(multiArg):
		return []string{ch.text}
	case ch.text == "":
		return nil
	}
	return strings.Split(ch.text, " ")
}

// admit finds the options and checks that they may be set.
func (c *Config) admit(pairs []Pair, by Caller) ([]change, error) {
	changes := make([]change, 0, len(pairs))
	seen := make(map[string]bool, len(pairs))
	for _, p := range pairs {
		e, ok := lookup(p.Name)
		switch {
		case !ok:
			name, _, _ := strings.Cut(p.Name, "\x00") // what stands behind is not shown, as by Redis
			return nil, &SetError{Text: "ERR Unknown option or number of arguments for CONFIG SET - '" + name + "'"}
		case e.is(Immutable):
			return nil, errSet(p.Name, reason("can't set immutable config"))
		case e.is(Protected) && !c.Allows(EnableProtectedConfigs, by.Local):
			return nil, errSet(p.Name, reason("can't set protected config"))
		case e.is(DenyLoading) && by.Loading:
			return nil, ErrLoading
		case seen[e.name]:
			return nil, errSet(p.Name, reason("duplicate parameter"))
		}
		seen[e.name] = true
		changes = append(changes, change{entry: e, text: p.Value})
	}
	return changes, nil
}

// Allows reports whether one of the enable-* options permits its action to a
// client that is, or is not, on the same machine.
func (c *Config) Allows(h Enum, local bool) bool {
	v := c.Enum(h)
	return v == AllowYes || v == AllowLocal && local
}

func errSet(name string, why error) *SetError {
	return &SetError{Text: fmt.Sprintf("ERR CONFIG SET failed (possibly related to argument '%s') - %s", name, why)}
}

func (c *Config) storeAll(changes []change, pick func(change) value) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, ch := range changes {
		c.store(ch.option, pick(ch))
	}
}

// applyAll runs the appliers that the changes concern, in the order of the
// changes, each once. After an error it puts the old values back.
func (c *Config) applyAll(changes []change) error {
	var ran []int
	for _, ch := range changes {
		if !ch.is(volatile) && ch.kind.same(ch.old, ch.new) {
			continue
		}
		for i, a := range c.appliers {
			if slices.Contains(ran, i) || !slices.Contains(a.options, ch.option) {
				continue
			}
			ran = append(ran, i)
			if err := a.apply(); err != nil {
				failed := errSet(ch.name, err)
				failed.Restore = c.restore(changes, ran)
				return failed
			}
		}
	}
	return nil
}

// restore undoes changes and applies the old values where new ones were.
func (c *Config) restore(changes []change, ran []int) error {
	c.storeAll(changes, func(ch change) value { return ch.old })
	var errs []error
	for _, i := range ran {
		errs = append(errs, c.appliers[i].apply())
	}
	return errors.Join(errs...)
}
