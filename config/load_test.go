package config

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// memFiles are files in memory: path → content.
type memFiles map[string]string

func (m memFiles) read(path string, limit int) ([]byte, error) {
	s, ok := m[filepath.Base(path)]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return []byte(s[:min(len(s), limit+1)]), nil
}

func (m memFiles) glob(pattern string) (paths []string, err error) {
	for name := range m {
		ok, err := filepath.Match(filepath.Base(pattern), name)
		if err != nil {
			return nil, err
		}
		if ok {
			paths = append(paths, name)
		}
	}
	return paths, nil
}

func (memFiles) appendable(string) error { return nil }

// loadText loads text as a program does that reads it from standard input.
func loadText(text string, files memFiles) (*Config, error) {
	c := New()
	return c, c.loadWith([]string{"-"}, strings.NewReader(text), files)
}

func TestCommandLine(t *testing.T) {
	const stdin = "maxclients 5\n"
	file := filepath.Join(t.TempDir(), "redis.conf")
	require.NoError(t, os.WriteFile(file, []byte("port 1\r\nmaxclients 4"), 0o600))
	for _, tt := range []struct {
		args []string
		want map[string]string
	}{
		{nil, map[string]string{"port": "6379"}},
		{[]string{file}, map[string]string{"port": "1", "maxclients": "4"}},
		{[]string{file, "--port", "2"}, map[string]string{"port": "2", "maxclients": "4"}},
		{[]string{file, "-"}, map[string]string{"port": "1", "maxclients": "5"}},
		{[]string{file, "--port", "2", "-"}, map[string]string{"port": "2", "maxclients": "5"}},
		{[]string{"-", "--port", "3"}, map[string]string{"port": "3", "maxclients": "5"}},
		{[]string{"-"}, map[string]string{"maxclients": "5"}},
		{[]string{"--port", "1", "--port", "2"}, map[string]string{"port": "2"}},
		{[]string{"--port 7"}, map[string]string{"port": "7"}},
		{[]string{"--PORT", "7"}, map[string]string{"port": "7"}},
		{[]string{"--bind", "a", "b", "--port", "7"}, map[string]string{"bind": "a b", "port": "7"}},
		{[]string{"--bind", "a b"}, map[string]string{"bind": "a b"}},
		{[]string{"--bind", ""}, map[string]string{"bind": ""}},
		{[]string{"--save", "", "--port", "7"}, map[string]string{"save": "", "port": "7"}},
		{[]string{"--save", "--port", "7"}, map[string]string{"save": "", "port": "7"}},
		{[]string{"--port", "7", "--save"}, map[string]string{"save": "", "port": "7"}},
		{[]string{"--save", "1", "2", "3", "4"}, map[string]string{"save": "1 2 3 4"}},
		{[]string{"--save", "1 2", "--save", "3 4"}, map[string]string{"save": "1 2 3 4"}},
		{[]string{"--slowlog-log-slower-than", "-1"}, map[string]string{"slowlog-log-slower-than": "-1"}},
		{[]string{"--list-max-listpack-size", "-3"}, map[string]string{"list-max-listpack-size": "-3"}},
		{[]string{"--requirepass", "--secret"}, map[string]string{"requirepass": "--secret"}},
		{[]string{"--requirepass", "a \"b' \n"}, map[string]string{"requirepass": "a \"b' \n"}},
		{[]string{"--shutdown-on-sigint", "save", "now"}, map[string]string{"shutdown-on-sigint": "save now"}},
		{[]string{"--sentinel", "--port", "7"}, map[string]string{"port": "7"}},
		{[]string{"--port", "7", "--sentinel"}, map[string]string{"port": "7"}},
		{[]string{"--logfile", os.DevNull}, map[string]string{"logfile": os.DevNull}},
		{[]string{"--requirepass", "\a\b\t\r\\\x00\xff"}, map[string]string{"requirepass": "\a\b\t\r\\\x00\xff"}},
		{[]string{"--"}, nil},
	} {
		c := New()
		require.NoError(t, c.Load(tt.args, strings.NewReader(stdin)), "%q", tt.args)
		for name, want := range tt.want {
			require.Equal(t, want, get(t, c, name), "%q", tt.args)
		}
	}
	c := New()
	require.NoError(t, c.Load([]string{file}, nil))
	require.Equal(t, file, c.File())
}

