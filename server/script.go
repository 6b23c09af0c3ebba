package server

// What scripts ask of the server; busy.go is about others while one runs.

import (
	"fmt"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/internal/clock"
)

// Scripts implements command.Host.
func (s *Server) Scripts() command.Scripts { return s.scripts }

// Functions implements command.Host.
func (s *Server) Functions() command.Functions { return s.scripts }

// Show implements command.Host.
func (s *Server) Show(c *command.Ctx) {
	if s.watching.noteworthy.Load() == 0 {
		s.watching.monitors.tell(c.Client, c.Spec, c.Args, s.clock.Micros(clock.Mono()))
	}
}

// Rejected implements command.Host.
func (s *Server) Rejected(c *command.Client, spec *command.Spec) { s.stats.rejected(c.ID, spec.ID) }

// WriteError implements command.Host.
func (s *Server) WriteError() string {
	if err := s.logError(); err != nil {
		return fmt.Sprintf("MISCONF Errors writing to the AOF file: %v", err)
	}
	return ""
}
