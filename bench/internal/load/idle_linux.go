package load

import (
	"net"
	"syscall"

	"golang.org/x/sys/unix"
)

// dialFrom dials from the n-th address of the loopback network, all of which are this machine. The port is chosen when the
// connection is made, not when the address is bound, so that only connections to the same server take ports from each other.
func dialFrom(n int) net.Dialer {
	return net.Dialer{
		LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, byte(n/250), byte(n%250+1))},
		Control: func(_, _ string, c syscall.RawConn) (err error) {
			if ctrlErr := c.Control(func(fd uintptr) {
				err = unix.SetsockoptInt(int(fd), unix.IPPROTO_IP, unix.IP_BIND_ADDRESS_NO_PORT, 1)
			}); ctrlErr != nil {
				return ctrlErr
			}
			return err
		},
	}
}
