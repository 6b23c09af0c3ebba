package server

// The sections of INFO about the process, its clients and its role.

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"

	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/internal/clock"
)

func infoServer(w *infoWriter) {
	s := w.s
	us := s.clock.Micros(clock.Mono())
	uptime := max(us-s.start, 0) / 1e6
	exe, _ := os.Executable()
	build := buildInfo()
	w.field("redis_version", RedisVersion)
	w.field("server_name", Name)
	w.field("miniredisd_version", Version)
	w.field("redis_git_sha1", build.revision[:min(len(build.revision), 8)])
	w.field("redis_git_dirty", build.modified)
	w.field("redis_build_id", build.revision)
	w.field("redis_mode", "standalone")
	w.field("os", osName())
	w.field("arch_bits", strconv.IntSize)
	w.field("monotonic_clock", "Go runtime")
	w.field("multiplexing_api", multiplexing())
	w.field("atomicvar_api", "sync/atomic")
	w.field("gcc_version", "0.0.0")
	w.field("go_version", runtime.Version())
	w.field("process_id", os.Getpid())
	w.field("process_supervised", "no")
	w.field("run_id", s.runID)
	w.field("tcp_port", s.Port())
	w.field("server_time_usec", us)
	w.field("uptime_in_seconds", uptime)
	w.field("uptime_in_days", uptime/86400)
	w.field("hz", s.cfg.Int(config.HZ))
	w.field("configured_hz", s.cfg.Int(config.HZ))
	w.field("lru_clock", us/1e6&(1<<24-1))
	w.field("executable", exe)
	w.field("config_file", s.cfg.File())
	w.field("io_threads_active", 0)
	for i, line := range s.listenerLines() {
		w.field(fmt.Sprintf("listener%d", i), line)
	}
}

// multiplexing is what Go's network poller stands on.
func multiplexing() string {
	switch runtime.GOOS {
	case "linux":
		return "epoll"
	case "windows":
		return "iocp"
	}
	return "kqueue"
}

// buildVersion says which source the program was built from.
type buildVersion struct {
	revision string
	modified bool
}

var buildInfo = sync.OnceValue(func() buildVersion {
	b := buildVersion{revision: "00000000"}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	for _, set := range info.Settings {
		switch set.Key {
		case "vcs.revision":
			b.revision = set.Value
		case "vcs.modified":
			b.modified = set.Value == "true"
		}
	}
	return b
})

// listenerLines describes the addresses that are listened on, those of a kind in one line.
func (s *Server) listenerLines() (lines []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var kinds []string
	binds, ports := map[string]string{}, map[string]string{}
	for _, l := range s.listeners {
		if _, known := binds[l.kind]; !known {
			kinds = append(kinds, l.kind)
		}
		host, port := l.addr.String(), ""
		if i := strings.LastIndexByte(host, ':'); i >= 0 && l.kind != "unix" {
			host, port = strings.Trim(host[:i], "[]"), ",port="+host[i+1:]
		}
		binds[l.kind] += ",bind=" + host
		ports[l.kind] = port
	}
	for _, k := range kinds {
		lines = append(lines, "name="+k+binds[k]+ports[k])
	}
	return lines
}

func infoClients(w *infoWriter) {
	var in, out int64
	watching := 0
	clients := w.s.snapshot()
	for _, c := range clients {
		in, out = max(in, c.QueryBuffer.Load()), max(out, c.OutputBuffer.Load())
		if !c.Watch.Empty() {
			watching++
		}
	}
	w.field("connected_clients", len(clients))
	w.zeros("cluster_connections")
	w.field("maxclients", w.s.cfg.Int(config.MaxClients))
	w.field("client_recent_max_input_buffer", in)
	w.field("client_recent_max_output_buffer", out)
	w.field("blocked_clients", w.s.pause.waiting()+int(w.s.waiting.Load()))
	w.field("tracking_clients", w.s.tracking.Figures().Clients)
	w.field("pubsub_clients", w.s.pubsub.Figures().Clients)
	w.field("watching_clients", watching)
	w.field("clients_in_timeout_table", w.s.deadlines.len())
	w.field("total_watched_keys", w.tx.WatchedKeys())
	keys, always := w.tx.AwaitedKeys()
	w.field("total_blocking_keys", keys)
	w.field("total_blocking_keys_on_nokey", always)
	until, reason := w.s.pause.paused()
	w.field("paused_reason", reason)
	w.field("paused_timeout_milliseconds", max(until-w.tx.Now(), 0))
}

func infoReplication(w *infoWriter) {
	w.s.mu.Lock()
	id := w.s.replID
	w.s.mu.Unlock()
	w.field("role", "master")
	w.zeros("connected_slaves")
	w.field("master_failover_state", "no-failover")
	w.field("master_replid", id)
	w.field("master_replid2", strings.Repeat("0", 40))
	w.field("master_repl_offset", w.s.oplog.Offset())
	w.field("second_repl_offset", -1)
	w.zeros("repl_backlog_active")
	w.field("repl_backlog_size", w.s.cfg.Int(config.ReplBacklogSize))
	w.zeros("repl_backlog_first_byte_offset", "repl_backlog_histlen")
}

func infoCluster(w *infoWriter) { w.field("cluster_enabled", false) }
