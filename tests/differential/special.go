package differential

// What is special about single commands. A command without an entry is drawn from its declaration and its replies are
// compared to the byte.

import (
	"slices"
	"strconv"
	"strings"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/tests/wire"
)

// special says how a command is treated.
type special struct {
	skip    string   // why it is not generated at all
	rare    bool     // it would take the others' data away
	without []string // tokens that are not generated, because of reason
	reason  string
	also    []string            // tokens that the other server has, but does not document
	values  map[string][]string // pools by the argument's name
	form    func(g *generator, e *entry) Request
	fix     func(Request) Request // makes a call harmless, whatever was drawn
	// around is a call with those that it needs before or behind it, to have the same effect on both servers.
	around func(Request) []Request
	plain  func(Request, wire.Value) wire.Value // what of a reply is compared
	// alike compares replies where plain cannot.
	alike func(r Request, want, got wire.Value) bool
	// newer recognizes what later versions, which we follow, do otherwise than 7.0.
	newer func(r Request, want, got wire.Value) bool
	// tolerance is by how much integers above 0 may differ.
	tolerance int64
}

// Tolerances of times that both servers measure from the moment at which the command came.
const (
	seconds      = 5
	milliseconds = 5000
)

var none = &special{}

func skip(reason string) *special { return &special{skip: reason} }

