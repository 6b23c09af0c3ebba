// Package pubsub holds the commands of publish and subscribe. Who listens to what is known to the pubsub package below; the
// server takes care that messages leave between replies, and that a slow receiver delays nobody.
//
// It may use what every group of commands may use.
package pubsub

import (
	"slices"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/pubsub"
)

// Commands of the group.
var Commands = slices.Concat(subscribeSpecs, publishSpecs, []command.Spec{pubsubSpec})

const subscribeFlags = command.PubSubFlag | command.NoScript | command.Loading | command.Stale

// channelsAsKeys declares shard channels: they stand where keys stand, so that clients of a cluster know where to send.
var channelsAsKeys = command.KeysFrom(1, 1, command.NotKey)

var subscribeSpecs = []command.Spec{
	{Name: "subscribe", Group: command.PubSub, Since: "2.0.0", Arity: -2, Flags: subscribeFlags, Syntax: "channel [channel ...]",
		Complexity: "O(N) where N is the number of channels",
		Summary:    "Begins to listen to channels.", Run: subscribeTo(pubsub.Channel, "subscribe")},
	{Name: "psubscribe", Group: command.PubSub, Since: "2.0.0", Arity: -2, Flags: subscribeFlags, Syntax: "pattern [pattern ...]",
		Complexity: "O(N) where N is the number of patterns",
		Summary:    "Begins to listen to all channels whose names match.", Run: subscribeTo(pubsub.Pattern, "psubscribe")},
	{Name: "ssubscribe", Group: command.PubSub, Since: "7.0.0", Arity: -2, Flags: subscribeFlags,
		Syntax: "shardchannel [shardchannel ...]", Keys: channelsAsKeys,
		Complexity: "O(N) where N is the number of shard channels",
		Summary:    "Begins to listen to shard channels.", Run: subscribeTo(pubsub.Shard, "ssubscribe")},
	{Name: "unsubscribe", Group: command.PubSub, Since: "2.0.0", Arity: -1, Flags: subscribeFlags, Syntax: "[channel [channel ...]]",
		Complexity: "O(N) where N is the number of channels",
		Summary:    "Ceases to listen to channels, or to all of them.", Run: unsubscribeFrom(pubsub.Channel, "unsubscribe")},
	{Name: "punsubscribe", Group: command.PubSub, Since: "2.0.0", Arity: -1, Flags: subscribeFlags, Syntax: "[pattern [pattern ...]]",
		Complexity: "O(N) where N is the number of patterns",
		Summary:    "Takes back PSUBSCRIBE for patterns, or for all of them.", Run: unsubscribeFrom(pubsub.Pattern, "punsubscribe")},
	{Name: "sunsubscribe", Group: command.PubSub, Since: "7.0.0", Arity: -1, Flags: subscribeFlags,
		Syntax: "[shardchannel [shardchannel ...]]", Keys: channelsAsKeys,
		Complexity: "O(N) where N is the number of shard channels",
		Summary:    "Ceases to listen to shard channels, or to all of them.", Run: unsubscribeFrom(pubsub.Shard, "sunsubscribe")},
}

// subscribeTo makes the handler of a command that subscribes. It replies once for each name.
func subscribeTo(kind pubsub.Kind, word string) func(*command.Ctx) {
	return func(c *command.Ctx) {
		for _, name := range c.Args[1:] {
			c.Host.PubSub().Subscribe(&c.Client.Subs, kind, name)
			confirm(c, kind, word, name)
		}
	}
}

// unsubscribeFrom makes the handler of a command that unsubscribes. It replies once for each name, and once without a name
// when there is none.
func unsubscribeFrom(kind pubsub.Kind, word string) func(*command.Ctx) {
	return func(c *command.Ctx) {
		names := c.Args[1:]
		if len(names) == 0 {
			for _, name := range c.Host.PubSub().Subscriptions(&c.Client.Subs, kind) {
				names = append(names, []byte(name))
			}
		}
		for _, name := range names {
			c.Host.PubSub().Unsubscribe(&c.Client.Subs, kind, name)
			c.FlushPushes()
			confirm(c, kind, word, name)
		}
		if len(names) == 0 {
			confirm(c, kind, word, nil)
		}
	}
}

// confirm replies to one subscription or its end: the command, the name (nil: none), and how many subscriptions the client
// has now. These replies are pushes, so CLIENT REPLY does not silence them.
func confirm(c *command.Ctx, kind pubsub.Kind, word string, name []byte) {
	subs := &c.Client.Subs
	count := subs.Count(pubsub.Channel) + subs.Count(pubsub.Pattern)
	if kind == pubsub.Shard {
		count = subs.Count(pubsub.Shard)
	}
	out := c.Out
	silent := c.Client.Reply != command.ReplyOn
	before := len(out.Buf)
	out.Push(3)
	out.BulkString(word)
	if name == nil {
		out.Null()
	} else {
		out.Bulk(name)
	}
	out.Int(int64(count))
	if silent {
		subs.Push(slices.Clone(out.Buf[before:]))
		out.Buf = out.Buf[:before]
	}
}

