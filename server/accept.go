package server

// Who gets in: the limit on clients, and protected mode.

import (
	"net"
	"time"

	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/server/driver"
)

const protectedText = "-DENIED Redis is running in protected mode because protected mode is enabled and no password is set for the " +
	"default user. In this mode connections are only accepted from the loopback interface. If you want to connect from " +
	"external computers to Redis you may adopt one of the following solutions: 1) Just disable protected mode sending the " +
	"command 'CONFIG SET protected-mode no' from the loopback interface by connecting to Redis from the same host the " +
	"server is running, however MAKE SURE Redis is not publicly accessible from internet if you do so. Use CONFIG REWRITE " +
	"to make this change permanent. 2) Alternatively you can just disable the protected mode by editing the Redis " +
	"configuration file, and setting the protected mode option to 'no', and then restarting the server. 3) If you started " +
	"the server manually just for testing, restart it with the '--protected-mode no' option. 4) Set up an authentication " +
	"password for the default user. NOTE: You only need to do one of the above things in order for the server to start " +
	"accepting connections from the outside.\r\n"

// Accept implements driver.Acceptor.
func (s *Server) Accept(conn driver.Conn) (driver.Session, []byte) {
	c := newClient(s, conn)
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return nil, nil
	case int64(len(s.clients)) >= s.cfg.Int(config.MaxClients):
		s.stats.rejectedConns.Add(1)
		return nil, []byte("-ERR max number of clients reached\r\n")
	case !s.mayConnect(conn.RemoteAddr()):
		s.stats.rejectedConns.Add(1)
		return nil, []byte(protectedText)
	}
	s.nextID++
	c.ID = s.nextID
	s.clients[c.ID] = c
	s.stats.connections.Add(1)
	c.account(1)
	if secs := s.cfg.Int(config.TCPKeepAlive); secs > 0 {
		conn.KeepAlive(time.Duration(secs) * time.Second)
	}
	return c, nil
}

// mayConnect is protected mode: without a password, only this machine gets in.
func (s *Server) mayConnect(addr net.Addr) bool {
	tcp, ok := addr.(*net.TCPAddr)
	return !ok || tcp.IP.IsLoopback() || !s.cfg.Bool(config.ProtectedMode) || s.cfg.Str(config.RequirePass) != ""
}
