package script

import (
	"sync/atomic"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/resp"
)

// Engine runs the scripts of one server.
type Engine struct {
	host  command.Host
	cache cache

	// eval is the interpreter of EVAL, functions that of libraries. They are made when the first script or library comes.
	eval, functions *interpreter
	// libraries are the libraries that there are: a set is changed, or another one takes its place.
	libraries atomic.Pointer[librarySet]
	freed     atomic.Int64 // see command.FunctionFigures
	// random is the state of math.random, which all scripts share.
	random random

	// client stands for the scripts where commands want to know who calls them, and out takes the replies of these commands.
	client command.Client
	out    resp.Writer

	// anything lets scripts call commands that are not for scripts.
	anything bool
}

var _ command.Scripts = (*Engine)(nil)

// New returns the engine of a server.
func New(host command.Host) *Engine {
	e := &Engine{host: host, random: newRandom()}
	e.cache.init()
	e.libraries.Store(newLibrarySet())
	e.client.Script, e.client.Out = true, &e.out
	return e
}

// AllowNoScript implements command.Scripts.
func (e *Engine) AllowNoScript(on bool) { e.anything = on }
