package server

// INFO errorstats: the errors that clients got, counted by their codes.

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// An error's code is its first word, when that is shorter than maxErrorCode. Scripts may invent codes: when there are more than
// maxErrorKinds, none is counted any more until the statistics are reset.
const (
	maxErrorCode  = 32
	maxErrorKinds = 128
	errorsOffKind = "ERRORSTATS_DISABLED"
)

// countError counts an error reply by its code. It sees each of them.
func (s *Server) countError(msg string) {
	st := &s.stats
	st.errors.Add(1)
	kind := errorCode(msg)
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.errorsOff {
		return
	}
	if _, known := st.errorKinds[kind]; !known && len(st.errorKinds) >= maxErrorKinds {
		s.log.Logf(Warning, "Errorstats stopped adding new errors: there are more than %d codes. Are scripts making them up? "+
			"CONFIG RESETSTAT starts anew.", maxErrorKinds)
		s.log.Logf(Warning, "Current errors code list: %s", infoSafe(strings.Join(slices.Sorted(maps.Keys(st.errorKinds)), ", ")))
		st.errorsFreed.Add(int64(len(st.errorKinds)))
		clear(st.errorKinds)
		st.errorsOff, kind = true, errorsOffKind
	}
	st.errorKinds[kind]++
}

// errorCode is what stands before the first space.
func errorCode(msg string) string {
	end := strings.IndexByte(msg[:min(len(msg), maxErrorCode-1)], ' ')
	if end < 0 {
		return "ERR"
	}
	return msg[:end]
}

func infoErrorStats(w *infoWriter) {
	w.s.stats.mu.Lock()
	kinds := maps.Clone(w.s.stats.errorKinds)
	w.s.stats.mu.Unlock()
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		fmt.Fprintf(w, "errorstat_%s:count=%d\r\n", infoSafe(kind), kinds[kind])
	}
}
