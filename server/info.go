package server

import "io"

// Info implements command.Host.
func (s *Server) Info(w io.Writer, sections []string) {}
