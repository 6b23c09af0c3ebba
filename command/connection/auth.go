package connection

// Who the client is, and which protocol it speaks: AUTH and HELLO.

import (
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/store"
)

var authSpecs = []command.Spec{
	{Name: "auth", Group: command.Connection, Since: "1.0.0", Arity: -2,
		Complexity: "O(N) where N is the number of passwords of the user",
		Summary:    "Logs the connection in.",
		Flags:      ownFlags | command.Fast | command.NoAuth | command.AllowBusy, Syntax: "[username] password", Secrets: command.SecretsFrom(1), Run: auth},
	{Name: "hello", Group: command.Connection, Since: "6.0.0", Complexity: "O(1)", Arity: -1,
		Summary: "Chooses the protocol, and tells who the server is.",
		Flags:   ownFlags | command.Fast | command.NoAuth | command.AllowBusy,
		Syntax:  "[arguments:<protover:integer [AUTH (username password)] [SETNAME clientname]>]", Secrets: helloSecrets, Run: hello},
}

const (
	errWrongPass = "WRONGPASS invalid username-password pair or user is disabled."
	errBadName   = "ERR Client names cannot contain spaces, newlines or special characters."
)

// passwordRequired reports whether the user default, whom a new connection is, has a password.
func passwordRequired(c *command.Ctx) bool { return c.Host.Config().Str(config.RequirePass) != "" }

func auth(c *command.Ctx) {
	user, password := "default", c.Args[len(c.Args)-1]
	switch {
	case len(c.Args) > 3:
		c.Out.Error(command.ErrSyntax)
		return
	case len(c.Args) == 3:
		user = string(c.Args[1])
	case !passwordRequired(c):
		c.Out.Error("ERR AUTH <password> called without any password configured for the default user. " +
			"Are you sure your configuration is correct?")
		return
	}
	if !c.Host.Authenticate(c.Client, user, string(password)) {
		c.Out.Error(errWrongPass)
		return
	}
	c.Out.OK()
}

// helloArgs is what HELLO asks for.
type helloArgs struct {
	proto          int64 // 0: as it is
	auth, setName  bool
	user, password string
	name           string
}

// helloSecrets finds what follows AUTH.
func helloSecrets(args [][]byte) (secrets []int) {
	for i := 2; i < len(args); i++ {
		switch {
		case command.EqualFold(args[i], "auth"):
			secrets = append(secrets, command.SecretsFrom(i+1)(args[:min(i+3, len(args))])...)
			i += 2
		case command.EqualFold(args[i], "setname"):
			i++
		}
	}
	return secrets
}

func hello(c *command.Ctx) {
	args, ok := parseHello(c)
	if !ok {
		return
	}
	if args.auth && !c.Host.Authenticate(c.Client, args.user, args.password) {
		c.Out.Error(errWrongPass)
		return
	}
	if !c.Client.Authenticated && passwordRequired(c) {
		c.Out.Error("NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH " +
			"<user> <pass> option can be used to authenticate the client and select the RESP protocol version at the same time")
		return
	}
	if args.setName {
		c.Client.Name = args.name
	}
	if args.proto != 0 {
		c.Out.Proto = int(args.proto)
	}
	replyHello(c)
}

func parseHello(c *command.Ctx) (args helloArgs, ok bool) {
	if len(c.Args) > 1 {
		if args.proto, ok = store.ParseInt(c.Args[1]); !ok {
			c.Out.Error("ERR Protocol version is not an integer or out of range")
			return args, false
		}
		if args.proto < 2 || args.proto > 3 {
			c.Out.Error("NOPROTO unsupported protocol version")
			return args, false
		}
	}
	for i := 2; i < len(c.Args); i++ {
		left := len(c.Args) - 1 - i
		switch opt := c.Args[i]; {
		case command.EqualFold(opt, "auth") && left >= 2:
			args.auth, args.user, args.password = true, string(c.Args[i+1]), string(c.Args[i+2])
			i += 2
		case command.EqualFold(opt, "setname") && left >= 1:
			if !isWord(c.Args[i+1]) {
				c.Out.Error(errBadName)
				return args, false
			}
			args.setName, args.name = true, string(c.Args[i+1])
			i++
		default:
			c.Out.Errorf("ERR Syntax error in HELLO option '%s'", opt)
			return args, false
		}
	}
	return args, true
}

func replyHello(c *command.Ctx) {
	out := c.Out
	out.Map(7)
	out.BulkString("server")
	out.BulkString("redis") // what clients look for; INFO says the rest
	out.BulkString("version")
	out.BulkString(c.Host.RedisVersion())
	out.BulkString("proto")
	out.Int(int64(max(out.Proto, 2)))
	out.BulkString("id")
	out.Int(int64(c.Client.ID))
	out.BulkString("mode")
	out.BulkString("standalone")
	out.BulkString("role")
	out.BulkString("master")
	out.BulkString("modules")
	out.EmptyArray()
}
