package admin

// DEBUG: what tests need to look inside and to bring about what is rare. One command with its own subcommands, which
// COMMAND does not list. All of it runs alone in the store.

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/internal/glob"
	"github.com/miniredisd/miniredisd/store/ds/quicklist"
)

var debugSpec = command.Spec{Name: "debug", Group: command.ServerGroup, Summary: "Looks inside the server, for tests.",
	Since: "1.0.0", Complexity: "Depends on the subcommand", Arity: -2,
	Flags: command.Admin | command.NoScript | command.Loading | command.Stale | command.Protected | command.System |
		command.Exclusive,
	Run: debug}

// debugCommand is one subcommand of DEBUG. least and most count the arguments behind its name.
type debugCommand struct {
	name, syntax, summary string
	least, most           int
	run                   func(*command.Ctx)
}

// anyNumber is a most that is never reached.
const anyNumber = math.MaxInt

// debugCommands are the subcommands in the order in which HELP shows them.
var debugCommands = []debugCommand{
	{"CHANGE-REPL-ID", "", "Give the stream of effects a new replication ID.", 0, 0, debugReplID},
	{"DICT-RESIZING", "<0|1>", "Accepted; tables are always resized.", 1, 1, debugAccept},
	{"DIGEST", "", "Reply 40 hex digits that depend on all data, and on nothing else.", 0, 0, debugDigest},
	{"DIGEST-VALUE", "<key> [<key> ...]", "Reply 40 hex digits for each key, which depend on its value and deadline.", 0, anyNumber, debugDigestValue},
	{"ERROR", "<string>", "Reply an error with this text.", 1, 1, debugError},
	{"HTSTATS", "<dbid> [full]", "Describe the hash tables of a database.", 1, 2, debugTables},
	{"JMAP", "", "Accepted; there is nothing to map.", 0, 0, debugAccept},
	{"LISTPACK", "<key>", "Write the elements of a listpack to the server's log.", 1, 1, debugListpack},
	{"LOADAOF", "", "Write out the append-only log, empty the store, and load the log again.", 0, 0, debugLoadAOF},
	{"LOG", "<message>", "Write a line to the server's log.", 1, 1, debugLog},
	{"OBJECT", "<key>", "Describe how a value is stored.", 1, 1, debugObject},
	{"PAUSE-CRON", "<0|1>", "Accepted; nothing that tests could see depends on the cron.", 1, 1, debugAccept},
	{"POPULATE", "<count> [<prefix>] [<size>]", "Create <count> strings <prefix>:<number>, which are not logged.", 1, 3, debugPopulate},
	{"PROTOCOL", "<type>", "Reply a value of this type: " + protocolTypes + ".", 1, 1, debugProtocol},
	{"QUICKLIST-PACKED-THRESHOLD", "<size>", "Give elements of lists from this size on a node of their own; 0 restores the default.", 1, 1, debugPackedThreshold},
	{"RELOAD", "[NOSAVE] [NOFLUSH] [MERGE]", "Write all data out, empty the store, and load them again.", 0, anyNumber, debugReload},
	{"REPLYBUFFER", "PEAK-RESET-TIME <NEVER|RESET|milliseconds> | RESIZING <0|1>", "Accepted; reply buffers keep their own time.", 2, 2, debugReplyBuffer},
	{"SET-ACTIVE-EXPIRE", "<0|1>", "Switch the active removal of expired keys off or on.", 1, 1, debugActiveExpire},
	{"SET-DISABLE-DENY-SCRIPTS", "<0|1>", "Let scripts call commands that are not for them.", 1, 1, debugDenyScripts},
	{"SET-SKIP-CHECKSUM-VALIDATION", "<0|1>", "Accepted, for the tests of payloads.", 1, 1, debugAccept},
	{"SLEEP", "<seconds>", "Stop the server for a time, which may have decimals.", 1, 1, debugSleep},
	{"STRINGMATCH-LEN", "<length> <pattern>", "Match a pattern with a text of so many letters a.", 2, 2, debugStringMatch},
}

func debug(c *command.Ctx) {
	if len(c.Args) == 2 && command.EqualFold(c.Args[1], "help") {
		var lines []string
		for _, d := range debugCommands {
			lines = append(lines, strings.TrimSpace(d.name+" "+d.syntax), "    "+d.summary)
		}
		c.Help(lines...)
		return
	}
	n := len(c.Args) - 2
	for _, d := range debugCommands {
		if command.EqualFold(c.Args[1], d.name) && d.least <= n && n <= d.most {
			d.run(c)
			return
		}
	}
	c.WrongSubcommand()
}

