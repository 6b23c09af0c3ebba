// Package drivertest runs the tests of a package once over each driver of this platform. It is for tests that talk to a
// server through a socket:
//
//	func TestMain(m *testing.M) { drivertest.Main(m) }
//
// starts them, and their servers get drivertest.Options().
package drivertest

import (
	"fmt"
	"os"
	"runtime"
	"testing"
)

// driver is the one whose turn it is.
var driver = "redcon"

// Main runs the tests over one driver after the other, and ends the program.
func Main(m *testing.M) {
	drivers := []string{"redcon"}
	if runtime.GOOS == "linux" {
		drivers = append(drivers, "epoll")
	}
	for _, driver = range drivers {
		if code := m.Run(); code != 0 {
			fmt.Println("over the driver", driver)
			os.Exit(code)
		}
	}
	os.Exit(0)
}

// Driver is the one whose turn it is.
func Driver() string { return driver }

// Options are what a server needs on its command line to use the driver whose turn it is. There are two loops, whatever
// the machine, so that they get into each other's way.
func Options() []string {
	if driver == "redcon" {
		return []string{"--driver", driver}
	}
	return []string{"--driver", driver, "--io-threads", "2"}
}
