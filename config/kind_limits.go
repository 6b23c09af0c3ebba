package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// ClientClass is a class of clients with its own output buffer limit.
type ClientClass int

// The classes, in the order in which they are printed.
const (
	NormalClients ClientClass = iota
	ReplicaClients
	PubSubClients
	clientClasses
)

// classNames are the names CONFIG GET prints; replica is understood as well.
var classNames = [clientClasses]string{"normal", "slave", "pubsub"}

// OutputLimit says when a client that does not read its replies is
// disconnected: beyond Hard bytes at once, beyond Soft bytes after
// SoftSeconds. 0 is no limit.
type OutputLimit struct {
	Hard, Soft  uint64
	SoftSeconds int64
}

type outputLimits [clientClasses]OutputLimit

var defaultOutputLimits = outputLimits{
	ReplicaClients: {256 << 20, 64 << 20, 60},
	PubSubClients:  {32 << 20, 8 << 20, 60},
}

// OutputLimit reads client-output-buffer-limit for one class.
func (c *Config) OutputLimit(class ClientClass) OutputLimit {
	return c.obj(ClientOutputBufferLimit.slot).(outputLimits)[class]
}

// limitsKind is a list of class, hard limit, soft limit, seconds. Classes that
// are not named keep their limits.
type limitsKind struct{}

func (limitsKind) parse(args []string, now value, _ bool) (value, error) {
	if len(args)%4 != 0 {
		return value{}, reason("Wrong number of arguments in buffer limit configuration.")
	}
	limits := now.x.(outputLimits)
	for a := range slices.Chunk(args, 4) {
		class, ok := classByName(a[0])
		if !ok {
			return value{}, reason("Invalid client class specified in buffer limit configuration.")
		}
		hard, err1 := ParseMemory(a[1])
		soft, err2 := ParseMemory(a[2])
		seconds, err3 := strconv.ParseInt(a[3], 10, 32)
		if err1 != nil || err2 != nil || err3 != nil || seconds < 0 {
			return value{}, reason("Error in hard, soft or soft_seconds setting in buffer limit configuration.")
		}
		limits[class] = OutputLimit{hard, soft, seconds}
	}
	return value{x: limits}, nil
}

func classByName(name string) (ClientClass, bool) {
	name = strings.ToLower(name)
	if name == "replica" {
		return ReplicaClients, true
	}
	i := slices.Index(classNames[:], name)
	return ClientClass(i), i >= 0
}

func (limitsKind) format(v value) string {
	parts := make([]string, clientClasses)
	for i, l := range v.x.(outputLimits) {
		parts[i] = fmt.Sprintf("%s %d %d %d", classNames[i], l.Hard, l.Soft, l.SoftSeconds)
	}
	return strings.Join(parts, " ")
}

func (limitsKind) lines(v, def value) []line {
	defaults := def.x.(outputLimits)
	lines := make([]line, clientClasses)
	for i, l := range v.x.(outputLimits) {
		name := classNames[i]
		if ClientClass(i) == ReplicaClients {
			name = "replica"
		}
		text := fmt.Sprintf("%s %s %s %d", name, formatMemory(int64(l.Hard)), formatMemory(int64(l.Soft)), l.SoftSeconds)
		lines[i] = line{text, l != defaults[i]}
	}
	return lines
}

func (limitsKind) same(_, _ value) bool { return false }
