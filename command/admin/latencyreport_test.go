package admin

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/internal/latency"
)

// watched is a server of which only what LATENCY DOCTOR looks at exists.
type watched struct {
	command.Host
	cfg    *config.Config
	events latency.Events
}

func (w *watched) Config() *config.Config         { return w.cfg }
func (w *watched) LatencyEvents() *latency.Events { return &w.events }

func TestAdvice(t *testing.T) {
	for _, tc := range []struct {
		event, want string
		options     []string
	}{
		{"command", "SLOWLOG GET shows", []string{"--latency-monitor-threshold", "100"}},
		{"command", "The slow log is off. CONFIG SET slowlog-log-slower-than 5000 ", []string{"--latency-monitor-threshold", "5", "--slowlog-log-slower-than", "-1"}},
		{"command", "The slow log is off.", []string{"--slowlog-max-len", "0"}},
		{"command", "slowlog-log-slower-than 5000 makes", []string{"--latency-monitor-threshold", "5"}},
		{"fast-command", "lower the load", nil},
		{"expire-cycle", "spread their deadlines", nil},
		{"aof-fsync-always", "appendfsync everysec", nil},
		{"aof-write", "The disk is slow", nil},
	} {
		w := &watched{cfg: config.New()}
		require.NoError(t, w.cfg.Load(tc.options, nil))
		require.Contains(t, adviceOn(&command.Ctx{Host: w}, tc.event)[0], tc.want)
	}
}

func TestConfigSecrets(t *testing.T) {
	call := func(words ...string) (args [][]byte) {
		for _, w := range words {
			args = append(args, []byte(w))
		}
		return args
	}
	require.Equal(t, []int{5, 7}, configSecrets(call("config", "set", "maxmemory", "1", "RequirePass", "x", "tls-key-file-pass", "y")))
	require.Empty(t, configSecrets(call("config", "set", "requirepass")))
	require.Equal(t, []int{3}, configSecrets(call("config", "set", "masteruser", "x", "requirepass")))
}