func TestCommandLineErrors(t *testing.T) {
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"--foo", "bar"}, "Reading the configuration file, at line 2\n>>> 'foo \"bar\"'\nBad directive or wrong number of arguments"},
		{[]string{"--port=7"}, "Reading the configuration file, at line 2\n>>> 'port=7'\nBad directive or wrong number of arguments"},
		{[]string{"--port"}, "Reading the configuration file, at line 2\n>>> 'port'\nwrong number of arguments"},
		{[]string{"--port", "--timeout", "1"}, "Reading the configuration file, at line 2\n>>> 'port \"--timeout\" \"1\"'\nwrong number of arguments"},
		{[]string{"--timeout", "1", "--port", "x"}, "Reading the configuration file, at line 3\n>>> 'port \"x\"'\nargument couldn't be parsed into an integer"},
		{[]string{"/no/such/redis.conf"}, "Fatal error, can't open config file '/no/such/redis.conf': No such file or directory"},
		{[]string{"--cluster-enabled", "yes", "--replicaof", "h", "1"}, "replicaof directive not allowed in cluster mode"},
		{[]string{"--logfile", "/no/such/dir/log"}, "Can't open the log file: No such file or directory"},
	} {
		require.EqualError(t, New().Load(tt.args, nil), tt.want)
	}
	var wrong *LoadError
	require.ErrorAs(t, New().Load([]string{"--foo", "bar"}, nil), &wrong)
	require.Equal(t, &LoadError{Line: 2, Text: `foo "bar"`, Reason: "Bad directive or wrong number of arguments"}, wrong)
	require.Equal(t, "\n*** FATAL CONFIG FILE ERROR (miniredisd 1.0) ***\nReading the configuration file, at line 2\n"+
		">>> 'foo \"bar\"'\nBad directive or wrong number of arguments\n", wrong.Report("miniredisd 1.0"))
	require.ErrorIs(t, New().Load([]string{"/no/such/redis.conf"}, nil), fs.ErrNotExist)
}

func TestFileGrammar(t *testing.T) {
	text := "# comment\r\n\r\n \t # another\r\n" +
		"  PORT   7  \r\n" +
		"requirepass \"a\\x20b\\\"\"\n" +
		"logfile ''\n" +
		"save 900 1\nsave 300 10 60 20\n" +
		"bind 127.0.0.1 ::1\n" +
		"client-output-buffer-limit normal 1mb 0 0\n" +
		"client-output-buffer-limit pubsub 2mb 1mb 30\n" +
		"slaveof host 6380\n" +
		"lua-replicate-commands yes\n" +
		"rename-command CONFIG \"\"\nrename-command KEYS hidden-keys\n" +
		"user alice on >secret ~* +@all\n" +
		"shutdown-on-sigterm \"nosave force\"\n" +
		"hz 9999\n" +
		"maxmemory-clients 5%\nunixsocketperm 0700"
	c, err := loadText(text, nil)
	require.NoError(t, err)
	for name, want := range map[string]string{
		"port": "7", "requirepass": `a b"`, "save": "900 1 300 10 60 20", "bind": "127.0.0.1 ::1",
		"client-output-buffer-limit": "normal 1048576 0 0 slave 268435456 67108864 60 pubsub 2097152 1048576 30",
		"replicaof":                  "host 6380", "shutdown-on-sigterm": "nosave force", "hz": "500",
		"maxmemory-clients": "5%", "unixsocketperm": "700",
	} {
		require.Equal(t, want, get(t, c, name), name)
	}
	require.EqualValues(t, 0o700, c.Int(UnixSocketPerm))
	require.Equal(t, Master{"host", 6380}, c.ReplicaOf())
	require.Len(t, c.Renames(), 2)
	require.Equal(t, "CONFIG", c.Renames()[0].From)
	require.Empty(t, c.Renames()[0].To)
	require.EqualError(t, c.Renames()[1].Error("No such command in rename-command"),
		"Reading the configuration file, at line 15\n>>> 'rename-command KEYS hidden-keys'\nNo such command in rename-command")
	require.Equal(t, []string{"alice", "on", ">secret", "~*", "+@all"}, c.Users()[0].Words)
	require.Contains(t, c.Users()[0].Error("no").Error(), "at line 16")

	c, err = loadText("save 1 1\nsave \"\"\nreplicaof h 1\nreplicaof no one\ncluster-enabled yes\n", nil)
	require.NoError(t, err)
	require.Empty(t, c.SavePoints())
	require.Zero(t, c.ReplicaOf())
	require.EqualValues(t, 1, c.Int(Databases), "a cluster has one database")
}

func TestFileErrors(t *testing.T) {
	for line, want := range map[string]string{
		"foo bar":                             "Bad directive or wrong number of arguments",
		"include":                             "Bad directive or wrong number of arguments",
		"rename-command a":                    "Bad directive or wrong number of arguments",
		"user":                                "Bad directive or wrong number of arguments",
		"\x00":                                "Bad directive or wrong number of arguments",
		"port":                                "wrong number of arguments",
		"port 1 2":                            "wrong number of arguments",
		"requirepass \"a":                     "Unbalanced quotes in configuration line",
		"bind \"'a\"":                         "Unbalanced quotes in configuration line",
		"appendonly maybe":                    "argument must be 'yes' or 'no'",
		"appendfsync often":                   "argument(s) must be one of the following: everysec, always, no",
		"appendfilename \"\"":                 "appendfilename can't be empty",
		"appendfilename a/b":                  "appendfilename can't be a path, just a filename",
		"appenddirname a/b":                   "appenddirname can't be a path, just a dirname",
		"appenddirname \"\"":                  "appenddirname can't be empty",
		"replicaof a 70000":                   "Invalid master port",
		"replicaof a":                         "wrong number of arguments",
		"unixsocketperm 999":                  "argument couldn't be parsed as an octal number",
		"unixsocketperm 1000":                 "argument must be between 0 and 777 inclusive",
		"dir":                                 "wrong number of arguments",
		"dir /no/such":                        "No such file or directory",
		"sentinel monitor x":                  "sentinel directive while not in sentinel mode",
		"mod.x":                               "Module config specified without value",
		"save 1":                              "Invalid save parameters",
		"notify-keyspace-events a b":          "wrong number of arguments",
		"driver uring":                        "argument(s) must be one of the following: " + driverList(),
		"latency-tracking-info-percentiles x": "Invalid latency-tracking-info-percentiles parameters",
	} {
		_, err := loadText("port 1\n\n"+line+"\nbind\n", nil)
		require.Equal(t, &LoadError{Line: 3, Text: line, Reason: want}, err)
	}
}

