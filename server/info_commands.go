package server

// The sections of INFO about single commands.

import (
	"fmt"
	"strconv"
)

func infoCommandStats(w *infoWriter) {
	for _, spec := range w.s.registry.All() {
		sums, _ := w.s.stats.command(spec.ID)
		if sums.calls|sums.rejected|sums.failed == 0 {
			continue
		}
		perCall := 0.0
		if sums.calls > 0 {
			perCall = float64(sums.nanos) / 1000 / float64(sums.calls)
		}
		fmt.Fprintf(w, "cmdstat_%s:calls=%d,usec=%d,usec_per_call=%.2f,rejected_calls=%d,failed_calls=%d\r\n",
			infoSafe(spec.FullName()), sums.calls, sums.nanos/1000, perCall, sums.rejected, sums.failed)
	}
}

func infoLatencyStats(w *infoWriter) {
	percentiles := w.s.cfg.LatencyPercentiles()
	for _, spec := range w.s.registry.All() {
		_, took := w.s.stats.command(spec.ID)
		if took == nil {
			continue
		}
		fmt.Fprintf(w, "latency_percentiles_usec_%s:", infoSafe(spec.FullName()))
		for i, p := range percentiles {
			if i > 0 {
				fmt.Fprint(w, ",")
			}
			fmt.Fprintf(w, "p%s=%.3f", strconv.FormatFloat(p, 'f', -1, 64), float64(took.Percentile(p))/1000)
		}
		fmt.Fprint(w, "\r\n")
	}
}