// specials has an entry for each command that needs one, by its full name.
var specials = map[string]*special{
	// Order is free.
	"keys": {plain: sorted}, "smembers": {plain: sorted}, "sinter": {plain: sorted}, "sunion": {plain: sorted}, "sdiff": {plain: sorted},
	"hkeys": {plain: sorted}, "hvals": {plain: sorted}, "hgetall": {plain: pairs},
	"scan": {alike: scanned(1, 1), fix: plainCursor}, "sscan": {alike: scanned(2, 1), fix: plainCursor},
	"hscan": {alike: scannedFields, fix: plainCursor}, "zscan": {alike: scanned(2, 2), fix: plainCursor},
	"sort": {plain: sortedBy, around: sortAlone}, "sort_ro": {plain: sortedBy, around: sortAlone},

	// Random.
	"randomkey": {plain: shape}, "srandmember": {plain: shape, fix: fewRandom}, "hrandfield": {plain: shape, fix: fewRandom},
	"zrandmember": {plain: shape, fix: fewRandom},
	"spop":        {plain: shape, around: dropKey},

	// Times.
	"ttl": {tolerance: seconds}, "pttl": {tolerance: milliseconds}, "expiretime": {tolerance: seconds}, "pexpiretime": {tolerance: milliseconds},
	"object|idletime": {plain: shape}, "time": {plain: shape}, "lastsave": {plain: shape},
	"set": {fix: oneReply}, "getex": {fix: farAway}, "setex": {fix: farAway}, "psetex": {fix: farAway}, "expire": {fix: farAway},
	"pexpire": {fix: farAway}, "restore": {fix: farAway}, "restore-asking": {fix: farAway}, "hexpire": {fix: farAway}, "hpexpire": {fix: farAway}, "hsetex": {fix: farAway},
	"hgetex": {fix: farAway}, "httl": {tolerance: seconds}, "hpttl": {tolerance: milliseconds}, "hexpiretime": {tolerance: seconds},
	"hpexpiretime": {tolerance: milliseconds},
	"xadd":         {plain: idOfNow, around: dropIfNow, values: addedIDs}, "xclaim": {values: streamIDs, fix: anyIdle, around: withConsumer},
	"xautoclaim": {values: streamIDs, fix: anyIdle, around: withConsumer},
	"xpending":   {fix: anyIdle, plain: streamTimes, values: streamIDs}, "xinfo|stream": {plain: streamTimes, newer: betterLag},
	"xinfo|groups": {newer: betterLag}, "xinfo|consumers": {plain: streamTimes},
	"xread":      {without: []string{"BLOCK"}, reason: "it waits", newer: lastID, values: readIDs},
	"xreadgroup": {without: []string{"BLOCK"}, reason: "it waits", newer: lastID, values: groupIDs, around: withConsumers},

	// Checked in another order.
	"bitcount": {newer: argumentsFirst}, "bitpos": {newer: argumentsFirst, values: map[string][]string{"bit": {"0", "1", "1", "0", "2", "x"}}},

	// The least integer, which is refused since 7.2.
	"lrem": {fix: notLeast}, "lpos": {fix: notLeast},

	// The same member twice, from which 7.0 learns no size beforehand.
	"sadd": {fix: distinct(2, 1)}, "hset": {fix: distinct(2, 2)}, "hmset": {fix: distinct(2, 2)},
	"zadd": {fix: distinctMembers, alike: sameDoubles}, "geoadd": {fix: distinctPlaces},

	// Arguments in a notation of their own.
	"zrangebylex": {values: lexRanges, around: ofOneScore}, "zrevrangebylex": {values: lexRanges, around: ofOneScore},
	"zlexcount":      {values: lexRanges, around: ofOneScore},
	"zremrangebylex": {values: lexRanges, around: ofOneScore}, "zrange": {values: anyRanges, alike: sameDoubles, around: ofOneScore},
	"zrangestore":   {values: anyRanges, around: ofOneScore},
	"zrangebyscore": {values: scoreRanges, alike: sameDoubles}, "zrevrangebyscore": {values: scoreRanges, alike: sameDoubles},
	"zcount": {values: scoreRanges}, "zremrangebyscore": {values: scoreRanges},
	"xrange": {values: streamIDs}, "xrevrange": {values: streamIDs}, "xdel": {values: streamIDs}, "xack": {values: streamIDs}, "xtrim": {values: streamIDs},
	"xsetid": {rare: true, values: streamIDs, newer: belowDeleted, around: dropKey}, "xgroup|create": {values: fromIDs}, "xgroup|setid": {values: fromIDs}, "xgroup|destroy": {rare: true},
	"setbit": {values: map[string][]string{"offset": bitOffsets["offset"], "value": {"0", "1", "1", "1", "2", "-1"}}},
	"bitop":  {also: []string{"AND", "OR", "XOR", "NOT"}}, "pfdebug": {values: map[string][]string{"subcommand": {"GETREG", "DECODE", "ENCODING", "TODENSE"}}, around: unwatched, rare: true},
	"getbit": {values: bitOffsets}, "bitfield": {values: bitOffsets}, "bitfield_ro": {values: bitOffsets},
	"setrange":        {values: map[string][]string{"offset": {"0", "1", "5", "10", "50", "-1", "1048575", "1048576", "536870911"}}},
	"command|getkeys": {form: getKeys, newer: likeAtoi}, "command|getkeysandflags": {form: getKeys, newer: ofSInterStore},
	"config|get": {form: thresholdNames, fix: noPatterns, plain: pairs}, "config|set": {form: thresholdValues, fix: plainSizes},
	"client|unblock": {values: map[string][]string{"client-id": {"0", "-1", "999999", "x"}}},
	"eval":           {values: someScripts, newer: badSyntax}, "eval_ro": {values: someScripts, newer: badSyntax}, "script|load": {values: someScripts, newer: badSyntax}, "evalsha": {values: someScripts},
	"evalsha_ro": {values: someScripts}, "fcall": {values: someScripts}, "fcall_ro": {values: someScripts},
	"function|load": {values: someScripts, newer: badSyntax}, "function|delete": {values: map[string][]string{"library-name": {"one", "one", "two"}}},
	"function|dump": {plain: kind}, // the version of the format is in it
	"script|debug":  skip("it must not be sent in a pipeline there"),
	"script|exists": {values: map[string][]string{"sha1": {"", "x", "e0e1f9fabfc9d4800c877a703b823ac0578ff8db"}}},

	// What a reply says belongs to the server, not to the data.
	"object|refcount": {plain: shape}, "object|encoding": {alike: sameEncoding}, "memory|usage": {plain: shape}, "dump": {plain: shape},
	"info": {plain: kind}, "client|id": {plain: shape}, "client|info": {plain: kind}, "client|list": {plain: kind},
	"command": {plain: kind, rare: true}, "command|count": {plain: shape}, "command|list": {plain: kind, rare: true},
	"command|info": skip("versions differ in flags and tips; the tests of command/all compare with facts"),
	"command|docs": skip("versions differ in their texts"),
	"memory|stats": {plain: kind}, "memory|doctor": {plain: kind}, "memory|malloc-stats": {plain: kind},
	"latency|doctor": {plain: kind}, "slowlog|get": {plain: kind}, "slowlog|len": {plain: shape}, "latency|histogram": skip("how long each server took"),
	"latency|latest": skip("how long each server took"), "latency|history": skip("how long each server took"),
	"latency|graph": skip("how long each server took"),
	"pfselftest":    skip("takes seconds"), "lolwut": skip("a picture with the version in it"),

	// It takes the data away from the commands that follow.
	"flushall": {rare: true}, "flushdb": {rare: true}, "swapdb": {rare: true},
	"reset": {rare: true}, "discard": {rare: true}, "hello": {plain: shape, rare: true, newer: helloAuth}, "auth": {rare: true},
	"select": {rare: true, values: map[string][]string{"index": {"0", "0", "0", "1", "2", "3", "4", "-1"}}},

	// What would end or stop the conversation.
	"quit":     skip("ends the connection"),
	"shutdown": skip("ends the server"), "client|kill": skip("ends connections"), "client|pause": skip("stops the server for a while"),
	"client|reply": skip("takes replies away, by which requests are matched"), "client|tracking": skip("adds pushes between replies"),
	"monitor": skip("adds replies of other requests"), "sync": skip("makes the connection a replica's"), "psync": skip("makes the connection a replica's"),
	"replconf": skip("makes the connection a replica's"), "replicaof": skip("would load another server's data"),
	"slaveof": skip("would load another server's data"), "failover": skip("stops writes"), "migrate": skip("talks to another server"),
	"debug": skip("a server's own internals"), "module": skip("loads code"), "cluster": skip("both are no clusters"),
	"save": skip("writes files"), "bgsave": skip("writes files"), "bgrewriteaof": skip("writes files"), "config|rewrite": skip("writes files"),
	"acl": skip("would change what the connection may do"), "wait": skip("waits for replicas"), "waitaof": skip("waits for replicas"),
}

