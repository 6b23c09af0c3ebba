// Package script runs Lua: the scripts of EVAL, by way of gopher-lua, in a sandbox that looks to them like Redis's.
//
// A script's way: a text is compiled once (compile.go) and its prototype kept (cache.go). To run it (run.go) an interpreter, a Lua
// state with the libraries that scripts may use (interpreter.go, sandbox.go), makes a function of the prototype and calls it. When
// the function calls redis.call, the arguments pass the gates that commands of scripts have to pass (call.go), the command runs
// in the unit of the caller, and its reply becomes a Lua value (fromreply.go). What the function returns becomes the reply of the
// whole (toreply.go), what it raises an error (errors.go).
//
// Everything here but what says otherwise runs inside an exclusive unit of the store, so there is one script at a time.
package script