func debugAccept(c *command.Ctx) { c.Out.OK() }

func debugDenyScripts(c *command.Ctx) {
	c.Host.Scripts().AllowNoScript(string(c.Args[2]) != "0")
	c.Out.OK()
}

func debugReplID(c *command.Ctx) {
	c.Host.NewReplID()
	c.Out.OK()
}

// debugError replies the text as it is: it may lack the code that errors begin with.
func debugError(c *command.Ctx) { c.Out.Error(string(c.Args[2])) }

func debugLog(c *command.Ctx) {
	c.Host.Logf('#', "DEBUG LOG: %s", c.Args[2])
	c.Out.OK()
}

// maxSleep bounds DEBUG SLEEP, in seconds: a slip of the finger must not end a server for good.
const maxSleep = 3600

func debugSleep(c *command.Ctx) {
	seconds, err := strconv.ParseFloat(string(c.Args[2]), 64)
	if err == nil && seconds > 0 {
		time.Sleep(time.Duration(min(seconds, maxSleep) * float64(time.Second)))
	}
	c.Out.OK()
}

func debugActiveExpire(c *command.Ctx) {
	on := string(c.Args[2]) != "0"
	st := c.Tx.Store()
	st.SetActiveExpire(on)
	if on {
		st.ResumeExpire()
	}
	c.Out.OK()
}

func debugPackedThreshold(c *command.Ctx) {
	n, err := config.ParseMemory(string(c.Args[2]))
	if err != nil || n > math.MaxInt64 || !quicklist.SetPackedThreshold(int64(n)) {
		c.Out.Error("ERR argument must be a memory value bigger than 1 and smaller than 4gb")
		return
	}
	c.Out.OK()
}

func debugReplyBuffer(c *command.Ctx) {
	switch {
	case command.EqualFold(c.Args[2], "resizing"),
		command.EqualFold(c.Args[2], "peak-reset-time") &&
			(command.EqualFold(c.Args[3], "never") || command.EqualFold(c.Args[3], "reset")):
	case command.EqualFold(c.Args[2], "peak-reset-time"):
		if _, ok := c.Int(3); !ok {
			return
		}
	default:
		c.WrongSubcommand()
		return
	}
	c.Out.OK()
}

// maxMatchText bounds the text of DEBUG STRINGMATCH-LEN, in bytes.
const maxMatchText = 1 << 20

func debugStringMatch(c *command.Ctx) {
	n, ok := c.Int(2)
	if !ok {
		return
	}
	if n < 0 || n > maxMatchText {
		c.Out.Error(command.ErrRange)
		return
	}
	c.Out.Bool(glob.Match(c.Args[3], bytes.Repeat([]byte("a"), int(n)), false))
}

func debugLoadAOF(c *command.Ctx) {
	if err := c.Host.ReloadLog(c); err != nil {
		c.Host.Logf('#', "DEBUG LOADAOF failed: %v", err)
		c.Out.Error("ERR Error trying to load the AOF files, check server logs.")
		return
	}
	c.Host.Logf('*', "Append Only File loaded by DEBUG LOADAOF")
	c.Out.OK()
}

// debugReload loads what is in memory anew. There is no file that it could load instead (NOSAVE). Keys that are still
// there (NOFLUSH) are replaced by themselves, which is what a reload does, with MERGE; without it they are in the way.
func debugReload(c *command.Ctx) {
	save, flush, merge := true, true, false
	for _, a := range c.Args[2:] {
		switch {
		case command.EqualFold(a, "nosave"):
			save = false
		case command.EqualFold(a, "noflush"):
			flush = false
		case command.EqualFold(a, "merge"):
			merge = true
		default:
			c.Out.Error("ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options.")
			return
		}
	}
	if !save || !flush && !merge {
		c.Host.Logf('#', "DEBUG RELOAD: there is no dump to load, or its keys exist")
		c.Out.Error(errReload)
		return
	}
	if err := c.Host.Reload(c, true); err != nil {
		c.Host.Logf('#', "DEBUG RELOAD failed: %v", err)
		c.Out.Error(errReload)
		return
	}
	c.Host.Logf('*', "DB reloaded by DEBUG RELOAD")
	c.Out.OK()
}

const errReload = "ERR Error trying to load the RDB dump, check server logs."
