// Command miniredisd is a Redis-compatible server: redis-server's command line and configuration, in one static binary.
//
// It reads the configuration, opens the log, starts package server and waits for a signal or SHUTDOWN; all else is
// package server's.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/server"
)

const usage = `Usage: miniredisd [/path/to/redis.conf] [--option value ...] [-]
       miniredisd - (read config from stdin)
       miniredisd --check-config [/path/to/redis.conf] [--option value ...]
       miniredisd -v or --version
       miniredisd -h or --help

Every option of redis.conf may stand on the command line, as --option value.
--port 0 takes a free port and says so in the log, unless a unix socket or a TLS
port is named: then there is no other way in.

With MINIREDISD_CPUPROFILE=file in the environment, a CPU profile of the whole
run is written there at its end (%p in the name becomes the process ID).

Examples:
       miniredisd (run the server with default conf)
       echo 'maxmemory 128mb' | miniredisd -
       miniredisd /etc/redis/6379.conf
       miniredisd --port 7777 --appendonly yes --appendfsync always
`

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// run is main with its surroundings as arguments. It returns the exit code.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	check := false
	if len(args) > 0 {
		switch args[0] {
		case "-v", "--version":
			fmt.Fprintln(stdout, version())
			return 0
		case "-h", "--help":
			io.WriteString(stdout, usage)
			return 0
		case "--check-config":
			check, args = true, args[1:]
		}
	}
	cfg := config.New()
	if err := cfg.Load(args, stdin); err != nil {
		fmt.Fprintln(stderr, loadFailure(err))
		return 1
	}
	if check {
		for _, line := range cfg.Unsupported() {
			fmt.Fprintln(stdout, line)
		}
		fmt.Fprintln(stdout, "Configuration OK")
		return 0
	}
	out, err := openLog(cfg, stdout)
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	log := server.NewLogger(out, server.LevelOf(cfg.EnumName(config.LogLevel)))
	stop, err := profile(os.Getenv(profileVariable))
	if err != nil {
		fmt.Fprintln(stderr, profileVariable+":", err)
		return 1
	}
	code := serve(cfg, log)
	if err := stop(); err != nil {
		log.Logf(server.Warning, "The CPU profile could not be written: %v", err)
	}
	return code
}

func version() string {
	return fmt.Sprintf("miniredisd v=%s redis=%s go=%s %s/%s", server.Version, server.RedisVersion, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

// loadFailure is what redis-server prints for an error of its configuration.
func loadFailure(err error) string {
	var l *config.LoadError
	if errors.As(err, &l) {
		return l.Report("miniredisd " + server.Version)
	}
	return err.Error()
}

// openLog returns where log lines go: stdout, or the file of the logfile option.
func openLog(cfg *config.Config, stdout io.Writer) (io.Writer, error) {
	name := cfg.Str(config.LogFile)
	if name == "" {
		return stdout, nil
	}
	f, err := os.OpenFile(cfg.Path(name), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return nil, fmt.Errorf("Can't open the log file: %w", err)
	}
	return f, nil
}

// serve runs the server until it ends, and returns the exit code.
func serve(cfg *config.Config, log *server.Logger) int {
	sig := make(chan os.Signal, 1)
	signal.Notify(sig, os.Interrupt, syscall.SIGTERM)
	greet(cfg, log)
	end := make(chan struct{})
	defer close(end)
	go tendCollector(end)
	s, err := server.New(server.Options{Config: cfg, Log: log})
	if err == nil {
		err = s.Start()
	}
	if err != nil {
		log.Logf(server.Warning, "%v", err)
		return 1
	}
	if removePID := writePIDFile(cfg, log); removePID != nil {
		defer removePID()
	}
	if cfg.Int(config.Port) == 0 && s.Port() != 0 {
		log.Logf(server.Notice, "Listening on port %d", s.Port())
	}
	select {
	case got := <-sig:
		log.Logf(server.Warning, "Received %s scheduling shutdown...", map[os.Signal]string{os.Interrupt: "SIGINT", syscall.SIGTERM: "SIGTERM"}[got])
		log.Logf(server.Notice, "User requested shutdown...")
		err = s.Close()
	case <-s.Done():
	}
	if err != nil {
		log.Logf(server.Warning, "Error trying to save the append only file: %v", err)
		return 1
	}
	log.Logf(server.Warning, "miniredisd is now ready to exit, bye bye...")
	return 0
}

// greet writes the first lines of the log.
func greet(cfg *config.Config, log *server.Logger) {
	log.Logf(server.Notice, "miniredisd is starting: version=%s, redis=%s, bits=%d, %s", server.Version, server.RedisVersion, 32<<(^uint(0)>>63), runtime.Version())
	log.Logf(server.Notice, "Running mode=standalone, port=%d. PID: %d", cfg.Int(config.Port), os.Getpid())
	if cfg.File() != "" {
		log.Logf(server.Notice, "Configuration loaded")
	}
	for _, line := range cfg.Unsupported() {
		log.Logf(server.Notice, "%s", strings.TrimSpace(line))
	}
}

// writePIDFile writes the pidfile, when one is named, and returns what removes it again.
func writePIDFile(cfg *config.Config, log *server.Logger) (remove func()) {
	name := cfg.Str(config.PidFile)
	if name == "" {
		return nil
	}
	path := cfg.Path(filepath.Clean(name))
	if err := os.WriteFile(path, fmt.Appendf(nil, "%d\n", os.Getpid()), 0o644); err != nil {
		log.Logf(server.Warning, "Failed to write PID file: %v", err)
		return nil
	}
	return func() { os.Remove(path) }
}
