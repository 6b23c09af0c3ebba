package config

import (
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSetErrors(t *testing.T) {
	for _, tt := range []struct {
		name, value, want string // want: after the "-", or the whole text
	}{
		{"foo", "bar", "ERR Unknown option or number of arguments for CONFIG SET - 'foo'"},
		{"include", "x", "ERR Unknown option or number of arguments for CONFIG SET - 'include'"},
		{"databases", "1", "can't set immutable config"},
		{"replicaof", "no one", "can't set immutable config"},
		{"dir", "/", "can't set protected config"},
		{"dbfilename", "x", "can't set protected config"},
		{"rdbcompression", "maybe", "argument must be 'yes' or 'no'"},
		{"rdbcompression", "", "argument must be 'yes' or 'no'"},
		{"port", "-1", "argument must be between 0 and 65535 inclusive"},
		{"port", "65536", "argument must be between 0 and 65535 inclusive"},
		{"port", "x", "argument couldn't be parsed into an integer"},
		{"port", "007", "argument couldn't be parsed into an integer"},
		{"port", "+7", "argument couldn't be parsed into an integer"},
		{"port", "", "argument couldn't be parsed into an integer"},
		{"maxclients", "0", "argument must be between 1 and 4294967295 inclusive"},
		{"maxclients", "-1", "argument must be between 1 and 4294967295 inclusive"},
		{"maxmemory", "1tb", "argument must be a memory value"},
		{"maxmemory", "-5", "argument must be a memory value"},
		{"proto-max-bulk-len", "5", "argument must be between 1048576 and 9223372036854775807 inclusive"},
		{"proto-max-bulk-len", "99999999999999999999", "argument must be between 1048576 and 9223372036854775807 inclusive"},
		{"maxmemory-clients", "101%", "percentage argument must be less or equal to 100"},
		{"maxmemory-clients", "-1%", "argument must be a memory or percent value"},
		{"maxmemory-clients", "%", "argument must be a memory or percent value"},
		{"appendfsync", "often", "argument(s) must be one of the following: everysec, always, no"},
		{"loglevel", "", "argument(s) must be one of the following: debug, verbose, notice, warning, nothing"},
		{"shutdown-on-sigterm", "", "argument(s) must be one of the following: default, save, nosave, now, force"},
		{"shutdown-on-sigterm", "save nosave", "shutdown options SAVE and NOSAVE can't be used simultaneously"},
		{"save", "1", "Invalid save parameters"},
		{"save", "0 1", "Invalid save parameters"},
		{"save", "1 -1", "Invalid save parameters"},
		{"save", "1  1", "Invalid save parameters"},
		{"save", "a b", "Invalid save parameters"},
		{"bind", strings.Repeat("::1 ", 16) + "x", "Too many bind addresses specified."},
		{"bind", "127.0.0.1  ::1", "Failed to bind to specified addresses."},
		{"notify-keyspace-events", "KEQ", "Invalid event class character. Use 'Ag$lshzxeKEtmdn'."},
		{"oom-score-adj-values", "1 2", "wrong number of arguments"},
		{"oom-score-adj-values", "1 2 2001", "Invalid oom-score-adj-values, elements must be between -2000 and 2000."},
		{"latency-tracking-info-percentiles", "x", "Invalid latency-tracking-info-percentiles parameters"},
		{"latency-tracking-info-percentiles", "nan", "Invalid latency-tracking-info-percentiles parameters"},
		{"latency-tracking-info-percentiles", "50 101", "latency-tracking-info-percentiles parameters should sit between [0.0,100.0]"},
		{"client-output-buffer-limit", "normal 1 2", "Wrong number of arguments in buffer limit configuration."},
		{"client-output-buffer-limit", "master 1 2 3", "Invalid client class specified in buffer limit configuration."},
		{"client-output-buffer-limit", "normal 1x 2 3", "Error in hard, soft or soft_seconds setting in buffer limit configuration."},
		{"client-output-buffer-limit", "normal 1 2 -3", "Error in hard, soft or soft_seconds setting in buffer limit configuration."},
		{"cluster-announce-hostname", "a_b", "Hostnames may only contain alphanumeric characters, hyphens or dots"},
		{"cluster-announce-hostname", strings.Repeat("a", 256), "Hostnames must be less than 256 characters"},
		{"cluster-announce-human-nodename", "a@b", "Announced human node name contained invalid character"},
		{"proc-title-template", "{nosuch}", "template format is invalid or contains unknown variables"},
		{"proc-title-template", "a {title", "template format is invalid or contains unknown variables"},
		{"proc-title-template", " {title} ", "template format is invalid or contains unknown variables"},
		{"proc-title-template", "", "template format is invalid or contains unknown variables"},
	} {
		c := New()
		before := c.Get("*")
		want := tt.want
		if !strings.HasPrefix(want, "ERR ") {
			want = "ERR CONFIG SET failed (possibly related to argument '" + tt.name + "') - " + want
		}
		var failed *SetError
		err := set(c, "timeout", "77", tt.name, tt.value)
		require.ErrorAs(t, err, &failed)
		require.EqualError(t, err, want, "%s %q", tt.name, tt.value)
		require.Equal(t, before, c.Get("*"), "nothing is set")
	}
}

func TestSetValues(t *testing.T) {
	for _, tt := range []struct{ name, value, want string }{
		{"MAXMEMORY", "1gb", "1073741824"},
		{"maxmemory-policy", "AllKeys-LRU", "allkeys-lru"},
		{"hz", "1000", "500"},
		{"hz", "0", "1"},
		{"save", "", ""},
		{"save", "10 1 20 0", "10 1 20 0"},
		{"bind", "", ""},
		{"bind", "127.0.0.1 -::1", "127.0.0.1 -::1"},
		{"notify-keyspace-events", "KEg$lshzxetd", "AKE"},
		{"notify-keyspace-events", "mEKxA", "AKEm"},
		{"notify-keyspace-events", "nA", "An"},
		{"notify-keyspace-events", "Exn$", "$xnE"},
		{"client-output-buffer-limit", "Replica 1mb 2kb 3", "normal 0 0 0 slave 1048576 2048 3 pubsub 33554432 8388608 60"},
		{"client-output-buffer-limit", "", "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60"},
		{"oom-score-adj", "yes", "yes"},
		{"oom-score-adj-values", "-1 2 3", "-1 2 3"},
		{"shutdown-on-sigint", "now save force", "save now force"},
		{"latency-tracking-info-percentiles", "", ""},
		{"latency-tracking-info-percentiles", "0 12.50 99.99 100", "0 12.5 99.99 100"},
		{"slave-priority", "7", "7"},
		{"slowlog-log-slower-than", "-1", "-1"},
		{"requirepass", "p \"w\\\x00", "p \"w\\\x00"},
		{"proc-title-template", "{{x} {port}", "{{x} {port}"},
	} {
		c := New()
		require.NoError(t, set(c, tt.name, tt.value), tt.name)
		require.Equal(t, tt.want, get(t, c, tt.name), tt.name)
	}
}

func TestSetRights(t *testing.T) {
	c := New()
	dir := t.TempDir()
	pairs := []Pair{{"dir", dir}, {"dbfilename", "other.rdb"}}
	require.Error(t, c.Set(pairs, Caller{Local: true}))
	require.NoError(t, c.Load([]string{"--enable-protected-configs", "local"}, nil))
	require.Error(t, c.Set(pairs, Caller{}))
	require.NoError(t, c.Set(pairs, Caller{Local: true}))
	require.Equal(t, dir, c.Dir())
	require.Equal(t, "other.rdb", c.Str(DBFilename))

	require.ErrorIs(t, c.Set([]Pair{{"appendonly", "yes"}}, Caller{Loading: true}), ErrLoading)
	require.NoError(t, c.Set([]Pair{{"timeout", "1"}}, Caller{Loading: true}))

	for value, want := range map[string]string{
		dir + "/nosuch": "No such file or directory",
		"":              "No such file or directory",
	} {
		err := c.Set([]Pair{{"dir", value}}, Caller{Local: true})
		require.EqualError(t, err, "ERR CONFIG SET failed (possibly related to argument 'dir') - "+want)
	}
	err := c.Set([]Pair{{"dbfilename", "a/b"}}, Caller{Local: true})
	require.EqualError(t, err, "ERR CONFIG SET failed (possibly related to argument 'dbfilename') - dbfilename can't be a path, just a filename")
}

func TestSetDuplicates(t *testing.T) {
	c := New()
	require.EqualError(t, set(c, "timeout", "1", "TIMEOUT", "2"),
		"ERR CONFIG SET failed (possibly related to argument 'TIMEOUT') - duplicate parameter")
	require.NoError(t, set(c, "slave-priority", "1", "replica-priority", "2"), "two names are two options, as in Redis")
	require.Equal(t, "2", get(t, c, "slave-priority"))
	require.NoError(t, set(c))
}

func TestOnChange(t *testing.T) {
	c := New()
	var log []string
	fail := false
	c.OnChange(func() error {
		log = append(log, "network "+get(t, c, "port")+" "+get(t, c, "bind"))
		return nil
	}, Port, Bind)
	c.OnChange(func() error {
		log = append(log, "aof "+get(t, c, "appendonly"))
		if fail && c.Bool(AppendOnly) {
			return reason("Unable to turn on AOF. Check server logs.")
		}
		return nil
	}, AppendOnly)
	c.OnChange(func() error { log = append(log, "tls"); return nil }, TLSCertFile)

	require.NoError(t, set(c, "port", "1", "bind", "::1"))
	require.Equal(t, []string{"network 1 ::1"}, log, "once for both")
	log = nil
	require.NoError(t, set(c, "port", "1", "timeout", "3", "appendonly", "no"))
	require.Empty(t, log, "nothing changed")
	require.NoError(t, set(c, "tls-cert-file", ""))
	require.Equal(t, []string{"tls"}, log, "the file may have changed")

	log, fail = nil, true
	err := set(c, "timeout", "9", "port", "2", "appendonly", "yes", "bind", "*")
	require.EqualError(t, err, "ERR CONFIG SET failed (possibly related to argument 'appendonly') - Unable to turn on AOF. Check server logs.")
	require.Equal(t, []string{"network 2 *", "aof yes", "network 1 ::1", "aof no"}, log)
	require.Equal(t, "3", get(t, c, "timeout"))
	require.False(t, c.Bool(AppendOnly))
	var failed *SetError
	require.ErrorAs(t, err, &failed)
	require.NoError(t, failed.Restore)

	c.OnChange(func() error { return errors.New("never") }, Timeout)
	require.ErrorAs(t, set(c, "timeout", "4"), &failed)
	require.EqualError(t, failed.Restore, "never")
}

func TestUnsupported(t *testing.T) {
	c := New()
	require.NoError(t, c.Load([]string{"--daemonize", "yes", "--save", "", "--masterauth", "secret", "--timeout", "1",
		"--io-threads-do-reads", "yes", "--loadmodule", "/x.so", "a", "--x.y", "1"}, nil))
	require.Equal(t, []string{
		"Option 'io-threads-do-reads yes' is accepted, but it has no effect",
		"Option 'masterauth ***' is accepted, but it has no effect",
		"Option 'daemonize yes' is accepted, but the server stays in the foreground; let a supervisor run it",
		"Option 'loadmodule /x.so' is accepted, but modules are not supported",
		"Option 'x.y' is accepted, but modules are not supported",
	}, c.Unsupported())
}

// A reader sees all values of a Set or none of them.
func TestGetWhileSetting(t *testing.T) {
	c := New()
	require.NoError(t, set(c, "timeout", "0", "tcp-keepalive", "0"))
	done := make(chan error, 1)
	go func() {
		for i := range 2000 {
			n := strconv.Itoa(i)
			if err := set(c, "timeout", n, "tcp-keepalive", n); err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	for {
		got := c.Get("timeout", "tcp-keepalive")
		require.Equal(t, got[0].Value, got[1].Value)
		select {
		case err := <-done:
			require.NoError(t, err)
			return
		default:
		}
	}
}