// specialOf is the entry of a command, of its container, or what follows from its flags.
func specialOf(spec *command.Spec) *special {
	if sp := specials[spec.FullName()]; sp != nil {
		return sp
	}
	if spec.Parent != nil {
		if sp := specials[spec.Parent.Name]; sp != nil && sp.skip != "" {
			return sp
		}
	}
	switch {
	case spec.Flags.Has(command.Blocking):
		return skip("waits for other clients")
	case spec.Group == command.PubSub:
		return skip("adds pushes between replies")
	case spec.Name == "help":
		return &special{plain: kind} // the texts are our own
	case spec.Group == command.SortedSet || spec.Group == command.Geo:
		return &special{alike: sameDoubles}
	}
	return none
}

var (
	// someScripts are all good Lua, or no library. There is one library, as their order is free.
	someScripts = map[string][]string{
		"script": {"return 1", "return {KEYS[1], ARGV[1], #KEYS, #ARGV}", "return redis.call('get', KEYS[1])",
			"return redis.call('set', KEYS[1], ARGV[1] or 'v')", "return redis.pcall('lpush', KEYS[1], 'x')", "return {err='MY error'}",
			"return {ok='fine'}", "return redis.call('incr', KEYS[1])", "return 3.99", "return false", "return {1, 2, nil, 4}",
			"local t = redis.call('hgetall', KEYS[1]) table.sort(t) return t", "return tostring(1/3)", "return redis.call('nosuch')", "return x", "x = 1"},
		"sha1":     {"e0e1f9fabfc9d4800c877a703b823ac0578ff8db", "e0e1f9fabfc9d4800c877a703b823ac0578ff8db", "x", ""},
		"function": {"f", "f", "F", "g", "g", "nosuch"},
		"function-code": {"#!lua name=one\nredis.register_function('f', function(k, a) return {k[1], a[1], #k} end)",
			"#!lua name=one\nredis.register_function{function_name='g', callback=function(k) return redis.call('get', k[1]) end, flags={'no-writes'}}",
			"#!lua name=one\nreturn 1", "#!lua\nreturn 1", "return 1"},
	}
	lexRanges   = map[string][]string{"min": {"-", "[a", "(a", "[b", "[1", "(10", "[", "("}, "max": {"+", "[c", "(c", "[foo", "(e", "[", "-"}}
	someScores  = []string{"-inf", "+inf", "inf", "0", "1", "(1", "2", "(2", "10", "-1", "(0.5", "(inf", "1e3", "nan", "(", "( 1", "x"}
	scoreRanges = map[string][]string{"min": someScores, "max": someScores, "start": someScores, "stop": someScores}
	someEnds    = []string{"0", "1", "-1", "2", "5", "-3", "(1", "-inf", "+inf", "[a", "(b", "-", "+", "[c"}
	anyRanges   = map[string][]string{"min": someEnds, "max": someEnds, "start": someEnds, "stop": someEnds}
	badIDs      = []string{"-", "+", "(1-1", "$", ">", "*", "0-*", "18446744073709551615-18446744073709551615", "18446744073709551615", "1-", "-1", "x", "1-1-1",
		"18446744073709551616-0", "0-0"}
	someIDs  = slices.Concat(badIDs, repeat(5, "1-0", "2-0", "3", "4-0", "5-0", "7", "9-0", "12-0", "1-1", "20"))
	rangeIDs = slices.Concat(badIDs, repeat(4, "-", "+", "0", "1-0", "(2-0", "3", "4-0", "7", "10", "20-0", "+", "-"))
	// addedIDs grow in most calls, see newID.
	addedIDs  = map[string][]string{"ID": slices.Concat(badIDs, repeat(1, "1-1", "2-*", "5-1", "10-*", "0-1", "3")), "threshold": streamIDs["threshold"]}
	streamIDs = map[string][]string{"ID": someIDs, "id": someIDs, "start": rangeIDs, "end": rangeIDs, "last-id": someIDs, "max-deleted-id": someIDs,
		"threshold": {"0", "1", "2", "5", "2-1", "3", "-1", "x"}, "min-idle-time": {"0", "0", "0", "-1", "100000000", "x"}}
	readIDs    = map[string][]string{"ID": {"0", "0", "0-0", "$", "1-0", "3", "x", ">", "18446744073709551615"}}
	groupIDs   = map[string][]string{"ID": {">", ">", ">", ">", "0", "0-0", "1-0", "$", "x"}}
	fromIDs    = map[string][]string{"id": {"0", "0", "0-0", "1-0", "3", "x"}}
	bitOffsets = map[string][]string{"offset": {"0", "1", "7", "8", "9", "15", "63", "64", "100", "#0", "#1", "#7", "#", "-1", "8388607", "8388608", "4294967296", "x"},
		"value": {"0", "1", "-1", "2", "127", "255", "256", "-128", "x", "9223372036854775807", "-9223372036854775808"}}
)

