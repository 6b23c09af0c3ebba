package admin

// DEBUG PROTOCOL: a reply of each type, for the tests of client libraries.

import (
	"strings"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/resp"
)

const protocolTypes = "string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|false"

func debugProtocol(c *command.Ctx) {
	out := c.Out
	switch strings.ToLower(string(c.Args[2])) {
	case "string":
		out.BulkString("Hello World")
	case "integer":
		out.Int(12345)
	case "double":
		out.Double(3.141)
	case "bignum":
		out.BigNumber("1234567999999999999999999999999999999")
	case "null":
		out.Null()
	case "array":
		out.Array(3)
		zeroOneTwo(out)
	case "set":
		out.Set(3)
		zeroOneTwo(out)
	case "map":
		out.Map(3)
		for i := range int64(3) {
			out.Int(i)
			out.Boolean(i == 1)
		}
	case "attrib":
		if out.Attribute(1) {
			out.BulkString("key-popularity")
			out.Array(2)
			out.BulkString("key:123")
			out.Int(90)
		}
		out.BulkString("Some real reply following the attribute")
	case "push":
		if out.Proto != 3 {
			out.Error("ERR RESP2 is not supported by this command")
			return
		}
		out.Push(2)
		out.BulkString("server-cpu-usage")
		out.Int(42)
		out.BulkString("Some real reply following the push reply") // a push is none
	case "true":
		out.Boolean(true)
	case "false":
		out.Boolean(false)
	case "verbatim":
		out.Verbatim("txt", "This is a verbatim\nstring")
	default:
		out.Error("ERR Wrong protocol type name. Please use one of the following: " + protocolTypes)
	}
}

func zeroOneTwo(out *resp.Writer) {
	for i := range int64(3) {
		out.Int(i)
	}
}
