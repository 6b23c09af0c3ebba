// Package arguments feeds every declared command what it does not want: too few and too many arguments, keys of other
// types, and garbage. Each must give one reply, and nothing else may happen: not to the connection, not to others.
package arguments

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/internal/clock"
	"github.com/miniredisd/miniredisd/internal/drivertest"
	"github.com/miniredisd/miniredisd/server"
	"github.com/miniredisd/miniredisd/tests/wire"
)

var seed = flag.Uint64("seed", uint64(time.Now().UnixNano()), "of the random arguments")

// instance is a server in this process.
type instance struct{ *server.Server }

func TestMain(m *testing.M) { drivertest.Main(m) }

func start(t *testing.T) instance {
	t.Helper()
	return startWith(t, nil)
}

// startWith starts a server with another clock than the machine's and with more options.
func startWith(t *testing.T, now clock.Clock, options ...string) instance {
	t.Helper()
	cfg := config.New()
	require.NoError(t, cfg.Load(slices.Concat([]string{"--port", "0", "--bind", "127.0.0.1", "--dir", t.TempDir(), "--enable-debug-command", "yes",
		"--proto-max-bulk-len", "1mb"}, drivertest.Options(), options), nil))
	s, err := server.New(server.Options{Config: cfg, Clock: now})
	require.NoError(t, err)
	require.NoError(t, s.Start())
	t.Cleanup(func() { s.Close() })
	return instance{s}
}

func (s instance) addr() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.Port())) }

func (s instance) dial(t *testing.T) *wire.Conn {
	t.Helper()
	c, err := wire.Dial(s.addr())
	require.NoError(t, err)
	t.Cleanup(func() { c.Close() })
	c.Timeout = patience
	return c
}

// words is the command's name as a client sends it.
func words(spec *command.Spec) []string { return strings.Split(spec.FullName(), "|") }

// call is a request with n arguments, the name's words included, that are all arg.
func call(spec *command.Spec, n int, arg string) []string {
	args := words(spec)
	for len(args) < n {
		args = append(args, arg)
	}
	return args
}

func TestArity(t *testing.T) {
	s := start(t)
	c := s.dial(t)
	for _, spec := range s.Registry().All() {
		want := fmt.Sprintf("ERR wrong number of arguments for '%s' command", spec.FullName())
		if spec.Name == "exec" {
			want = "EXECABORT Transaction discarded because of: " + strings.TrimPrefix(want, "ERR ")
		}
		least := max(spec.Arity, -spec.Arity)
		if least > len(words(spec)) {
			v, err := c.Do(call(spec, least-1, "x")...)
			require.NoError(t, err, spec.FullName())
			require.Equal(t, wire.Value{Kind: wire.Error, Text: want}, v, "%s with an argument too few", spec.FullName())
		}
		if spec.Arity > 0 {
			v, err := c.Do(call(spec, least+1, "x")...)
			require.NoError(t, err, spec.FullName())
			require.Equal(t, wire.Value{Kind: wire.Error, Text: want}, v, "%s with an argument too many", spec.FullName())
		}
	}
}

// TestArityInMulti checks that a wrong arity spoils the transaction instead of waiting for EXEC.
func TestArityInMulti(t *testing.T) {
	s := start(t)
	c := s.dial(t)
	for _, spec := range s.Registry().All() {
		least := max(spec.Arity, -spec.Arity)
		if least == len(words(spec)) {
			continue
		}
		c.Send("MULTI")
		c.Send(call(spec, least-1, "x")...)
		v, err := c.Do("EXEC")
		require.NoError(t, err)
		require.Equal(t, "OK", v.Text)
		v, err = c.Receive()
		require.NoError(t, err)
		require.Equal(t, wire.Error, v.Kind, spec.FullName())
		v, err = c.Receive()
		require.NoError(t, err)
		require.Equal(t, "EXECABORT Transaction discarded because of previous errors.", v.Text, spec.FullName())
	}
}

// ends are the commands whose work it is to end a connection or the server, or to keep replies back.
var ends = map[string]bool{"shutdown": true, "quit": true, "client|reply": true, "client|kill": true, "client|pause": true, "debug": true}

// TestWrongType gives each command keys of every type, in the place of every argument.
func TestWrongType(t *testing.T) {
	s := start(t)
	c, other := s.dial(t), s.dial(t)
	groups := map[command.Group]string{command.String: "alist", command.List: "astring"}
	for _, spec := range s.Registry().All() {
		if ends[spec.FullName()] || spec.Run == nil {
			continue
		}
		for _, key := range existing {
			for extra := range 3 {
				prepare(t, other)
				v, err := c.Do(call(spec, max(spec.Arity, -spec.Arity)+extra, key)...)
				require.NoError(t, err, "%s with %s", spec.FullName(), key)
				if groups[spec.Group] == key && len(spec.Keys) == 1 && extra == 0 && !spec.Flags.Has(command.Blocking) { // whose timeout is none
					wantRefusal(t, spec, v)
				}
				for v, err = c.Do("RESET"); err == nil && v.Text != "RESET"; v, err = c.Receive() {
					require.Equal(t, command.PubSub, spec.Group, "%s replied twice", spec.FullName()) // once for each channel
				}
				require.NoError(t, err, spec.FullName())
			}
		}
	}
}

