package config

import "strings"

// An option is one declaration: what it is called, what it may hold, and what
// the server does with it. Options are immutable once declared.
type option struct {
	name  string
	alias string // another name, as slave-priority for replica-priority
	flags flag
	kind  kind
	def   value
	slot  int
	calm  string // a value, beside the default, that asks for nothing we fail to do
	why   string // said by Unsupported instead of the usual words
}

// value is what an option holds: n for numbers, booleans and enums, x (never
// modified in place) for texts and the options with a form of their own.
type value struct {
	n int64
	x any
}

// kind is the behaviour shared by options of one type.
type kind interface {
	// parse reads the arguments of a directive or of CONFIG SET. now is the
	// present value; again says that the same configuration text has set the
	// option before, in which case some options add to it.
	parse(args []string, now value, again bool) (value, error)
	// format prints the value as CONFIG GET does.
	format(v value) string
	// lines gives what CONFIG REWRITE writes after the name; no lines at all
	// take the option out of the file.
	lines(v, def value) []line
	// same reports that setting v over old changes nothing, so that nothing
	// needs to be applied.
	same(old, v value) bool
}

// line is one line of a rewritten file. Without force it only replaces a line
// that is there already.
type line struct {
	text  string
	force bool
}

// flag is a property of an option.
type flag uint16

const (
	// Effective options do what they do in Redis. All others are kept, shown
	// by CONFIG GET, and listed by Unsupported when they are set.
	Effective flag = 1 << iota
	// Immutable options cannot be set by CONFIG SET.
	Immutable
	// Sensitive values must not be logged.
	Sensitive
	// Protected options need enable-protected-configs for CONFIG SET.
	Protected
	// Hidden options are not matched by a pattern of CONFIG GET.
	Hidden
	// DenyLoading options cannot be set while the data set is being loaded.
	DenyLoading
	// multiArg options take a list of arguments.
	multiArg
	// volatile options name a file: setting the same value applies it again.
	volatile
)

// An attr completes a declaration: flags, alias, calm or why.
type attr interface{ on(*option) }

type (
	alias string // second name of the option
	calm  string // see option.calm
	why   string // see option.why
)

func (f flag) on(o *option)  { o.flags |= f }
func (a alias) on(o *option) { o.alias = string(a) }
func (c calm) on(o *option)  { o.calm = string(c) }
func (w why) on(o *option)   { o.why = string(w) }

func (o *option) is(f flag) bool { return o.flags&f != 0 }

// Handles name an option in Go. They are made by the declarations only.
type (
	// Bool is a handle of a yes/no option.
	Bool struct{ slot int }
	// Int is a handle of a number: a count, bytes, seconds, as its name says.
	Int struct{ slot int }
	// Enum is a handle of an option with a fixed list of values.
	Enum struct{ slot int }
	// Str is a handle of a text.
	Str struct{ slot int }
	// Special is a handle of an option with a form of its own; a method of
	// Config reads it.
	Special struct{ slot int }
)

// Handle is any option's handle.
type Handle interface{ option() *option }

func (h Bool) option() *option    { return table[h.slot] }
func (h Int) option() *option     { return table[h.slot] }
func (h Enum) option() *option    { return table[h.slot] }
func (h Str) option() *option     { return table[h.slot] }
func (h Special) option() *option { return table[h.slot] }

// Name returns the name by which CONFIG GET knows the option of a handle.
func Name(h Handle) string { return h.option().name }

// table is every option in the order of declaration, slot by slot. It grows
// while the package's variables are initialized and is read-only afterwards.
var table []*option

// declare adds an option to the table. It panics on a mistake in a
// declaration, which no program with a test can contain.
func declare(name string, def value, k kind, attrs []attr) int {
	o := &option{name: name, kind: k, def: def, slot: len(table)}
	for _, a := range attrs {
		a.on(o)
	}
	if o.name != strings.ToLower(o.name) || k == nil {
		panic("config: bad declaration of " + name)
	}
	table = append(table, o)
	return o.slot
}

// boolean declares yes or no.
func boolean(name string, def bool, attrs ...attr) Bool {
	return Bool{declare(name, boolValue(def), boolKind{}, attrs)}
}

// enum declares a choice of one of values.
func enum(name, def string, values []enumValue, attrs ...attr) Enum {
	return declareEnum(name, def, enumKind{values: values}, attrs)
}

// enumSet declares a choice of any of values, which are bits.
func enumSet(name, def string, values []enumValue, valid func(int64) error, attrs ...attr) Enum {
	return declareEnum(name, def, enumKind{values: values, bits: true, valid: valid}, append(attrs, multiArg))
}

func declareEnum(name, def string, k enumKind, attrs []attr) Enum {
	n, ok := k.number(def)
	if !ok {
		panic("config: bad default of " + name)
	}
	return Enum{declare(name, value{n: n}, k, attrs)}
}

// integer declares a signed number within [low, high].
func integer(name string, def, low, high int64, attrs ...attr) Int {
	return Int{declare(name, value{n: def}, numberKind{low: low, high: high}, attrs)}
}

// unsigned declares a number whose bounds are compared without a sign.
func unsigned(name string, def, low, high int64, attrs ...attr) Int {
	return Int{declare(name, value{n: def}, numberKind{low: low, high: high, unsigned: true}, attrs)}
}

// memory declares a number of bytes, written with or without a unit.
func memory(name string, def, low, high int64, attrs ...attr) Int {
	return Int{declare(name, value{n: def}, numberKind{low: low, high: high, memory: true}, attrs)}
}

// unsignedMemory declares a number of bytes compared without a sign, so that
// high may be maxUint64.
func unsignedMemory(name string, def, low, high int64, attrs ...attr) Int {
	return Int{declare(name, value{n: def}, numberKind{low: low, high: high, memory: true, unsigned: true}, attrs)}
}

// memoryOrPercent declares a number of bytes, or a percentage, kept negative.
func memoryOrPercent(name string, def, high int64, attrs ...attr) Int {
	return Int{declare(name, value{n: def}, numberKind{low: -100, high: high, memory: true, percent: true}, attrs)}
}

// octal declares a number written with octal digits: permissions.
func octal(name string, def, low, high int64, attrs ...attr) Int {
	return Int{declare(name, value{n: def}, numberKind{low: low, high: high, unsigned: true, octal: true}, attrs)}
}

// clamped declares a number that may be set to anything within [low, high]
// and is then brought into [least, most].
func clamped(name string, def, low, high, least, most int64, attrs ...attr) Int {
	return Int{declare(name, value{n: def}, numberKind{low: low, high: high, clamp: [2]int64{least, most}}, attrs)}
}

// text declares a string that is not set by default, nor when it is empty; it
// is then absent from the file. valid may be nil.
func text(name string, valid func(string) error, attrs ...attr) Str {
	return Str{declare(name, value{x: ""}, textKind{unset: true, valid: valid}, attrs)}
}

// textOf declares a string with a default, for which the empty one is a value
// like others. valid may be nil.
func textOf(name, def string, valid func(string) error, attrs ...attr) Str {
	return Str{declare(name, value{x: def}, textKind{valid: valid}, attrs)}
}

// special declares an option with a kind of its own.
func special(name string, def any, k kind, attrs ...attr) Special {
	return Special{declare(name, value{x: def}, k, attrs)}
}
