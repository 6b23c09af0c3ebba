// Package config holds every option of the server: Redis 7.4's and a few of
// its own. It knows their names, bounds and defaults, the grammar of
// redis.conf and of the command line, and what CONFIG GET, SET and REWRITE do,
// without the protocol around them.
//
// An option is declared once, in one of the options_*.go files, by a call that
// returns the handle it is read with:
//
//	Port = integer("port", 6379, 0, 65535, Effective)
//	…
//	cfg.Int(config.Port)
//
// Its position in the table is its slot in every Config, so that a read is one
// atomic load.
//
//	commandline.go, load.go   text → options
//	get.go, set.go            the live configuration
//	rewrite.go                options → text
//	kind*.go                  how one kind of value is parsed and printed
//
// The package touches files only while loading and rewriting the
// configuration, and never the working directory: relative paths are resolved
// against the option dir (see Config.Path). It imports resp and internal/glob.
package config