// anyType are the commands of a group that take, or replace, values of other types too.
var anyType = map[string]bool{"set": true, "setnx": true, "setex": true, "psetex": true, "mset": true, "msetnx": true, "msetex": true, "mget": true, "delex": true}

func wantRefusal(t *testing.T, spec *command.Spec, v wire.Value) {
	t.Helper()
	if anyType[spec.Name] {
		return
	}
	require.Equal(t, wire.Error, v.Kind, "%s of another type replied %q", spec.FullName(), v)
	// Arguments are parsed first, so the complaint may be about those: every argument here is a key's name.
	for _, text := range []string{"WRONGTYPE ", "ERR value is ", "ERR syntax error", "ERR numkeys ", "ERR The specified keys must contain string values"} {
		if strings.HasPrefix(v.Text, text) {
			return
		}
	}
	t.Errorf("%s of another type replied %q", spec.FullName(), v.Text)
}

// garbage draws an argument: a word that some command may know, a number, or bytes.
func garbage(r *rand.Rand) string {
	known := []string{"astring", "alist", "ahash", "aset", "azset", "astream", "ahll", "none", "EX", "PX", "NX", "XX", "GET", "KEEPTTL", "MATCH", "COUNT", "TYPE", "DB", "REPLACE", "IDX",
		"LEN", "*", "[", "h?llo", "", "0", "1", "-1", "id", "on", "no", "inf", "nan", "1e308", "-0", "0x7f", "maxmemory", "save", "\x00", "\r\n", "2", "FIELDS", "NX", "GT", "WITHSCORES", "WEIGHTS", "AGGREGATE", "SUM", "BYSCORE", "BYLEX", "REV", "LIMIT",
		"-", "+", "(1", "[a", "$", ">", "1-1", "0-*", "MAXLEN", "MINID", "~", "=", "GROUP", "agroup", "aconsumer", "STREAMS", "MKSTREAM", "IDS", "KEEPREF",
		"JUSTID", "FORCE", "FROMMEMBER", "FROMLONLAT", "BYRADIUS", "BYBOX", "km", "STORE", "STOREDIST", "u8", "i64", "#1", "BIT", "OVERFLOW", "SAT",
		"DIFF1", "IFEQ", "IFDNE", "LEFT", "RIGHT", "BEFORE", "MIN", "MAX", "BY", "ALPHA", "*->f", "ABSTTL", "IDLETIME"}
	switch r.IntN(4) {
	case 0, 1:
		return known[r.IntN(len(known))]
	case 2:
		edges := []int64{0, 1, -1, 1 << 31, -1 << 31, 1<<63 - 1, -1 << 63, 1 << 32, 1e15}
		return strconv.FormatInt(edges[r.IntN(len(edges))]+r.Int64N(3)-1, 10)
	}
	b := make([]byte, r.IntN(40))
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return string(b)
}

// harmful are arguments after which a reply cannot be expected, though the request is in order: the server waits as told.
func harmful(spec *command.Spec) bool {
	return ends[spec.FullName()] || spec.FullName() == "config|set" || spec.FullName() == "config|rewrite"
}

const garbageRounds = 100

// TestGarbage sends random arguments, seeded, to every command, while another client goes on with its own work.
func TestGarbage(t *testing.T) {
	t.Logf("-seed %d", *seed)
	r := rand.New(rand.NewPCG(*seed, 0))
	s := start(t)
	c, other := s.dial(t), s.dial(t)
	for range garbageRounds {
		for _, spec := range s.Registry().All() {
			if harmful(spec) || spec.Run == nil {
				continue
			}
			args := words(spec)
			for n := r.IntN(7); n > 0; n-- {
				args = append(args, garbage(r))
			}
			if !spec.Flags.Has(command.Blocking) {
				c.Send(args...)
				continue
			}
			c.Send("MULTI") // where nobody waits
			c.Send(args...)
			c.Send("EXEC")
		}
		c.Send("RESET")
		v, err := c.Do("ECHO", "end of round")
		for err == nil && v.Text != "end of round" {
			v, err = c.Receive()
		}
		require.NoError(t, err, "-seed %d", *seed)
		v, err = other.Do("PING")
		require.NoError(t, err)
		require.Equal(t, "PONG", v.Text)
	}
}