func TestInclude(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	write("main.conf", "dir "+dir+"\nport 1\ninclude sub.conf\ninclude none*.conf\ninclude part[12].conf\ntimeout 9")
	write("sub.conf", "port 2\ntimeout 2")
	write("part1.conf", "maxclients 1")
	write("part2.conf", "maxclients 2")
	c := New()
	require.NoError(t, c.Load([]string{filepath.Join(dir, "main.conf")}, nil))
	require.EqualValues(t, 2, c.Int(Port))
	require.EqualValues(t, 9, c.Int(Timeout))
	require.EqualValues(t, 2, c.Int(MaxClients))
	require.Equal(t, dir, c.Dir())

	c = New()
	require.NoError(t, c.Load([]string{filepath.Join(dir, "main.conf"), "--include", dir + "/sub.conf"}, nil))
	require.EqualValues(t, 2, c.Int(Timeout))

	write("bad.conf", "\nfoo")
	require.EqualError(t, New().Load([]string{"--include", dir + "/bad.conf"}, nil),
		"Reading the configuration file, at line 2 of "+dir+"/bad.conf\n>>> 'foo'\nBad directive or wrong number of arguments")
	require.EqualError(t, New().Load([]string{"--include", dir + "/no.conf"}, nil),
		"Fatal error, can't open config file '"+dir+"/no.conf': No such file or directory")
}

func TestLimits(t *testing.T) {
	var wrong *LoadError
	_, err := loadText("include self\n", memFiles{"self": "include self\n"})
	require.ErrorAs(t, err, &wrong)
	require.Equal(t, "Too many nested include directives (the limit is 16)", wrong.Reason)

	// Each of 15 files includes the next one twice: 2^15 files.
	bomb := memFiles{"15": ""}
	for i := range 15 {
		next := "include " + strconv.Itoa(i+1) + "\n"
		bomb[strconv.Itoa(i)] = next + next
	}
	_, err = loadText("include 0\n", bomb)
	require.ErrorAs(t, err, &wrong)
	require.Equal(t, "Too many include directives (the limit is 4096 files)", wrong.Reason)

	var open *OpenError
	long := strings.Repeat("#", maxConfigBytes/2)
	_, err = loadText("include a\ninclude a\n", memFiles{"a": long})
	require.ErrorAs(t, err, &open)
	require.EqualError(t, err, "Fatal error, can't open config file '"+open.Path+"': File too large")
	err = New().Load([]string{"-"}, strings.NewReader(long+long+"#"))
	require.EqualError(t, err, "Fatal error, can't open config file '-': File too large")

	err = New().Load([]string{"-"}, failingReader{})
	require.ErrorAs(t, err, &open)
}

type failingReader struct{}

func (failingReader) Read([]byte) (int, error) { return 0, errors.New("broken") }

// FuzzLoad: no text of a configuration panics, and what loads can be printed,
// rewritten and loaded again to the same configuration.
func FuzzLoad(f *testing.F) {
	f.Add([]byte("port 1\nsave 1 2\n# x\nbind \"a b\"\n"))
	f.Add([]byte("bind 0 \" \""))
	f.Add([]byte("include x\nuser a on\nrename-command a b\nx.y 1\nloadmodule z"))
	f.Add([]byte("client-output-buffer-limit normal 1 2 3\nmaxmemory-clients 3%\nunixsocketperm 7\n"))
	f.Add([]byte("requirepass \"\\xff\\n\"\nnotify-keyspace-events AKEn\nslaveof a 1"))
	f.Fuzz(func(t *testing.T, text []byte) {
		c := New()
		if c.loadWith([]string{"-"}, bytes.NewReader(text), memFiles{"x": "port 2\n"}) != nil {
			return
		}
		c.Unsupported()
		again, err := loadText(c.rewritten(string(text)), memFiles{"x": "port 2\n"})
		if err == nil && !bytes.Contains(text, []byte("include")) {
			require.Equal(t, c.Get("*"), again.Get("*"))
		}
	})
}

// driverList is the drivers of this platform, as an error names them.
func driverList() string {
	var list []string
	for _, v := range driverNames {
		list = append(list, v.name)
	}
	return strings.Join(list, ", ")
}