func repeat(n int, list ...string) []string { return slices.Repeat(list, n) }

// oneReply takes the GET of a SET that compares digests: Redis replies the value, and then an error to a digest of a wrong length.
func oneReply(r Request) Request {
	if indexFold(r, "IFDEQ") > 0 || indexFold(r, "IFDNE") > 0 {
		r = slices.DeleteFunc(r, func(arg string) bool { return strings.EqualFold(arg, "GET") })
	}
	return farAway(r)
}

// farAway moves deadlines that would be over before all is compared.
func farAway(r Request) Request {
	shift := func(i int, least int64) {
		if i >= len(r) {
			return
		}
		if n, err := strconv.ParseInt(r[i], 10, 64); err == nil && n > 0 && n < least {
			r[i] = strconv.FormatInt(n+least, 10)
		}
	}
	const leastSeconds, leastMillis = 100, 100_000
	const thatDay = 4_000_000_000 // in 2096; what SET lets expire at once is there until it is looked for
	switch strings.ToLower(r[0]) {
	case "setex", "expire", "hexpire":
		shift(2, leastSeconds)
	case "psetex", "pexpire", "restore", "restore-asking", "hpexpire":
		shift(2, leastMillis)
	case "set", "getex", "hsetex", "hgetex":
		for i, arg := range r {
			switch strings.ToUpper(arg) {
			case "EX":
				shift(i+1, leastSeconds)
			case "PX":
				shift(i+1, leastMillis)
			case "EXAT":
				shift(i+1, thatDay)
			case "PXAT":
				shift(i+1, thatDay*1000)
			}
		}
	}
	return r
}

