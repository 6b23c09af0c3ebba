package tracking

import (
	"github.com/miniredisd/miniredisd/pubsub"
	"github.com/miniredisd/miniredisd/resp"
)

// Channel is where clients that speak RESP2 get the messages that others have redirected to them.
const Channel = "__redis__:invalidate"

// message says which keys are good no more. It is encoded once for all who get it.
type message struct {
	invalid func(*resp.Writer) // writes the keys, or null for all
	frames  [2][]byte          // for who gets nothing over RESP2, and for who listens; nil as long as it was not needed
}

func aboutKeys(keys ...string) *message {
	return &message{invalid: func(w *resp.Writer) {
		w.Array(len(keys))
		for _, key := range keys {
			w.BulkString(key)
		}
	}}
}

func aboutAll() *message { return &message{invalid: (*resp.Writer).Null} }

// frame is the message for the queue of who listens to channels, or of who does not.
func (m *message) frame(listens bool) []byte {
	i := 0
	if listens {
		i = 1
	}
	if m.frames[i] == nil {
		push := resp.Writer{Proto: 3}
		push.Push(2)
		push.BulkString("invalidate")
		m.invalid(&push)
		published := resp.Writer{Proto: 2}
		if listens {
			published.Push(3)
			published.BulkString("message")
			published.BulkString(Channel)
			m.invalid(&published)
		}
		m.frames[i] = pubsub.Either(push.Buf, published.Buf)
	}
	return m.frames[i]
}

// send puts a message into the queue of the client that is to get it. If that is another one, and gone, the client itself is
// told so.
func (m *mode) send(msg *message) {
	if m.Redirect == 0 {
		m.own.Push(msg.frame(false))
		return
	}
	if !m.To.Push(msg.frame(m.To.Total() > 0)) {
		m.broken.Store(true)
		lost := resp.Writer{Proto: 3}
		lost.Push(2)
		lost.BulkString("tracking-redir-broken")
		lost.Int(int64(m.Redirect))
		m.own.Push(pubsub.Either(lost.Buf, nil))
	}
}
