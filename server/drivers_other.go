//go:build !linux

package server

import (
	"net"

	"github.com/miniredisd/miniredisd/server/driver"
	"github.com/miniredisd/miniredisd/server/driver/redcon"
)

// drivers move the bytes of all listeners.
type drivers struct{}

func (*drivers) serve(s *Server, ln net.Listener) driver.Server { return redcon.New(ln, s) }

func (*drivers) close() {}
