package cjson

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	lua "github.com/yuin/gopher-lua"
)

// document is about 10 KB of what scripts keep in JSON.
func document() string {
	var records []string
	for i := range 50 {
		records = append(records, fmt.Sprintf(
			`{"id":%d,"name":"customer number %d","email":"customer%d@example.com","balance":%d.25,"active":%v,"tags":["a","b","tag-%d"],`+
				`"address":{"street":"Long Street %d","city":"Anytown","zip":"%05d"}}`, 1000+i, i, i, i*37, i%2 == 0, i, i, i*91))
	}
	return `{"version":3,"records":[` + strings.Join(records, ",") + `]}`
}

func benchmark(b *testing.B, body func(c *codec, L *lua.LState, text lua.LString, value lua.LValue)) {
	L := lua.NewState()
	defer L.Close()
	c := &codec{limit: 1 << 20, encodeDepth: 1000, decodeDepth: 1000, sparseRatio: 2, sparseSafe: 10, precision: 14, keepBuffer: true}
	text := lua.LString(document())
	L.Push(text)
	require.Equal(b, 1, c.decode(L))
	value := L.Get(-1)
	L.SetTop(0)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		body(c, L, text, value)
	}
}

func BenchmarkDecode(b *testing.B) {
	benchmark(b, func(c *codec, L *lua.LState, text lua.LString, _ lua.LValue) {
		L.Push(text)
		c.decode(L)
		L.SetTop(0)
	})
}

func BenchmarkEncode(b *testing.B) {
	benchmark(b, func(c *codec, L *lua.LState, _ lua.LString, value lua.LValue) {
		L.Push(value)
		c.encode(L)
		L.SetTop(0)
	})
}

// BenchmarkRoundTrip decodes and encodes.
func BenchmarkRoundTrip(b *testing.B) {
	benchmark(b, func(c *codec, L *lua.LState, text lua.LString, _ lua.LValue) {
		L.Push(text)
		c.decode(L)
		L.Remove(1)
		c.encode(L)
		L.SetTop(0)
	})
}
