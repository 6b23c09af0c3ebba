package admin_test

import (
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
)

func TestCommandInfo(t *testing.T) {
	s := start(t)
	s.run(steps{
		{"COMMAND INFO get", "[[get 2 [readonly fast] 1 1 1 [@read @string @fast] [] " +
			"[[flags [RO access] begin_search [type index spec [index 1]] find_keys [type range spec [lastkey 0 keystep 1 limit 0]]]] []]]"},
		{"COMMAND INFO CONFIG|GET", "[[config|get -3 [admin noscript loading stale] 0 0 0 [@admin @slow @dangerous] [] [] []]]"},
		{"COMMAND INFO get|key nosuch config|get|key config|nosuch", "[<nil> <nil> <nil> <nil>]"},
		{"COMMAND NOSUCH", "-ERR unknown subcommand 'NOSUCH'. Try COMMAND HELP."},
		{"COMMAND COUNT x", "-ERR wrong number of arguments for 'command|count' command"},
	})
	all, err := s.conn.Command(ctx).Result()
	require.NoError(t, err)
	require.Equal(t, s.do("COMMAND"), s.do("COMMAND INFO"))
	n, err := s.conn.Do(ctx, "COMMAND", "COUNT").Int()
	require.NoError(t, err)
	require.Len(t, all, n)
	require.Equal(t, int8(-3), all["set"].Arity)
}

func TestCommandDocs(t *testing.T) {
	s := start(t)
	s.run(steps{
		{"COMMAND DOCS echo nosuch", "[echo [summary Answers with the message it is given. since 1.0.0 group connection complexity O(1) " +
			"arguments [[name message type string display_text message]]]]"},
		{"COMMAND DOCS nosuch", "[]"},
		{"COMMAND DOCS substr debug", "[substr [summary The former name of GETRANGE. since 1.0.0 group string " +
			"complexity O(N) where N is the length of the returned string doc_flags [deprecated] deprecated_since 2.0.0 replaced_by `GETRANGE` " +
			"arguments [[name key type key display_text key key_spec_index 0] [name start type integer display_text start] " +
			"[name end type integer display_text end]]] debug [summary Looks inside the server, for tests. since 1.0.0 group server " +
			"complexity Depends on the subcommand doc_flags [syscmd]]]"},
		{"COMMAND DOCS lolwut", "[lolwut [summary Shows computer art and the version. since 5.0.0 group server " +
			"complexity O(n) with n the size of the picture arguments [[name version type integer display_text version token VERSION flags [optional]]]]]"},
	})
	require.Contains(t, s.do("COMMAND DOCS config"), "subcommands [config|get [summary ")
	require.Contains(t, s.do("COMMAND DOCS"), "arguments [[name key type key display_text key key_spec_index 0]")
}

// In RESP3 flags, categories and tips are sets, and what has names is a map.
func TestCommandInRESP3(t *testing.T) {
	m := start(t)
	client := redis.NewClient(&redis.Options{Addr: m.Addr(), Protocol: 3})
	defer client.Close()
	docs, err := client.Do(ctx, "COMMAND", "DOCS", "ping").Result()
	require.NoError(t, err)
	ping := docs.(map[any]any)["ping"].(map[any]any)
	require.Equal(t, "connection", ping["group"])
	require.Equal(t, []any{"optional"}, ping["arguments"].([]any)[0].(map[any]any)["flags"])
	info, err := client.Do(ctx, "COMMAND", "INFO", "get").Slice()
	require.NoError(t, err)
	spec := info[0].([]any)[8].([]any)[0].(map[any]any)
	require.Equal(t, map[any]any{"type": "index", "spec": map[any]any{"index": int64(1)}}, spec["begin_search"])
}

func TestCommandList(t *testing.T) {
	s := start(t)
	s.run(steps{
		{"COMMAND LIST bad", "-ERR syntax error"}, {"COMMAND LIST FILTERBY bad", "-ERR syntax error"},
		{"COMMAND LIST FILTERBY bad x", "-ERR syntax error"}, {"COMMAND LIST FILTERBY PATTERN x y", "-ERR syntax error"},
		{"COMMAND LIST FILTERBY PATTERN set", "[set]"}, {"COMMAND LIST FILTERBY pattern CONFIG|RE*", "[config|rewrite config|resetstat]"},
		{"COMMAND LIST FILTERBY MODULE none", "[]"}, {"COMMAND LIST FILTERBY ACLCAT none", "[]"},
	})
	words := strings.Fields(s.do("COMMAND LIST FILTERBY ACLCAT dangerous"))
	require.Contains(t, words, "config|set")
	require.NotContains(t, words, "get")
	require.Contains(t, s.do("COMMAND LIST"), "config|set")
}

func TestCommandGetKeys(t *testing.T) {
	start(t).run(steps{
		{"COMMAND GETKEYS get key", "[key]"}, {"COMMAND GETKEYS MSET a 1 b 2", "[a b]"},
		{"COMMAND GETKEYSANDFLAGS mset a 1 b 2", "[[a [OW update]] [b [OW update]]]"},
		{"COMMAND GETKEYSANDFLAGS set k v", "[[k [OW update]]]"},
		{"COMMAND GETKEYSANDFLAGS set k v GET", "[[k [RW access update]]]"},
		{"COMMAND GETKEYS nosuch a", "-ERR Invalid command specified"}, {"COMMAND GETKEYS config nosuch", "-ERR Invalid command specified"},
		{"COMMAND GETKEYS ping", "-ERR The command has no key arguments"}, {"COMMAND GETKEYS config get x", "-ERR The command has no key arguments"},
		{"COMMAND GETKEYS get", "-ERR Invalid number of arguments specified for command"},
		{"COMMAND GETKEYS", "-ERR wrong number of arguments for 'command|getkeys' command"},
	})
}

func TestHelp(t *testing.T) {
	s := start(t)
	for _, name := range []string{"CONFIG", "COMMAND", "DEBUG"} {
		reply := s.do(strings.ToLower(name) + " HELP")
		require.True(t, strings.HasPrefix(reply, "["+name+" <subcommand> [<arg> [value] [opt] ...]. Subcommands are:"), reply)
		require.True(t, strings.HasSuffix(reply, "HELP     Print this help.]"), reply)
	}
}