// fewRandom keeps replies short: a negative count is answered in full, however large.
func fewRandom(r Request) Request {
	for i := 2; i < len(r); i++ {
		if n, err := strconv.ParseInt(r[i], 10, 64); err == nil && n < -1000 && n > -1<<63 {
			r[i] = "-7"
		}
	}
	return r
}

// plainCursor takes away what 7.0 took for a cursor: no digits at all, and numbers below 0.
func plainCursor(r Request) Request {
	at := 2
	if strings.EqualFold(r[0], "SCAN") {
		at = 1
	}
	if at < len(r) && (r[at] == "" || strings.Trim(r[at], "0123456789") != "") {
		r[at] = "x"
	}
	return r
}

// unwatched is for a command of which WATCH notices a change in one of the servers only.
func unwatched(r Request) []Request { return []Request{{"UNWATCH"}, r} }

func dropKey(r Request) []Request {
	if len(r) < 2 {
		return []Request{r}
	}
	return []Request{r, {"DEL", r[1]}}
}

// sortAlone has a command before SORT that clears C's errno, which SORT looks at though another command may have left it
// there; and so does SORT itself where it reads scores that are nearly 0, so members that have such are removed first. A sorted set, of which Redis makes a skiplist, is emptied; a list whose order was free is removed.
func sortAlone(r Request) []Request {
	if len(r) < 2 {
		return []Request{r}
	}
	all := []Request{{"ZREMRANGEBYSCORE", r[1], "(0", "(1e-300"}, {"ZREMRANGEBYSCORE", r[1], "(-1e-300", "(0"},
		{"ZADD", "errno", "XX", "1", "a"}, r, {"ZREMRANGEBYRANK", r[1], "0", "-1"}}
	if i := indexFold(r, "STORE"); i > 0 && i+1 < len(r) && indexFold(r, "BY") > 0 {
		all = append(all, Request{"DEL", r[i+1]})
	}
	return all
}

// dropIfNow removes a stream whose last ID came from the clock.
func dropIfNow(r Request) []Request {
	if slices.Contains(r, "*") {
		return dropKey(r)
	}
	return []Request{r}
}

// ofOneScore gives a command that goes by the order of members a set whose scores are all the same. Elsewhere what it finds
// depends on where a search happens to pass.
func ofOneScore(r Request) []Request {
	at := 1
	switch strings.ToLower(r[0]) {
	case "zrangestore":
		at = 2
		fallthrough
	case "zrange":
		if indexFold(r, "BYLEX") < 0 {
			return []Request{r}
		}
	}
	if at >= len(r) {
		return []Request{r}
	}
	r = slices.Clone(r)
	r[at] = "lex"
	return []Request{{"DEL", "lex"}, {"ZADD", "lex", "0", "a", "0", "b", "0", "c", "0", "d", "0", "e", "0", "1", "0", "10", "0", "foo", "0", "", "0", "\xff"}, r}
}

// withConsumers is withConsumer for the groups of XREADGROUP.
func withConsumers(r Request) []Request {
	at := indexFold(r, "STREAMS")
	if at < 0 || len(r) < 4 {
		return []Request{r}
	}
	var all []Request
	for _, key := range r[at+1 : at+1+(len(r)-at-1)/2] {
		all = append(all, Request{"XGROUP", "CREATECONSUMER", key, r[2], r[3]})
	}
	return append(all, r)
}

// anyIdle replaces idle times that may be reached while this runs.
func anyIdle(r Request) Request {
	at := 4
	if strings.EqualFold(r[0], "XPENDING") {
		at = 1 + max(indexFold(r, "IDLE"), 0)
	}
	if at > 1 && at < len(r) {
		if n, err := strconv.ParseInt(r[at], 10, 64); err == nil && n > 0 && n < 1e8 {
			r[at] = "0"
		}
	}
	return r
}

