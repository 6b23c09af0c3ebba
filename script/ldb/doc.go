// Package ldb is what the debugger of scripts is made of, as far as it needs no interpreter: the client's commands, the text
// that is debugged, its breakpoints, and how values and replies are shown. Redis calls its debugger LDB.
//
// A Session talks to one client. Where a script has stopped, it asks a Machine, which is the interpreter, for what only that
// knows. It imports gopher-lua for its values, and nothing of the server.
package ldb
