// Command miniredisd is the server.
package main

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/server"
)

func main() {
	cfg := config.New()
	if err := cfg.Load(os.Args[1:], os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	s, err := server.New(server.Options{Config: cfg, Log: server.NewLogger(os.Stdout, server.LevelOf(cfg.EnumName(config.LogLevel)))})
	if err == nil {
		err = s.Start()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	sig := make(chan os.Signal, 1)
	signal.Notify(sig, os.Interrupt, syscall.SIGTERM)
	select {
	case <-sig:
		s.Close()
	case <-s.Done():
	}
}