var publishSpecs = []command.Spec{
	{Name: "publish", Group: command.PubSub, Since: "2.0.0", Arity: 3, Syntax: "channel message", Flags: publishFlags,
		Complexity: "O(N+M) where N is the number of subscribers of the channel and M that of all patterns",
		Summary:    "Sends a message to those who listen to a channel.", Run: publishTo(pubsub.Channel)},
	{Name: "spublish", Group: command.PubSub, Since: "7.0.0", Arity: 3, Syntax: "shardchannel message", Flags: publishFlags,
		Complexity: "O(N) where N is the number of subscribers of the shard channel",
		Keys:       command.KeyAt(1, command.NotKey),
		Summary:    "Sends a message to those who listen to a shard channel.", Run: publishTo(pubsub.Shard)},
}

const publishFlags = command.PubSubFlag | command.Loading | command.Stale | command.Fast | command.MayReplicate

// publishTo makes the handler of a command that publishes. A message is not logged. From within a transaction it leaves when
// the transaction is done and logged, for those who listen now.
func publishTo(kind pubsub.Kind) func(*command.Ctx) {
	return func(c *command.Ctx) {
		registry := c.Host.PubSub()
		if !c.Tx.Exclusive() {
			c.Out.Int(int64(registry.Publish(kind, c.Args[1], c.Args[2])))
			return
		}
		d := registry.Prepare(kind, c.Args[1], c.Args[2])
		if d.Receivers() > 0 {
			c.Tx.AtEnd(d.Send)
		}
		c.Out.Int(int64(d.Receivers()))
	}
}

var pubsubSpec = command.Spec{Name: "pubsub", Group: command.PubSub, Since: "2.8.0", Arity: -2,
	Complexity: "Depends on the subcommand.", Summary: "A container for the commands about channels.",
	Subcommands: []*command.Spec{
		{Name: "channels", Since: "2.8.0", Arity: -2, Flags: askFlags, Syntax: "[pattern]",
			Complexity: "O(N) where N is the number of channels",
			Summary:    "Lists the channels that somebody listens to.", Run: channels(pubsub.Channel)},
		{Name: "numpat", Since: "2.8.0", Arity: 2, Flags: askFlags, Complexity: "O(1)",
			Summary: "Counts the patterns that somebody has subscribed to.", Run: numPat},
		{Name: "numsub", Since: "2.8.0", Arity: -2, Flags: askFlags, Syntax: "[channel [channel ...]]",
			Complexity: "O(N) where N is the number of channels asked for",
			Summary:    "Counts the subscribers of channels.", Run: numSub(pubsub.Channel)},
		{Name: "shardchannels", Since: "7.0.0", Arity: -2, Flags: askFlags, Syntax: "[pattern]",
			Complexity: "O(N) where N is the number of shard channels",
			Summary:    "Lists the shard channels that somebody listens to.", Run: channels(pubsub.Shard)},
		{Name: "shardnumsub", Since: "7.0.0", Arity: -2, Flags: askFlags, Syntax: "[shardchannel [shardchannel ...]]",
			Complexity: "O(N) where N is the number of shard channels asked for",
			Summary:    "Counts the subscribers of shard channels.", Run: numSub(pubsub.Shard)},
		{Name: "help", Since: "6.2.0", Arity: 2, Complexity: "O(1)", Summary: "Lists the subcommands.",
			Flags: command.Loading | command.Stale, Run: command.Help},
	}}

const askFlags = command.PubSubFlag | command.Loading | command.Stale

func channels(kind pubsub.Kind) func(*command.Ctx) {
	return func(c *command.Ctx) {
		if len(c.Args) > 3 {
			c.WrongSubcommand()
			return
		}
		names := c.Host.PubSub().Names(kind, c.Arg(2))
		c.Out.Array(len(names))
		for _, name := range names {
			c.Out.BulkString(name)
		}
	}
}

func numPat(c *command.Ctx) { c.Out.Int(int64(c.Host.PubSub().Figures().Patterns)) }

func numSub(kind pubsub.Kind) func(*command.Ctx) {
	return func(c *command.Ctx) {
		c.Out.Array(2 * len(c.Args[2:]))
		for _, name := range c.Args[2:] {
			c.Out.Bulk(name)
			c.Out.Int(int64(c.Host.PubSub().Subscribers(kind, name)))
		}
	}
}
