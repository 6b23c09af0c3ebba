package connection

// CLIENT TRACKING and what belongs to it: being told when keys change of which the client keeps copies.

import (
	"bytes"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/tracking"
)

func clientTracking(c *command.Ctx) {
	opt, prefixes, ok := parseTracking(c)
	if !ok {
		return
	}
	cl := c.Client
	switch {
	case command.EqualFold(c.Args[2], "on"):
		if !fitsTracking(c, &opt, prefixes) {
			return
		}
		if cl.Tracking == nil {
			cl.Tracking = tracking.NewClient(cl.ID)
		}
		for _, p := range prefixes {
			opt.Prefixes = append(opt.Prefixes, string(p))
		}
		c.Host.Tracking().On(c.Tx, cl.Tracking, &cl.Subs, opt)
	case command.EqualFold(c.Args[2], "off"):
		c.Host.Tracking().Off(c.Tx.Store(), cl.Tracking)
	default:
		c.Out.Error(command.ErrSyntax)
		return
	}
	c.Out.OK()
}

// parseTracking reads what follows ON or OFF.
func parseTracking(c *command.Ctx) (opt tracking.Options, prefixes [][]byte, ok bool) {
	for i := 3; i < len(c.Args); i++ {
		more := i+1 < len(c.Args)
		switch arg := c.Args[i]; {
		case command.EqualFold(arg, "redirect") && more:
			i++
			if !parseRedirect(c, i, &opt) {
				return opt, nil, false
			}
		case command.EqualFold(arg, "prefix") && more:
			i++
			prefixes = append(prefixes, c.Args[i])
		case command.EqualFold(arg, "bcast"):
			opt.Broadcast = true
		case command.EqualFold(arg, "optin"):
			opt.OptIn = true
		case command.EqualFold(arg, "optout"):
			opt.OptOut = true
		case command.EqualFold(arg, "noloop"):
			opt.NoLoop = true
		default:
			c.Out.Error(command.ErrSyntax)
			return opt, nil, false
		}
	}
	return opt, prefixes, true
}

// parseRedirect reads argument i, the number of the client that is to get the messages.
func parseRedirect(c *command.Ctx, i int, opt *tracking.Options) (ok bool) {
	if opt.Redirect != 0 {
		c.Out.Error("ERR A client can only redirect to a single other client")
		return false
	}
	id, ok := store.ParseInt(c.Args[i])
	if !ok {
		c.Out.Error(command.ErrNotInt)
		return false
	}
	to := c.Host.ClientByID(uint64(id))
	if to == nil {
		c.Out.Error("ERR The client ID you want redirect to does not exist")
		return false
	}
	opt.Redirect, opt.To = to.ID, &to.Subs
	return true
}

// fitsTracking replies an error when options contradict each other, or how the client tracks already.
func fitsTracking(c *command.Ctx, opt *tracking.Options, prefixes [][]byte) bool {
	now, on := c.Client.Tracking.Options()
	msg := ""
	switch {
	case !opt.Broadcast && len(prefixes) > 0:
		msg = "ERR PREFIX option requires BCAST mode to be enabled"
	case on && opt.Broadcast != now.Broadcast:
		msg = "ERR You can't switch BCAST mode on/off before disabling tracking for this client, and then re-enabling it with " +
			"a different mode."
	case opt.Broadcast && (opt.OptIn || opt.OptOut):
		msg = "ERR OPTIN and OPTOUT are not compatible with BCAST"
	case opt.OptIn && opt.OptOut:
		msg = "ERR You can't specify both OPTIN mode and OPTOUT mode"
	case opt.OptIn && now.OptOut || opt.OptOut && now.OptIn:
		msg = "ERR You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, and then re-enabling it with " +
			"a different mode."
	default:
		return !overlap(c, prefixes)
	}
	c.Out.Error(msg)
	return false
}

// overlap reports whether a key may begin with two of the client's prefixes, new or old, and replies an error then.
func overlap(c *command.Ctx, prefixes [][]byte) bool {
	const hint = "Prefixes for a single client must not overlap."
	old := c.Client.Tracking.Prefixes()
	for i, p := range prefixes {
		for _, other := range old {
			if overlaps(p, []byte(other)) {
				c.Out.Errorf("ERR Prefix '%s' overlaps with an existing prefix '%s'. "+hint, p, []byte(other))
				return true
			}
		}
		for _, other := range prefixes[i+1:] {
			if overlaps(p, other) {
				c.Out.Errorf("ERR Prefix '%s' overlaps with another provided prefix '%s'. "+hint, p, other)
				return true
			}
		}
	}
	return false
}

func overlaps(a, b []byte) bool { return bytes.HasPrefix(a, b) || bytes.HasPrefix(b, a) }

func clientCaching(c *command.Ctx) {
	opt, on := c.Client.Tracking.Options()
	yes, no := command.EqualFold(c.Args[2], "yes"), command.EqualFold(c.Args[2], "no")
	switch {
	case !on:
		c.Out.Error("ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT mode enabled")
	case yes && !opt.OptIn:
		c.Out.Error("ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode.")
	case no && !opt.OptOut:
		c.Out.Error("ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.")
	case !yes && !no:
		c.Out.Error(command.ErrSyntax)
	default:
		c.Client.Tracking.Caching = true
		c.Out.OK()
	}
}

func clientGetRedir(c *command.Ctx) { c.Out.Int(redirection(c.Client)) }

// redirection is the number of the client that gets the messages of cl: 0 is cl itself, and -1 says that there are none.
func redirection(cl *command.Client) int64 {
	if opt, on := cl.Tracking.Options(); on {
		return int64(opt.Redirect)
	}
	return -1
}

func clientTrackingInfo(c *command.Ctx) {
	opt, on := c.Client.Tracking.Options()
	out := c.Out
	out.Map(3)
	out.BulkString("flags")
	flags := []string{"off"}
	if on {
		flags[0] = "on"
		caching := c.Client.Tracking.Caching
		for _, f := range []struct {
			on   bool
			name string
		}{
			{opt.Broadcast, "bcast"}, {opt.OptIn, "optin"}, {opt.OptIn && caching, "caching-yes"}, {opt.OptOut, "optout"},
			{opt.OptOut && caching, "caching-no"}, {opt.NoLoop, "noloop"}, {c.Client.Tracking.Broken(), "broken_redirect"},
		} {
			if f.on {
				flags = append(flags, f.name)
			}
		}
	}
	out.Set(len(flags))
	for _, name := range flags {
		out.BulkString(name)
	}
	out.BulkString("redirect")
	out.Int(redirection(c.Client))
	out.BulkString("prefixes")
	prefixes := c.Client.Tracking.Prefixes()
	out.Array(len(prefixes))
	for _, p := range prefixes {
		out.BulkString(p)
	}
}
