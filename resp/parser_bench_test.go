package resp

import (
	"bytes"
	"testing"
)

func benchmarkNext(b *testing.B, request string) {
	const batch = 64
	stream := bytes.Repeat([]byte(request), batch)
	var p Parser
	b.ReportAllocs()
	buf := stream
	for b.Loop() {
		if len(buf) == 0 {
			buf = stream
		}
		args, n, err := p.Next(buf)
		if err != nil || len(args) == 0 {
			b.Fatal(len(args), n, err)
		}
		buf = buf[n:]
	}
}

func BenchmarkParserSet(b *testing.B) {
	benchmarkNext(b, "*3\r\n$3\r\nSET\r\n$16\r\nkey:000000000001\r\n$64\r\n"+
		"0123456789012345678901234567890123456789012345678901234567890123\r\n")
}

func BenchmarkParserGet(b *testing.B) {
	benchmarkNext(b, "*2\r\n$3\r\nGET\r\n$16\r\nkey:000000000001\r\n")
}

func BenchmarkParserInline(b *testing.B) { benchmarkNext(b, "SET key:000000000001 \"a b\"\r\n") }

func BenchmarkWriterBulk(b *testing.B) {
	var w Writer
	value := make([]byte, 64)
	b.ReportAllocs()
	for b.Loop() {
		w.Buf = w.Buf[:0]
		w.Bulk(value)
	}
}

func BenchmarkWriterDouble(b *testing.B) {
	var w Writer
	b.ReportAllocs()
	for b.Loop() {
		w.Buf = w.Buf[:0]
		w.Double(3.14159)
	}
}