// withConsumer makes the consumer that a claim makes only since 7.2 when there is nothing to claim.
func withConsumer(r Request) []Request {
	if len(r) < 4 {
		return []Request{r}
	}
	return []Request{{"XGROUP", "CREATECONSUMER", r[1], r[2], r[3]}, r}
}

func indexFold(r Request, word string) int {
	return slices.IndexFunc(r, func(arg string) bool { return strings.EqualFold(arg, word) })
}

// distinct ends a call before the first member that it names again. Members are n arguments apart.
func distinct(first, n int) func(Request) Request {
	return func(r Request) Request {
		for i := first + n; i < len(r); i += n {
			for j := first; j < i; j += n {
				if r[i] == r[j] {
					return r[:i]
				}
			}
		}
		return r
	}
}

// isDouble reports whether C's strtod reads text, which takes hexadecimal numbers without an exponent, too.
func isDouble(text string) bool {
	_, err := strconv.ParseFloat(text, 64)
	if err != nil {
		_, err = strconv.ParseFloat(text+"p0", 64)
	}
	return err == nil
}

// distinctPlaces is distinct for GEOADD, whose options stand before the coordinates.
func distinctPlaces(r Request) Request {
	for i := 2; i < len(r); i++ {
		if isDouble(r[i]) {
			return distinct(i+2, 3)(r)
		}
	}
	return r
}

// distinctMembers is distinct for ZADD, whose options stand before the scores.
func distinctMembers(r Request) Request {
	for i := 2; i < len(r); i++ {
		if !isDouble(r[i]) {
			continue
		}
		for j := i; j < len(r) && len(r) > i+2; j += 2 {
			if r[j] == "-0" { // loses its sign where it first gets into a listpack
				r[j] = "0"
			}
		}
		return distinct(i+1, 2)(r)
	}
	return r
}

// notLeast replaces the least integer of 64 bits.
func notLeast(r Request) Request {
	for i, arg := range r {
		if arg == "-9223372036854775808" {
			r[i] = "-9223372036854775807"
		}
	}
	return r
}

// plainSizes takes away what Redis takes for 0 bytes: nothing, a unit without a number, and those with a NUL behind.
func plainSizes(r Request) Request {
	for i := 3; i < len(r); i += 2 {
		if n := strings.IndexAny(r[i], "0123456789"); n < 0 || n > 1 || strings.Contains(r[i], "\x00") {
			r[i] = "x"
		}
	}
	return r
}

// moveKeys takes other keys in the place of those of a prefix. So strings and HyperLogLogs, which are strings, keep apart: where
// one is found to be damaged differs.
func moveKeys(r Request, from, to string) Request {
	for i := 1; i < len(r); i++ {
		if rest, ok := strings.CutPrefix(r[i], from); ok && len(rest) == 1 {
			r[i] = to + rest
		}
		if to == "hll" && slices.Contains(oddKeys, r[i]) {
			r[i] = to + "1"
		}
	}
	return r
}

// storesTwice allows for the GEORADIUS family: of the destinations, Redis's declaration finds the first only and not where it
// stands in an option's place, though it is the last one that is written.
func storesTwice(r Request) bool {
	if len(r) < 3 {
		return false
	}
	name := strings.ToUpper(r[2])
	return name == "GEORADIUS" || name == "GEORADIUSBYMEMBER"
}

// noPatterns keeps CONFIG GET from options in which the versions differ.
func noPatterns(r Request) Request {
	for i, arg := range r {
		if i > 1 && strings.ContainsAny(arg, "*?[") {
			r[i] = "x"
		}
	}
	return r
}

func getKeys(g *generator, e *entry) Request {
	other := g.choose()
	for other.special.form != nil {
		other = g.choose()
	}
	return append(g.name(e), g.request(other)...)
}

func thresholdNames(g *generator, e *entry) Request {
	r := g.name(e)
	for range 1 + g.IntN(2) {
		r = append(r, thresholds[g.IntN(len(thresholds))].name)
	}
	return r
}

func thresholdValues(g *generator, e *entry) Request {
	r := g.name(e)
	for range 1 + g.IntN(2) {
		t := thresholds[g.IntN(len(thresholds))]
		r = append(r, t.name, g.pick(t.values))
		if g.chance(10) {
			r[len(r)-1] = g.pick(notInts)
		}
	}
	return r
}
