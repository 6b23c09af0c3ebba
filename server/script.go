package server

// Scripts that run.

import "github.com/miniredisd/miniredisd/command"

// ScriptBegins implements command.Host.
func (s *Server) ScriptBegins(_ *command.Ctx, script *command.Script) { s.script.Store(script) }

// ScriptEnds implements command.Host.
func (s *Server) ScriptEnds(*command.Script) { s.script.Store(nil) }

// RunningScript implements command.Host.
func (s *Server) RunningScript() *command.Script { return s.script.Load() }
