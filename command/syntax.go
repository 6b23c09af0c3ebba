package command

// The arguments of a command in the notation of Redis's documentation, as a tree for COMMAND DOCS and for tests that
// generate calls.

// ArgType is the type of an argument, as COMMAND DOCS names it.
type ArgType string

// The argument types.
const (
	ArgString    ArgType = "string"
	ArgInteger   ArgType = "integer"
	ArgDouble    ArgType = "double"
	ArgKey       ArgType = "key"
	ArgPattern   ArgType = "pattern"
	ArgUnixTime  ArgType = "unix-time"
	ArgPureToken ArgType = "pure-token"
	ArgOneOf     ArgType = "oneof"
	ArgBlock     ArgType = "block"
)

// Arg is one argument, or a group of them.
type Arg struct {
	Name          string
	Type          ArgType
	Token         string // the word before it
	KeySpec       int    // of a key: the index among Spec.Keys; -1 otherwise
	Optional      bool
	Multiple      bool // may be repeated
	MultipleToken bool // the token is repeated with it
	Args          []Arg
}

// ParseSyntax reads the notation.
func ParseSyntax(syntax string) ([]Arg, error) { return nil, nil }
