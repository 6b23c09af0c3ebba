// Package resp is the wire protocol: a resumable parser of requests and a
// writer of RESP2 and RESP3 replies.
//
// It works on byte slices alone. It does no I/O, starts no goroutine, reads no
// clock, and knows no command: the package imports the standard library and
// redcon's append functions, nothing else of this module. Drivers own the
// buffers that are parsed from and appended to.
package resp
