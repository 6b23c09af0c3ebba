package script

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/command/all"
	"github.com/miniredisd/miniredisd/store"
)

// An interpreter that has panicked is not loaded into: the libraries move to another one first.
func TestLoadIntoBrokenInterpreter(t *testing.T) {
	e := New(testHost{registry: all.Registry()})
	c := &command.Ctx{Tx: &store.Tx{}}
	load := func(library, function string) {
		_, err := e.LoadLibrary(c, []byte("#!lua name="+library+"\nredis.register_function('"+function+"', function() end)"), false)
		require.NoError(t, err)
	}
	load("a", "f")
	before := e.functions
	before.broken = true
	load("b", "g")
	require.NotSame(t, before, e.functions)
	require.False(t, e.functions.broken)
	for _, name := range []string{"f", "g"} {
		require.True(t, e.HasFunction([]byte(name)))
	}
	before, e.functions.broken = e.functions, true
	require.NoError(t, e.RestoreLibraries(c, nil, command.RestoreAppend))
	require.NotSame(t, before, e.functions)
}

// A library that can't take the place of another one leaves everything as it was.
func TestReplaceOfLibraries(t *testing.T) {
	e := New(testHost{registry: all.Registry()})
	c := &command.Ctx{Tx: &store.Tx{}}
	load := func(library, function string, replace bool) error {
		_, err := e.LoadLibrary(c, []byte("#!lua name="+library+"\nredis.register_function('"+function+"', function() end)"), replace)
		return err
	}
	require.NoError(t, load("a", "f", false))
	require.NoError(t, load("b", "g", false))
	require.EqualError(t, load("a", "G", true), "Function G already exists")
	require.True(t, e.HasFunction([]byte("F")))
	require.NoError(t, load("a", "h", true))
	require.False(t, e.HasFunction([]byte("f")))
	require.NoError(t, load("a", "H", true), "its own function is not in its way")
	require.Equal(t, 2, e.FunctionFigures().Functions)
}
