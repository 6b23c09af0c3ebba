package latency

import (
	"fmt"
	"strings"
)

const (
	graphColumns = 80 // samples beside each other; more go below
	graphRows    = 4
	// graphTops are how a bar ends: each row of it has three heights.
	graphTops = "_o#"
)

// Graph draws the series as bars, each with its age below it, to be read downwards; now is in seconds.
func (s *Series) Graph(now int64) string {
	f := s.Figures(now)
	var b strings.Builder
	fmt.Fprintf(&b, "%s - high %d ms, low %d ms (all time high %d ms)\n", s.Event, f.Greatest, f.Least, s.Worst)
	b.WriteString(strings.Repeat("-", graphColumns) + "\n")
	for from := 0; from < len(s.Samples); from += graphColumns {
		if from > 0 {
			b.WriteByte('\n')
		}
		part := s.Samples[from:min(from+graphColumns, len(s.Samples))]
		drawBars(&b, part, f)
		drawAges(&b, part, now)
	}
	return b.String()
}

func drawBars(b *strings.Builder, samples []Sample, f Figures) {
	const heights = graphRows * len(graphTops)
	span := max(f.Greatest-f.Least, 1)
	for row := graphRows - 1; row >= 0; row-- {
		for _, s := range samples {
			height := min(int((s.Millis-f.Least)*int64(heights)/span), heights-1)
			switch top := height - row*len(graphTops); {
			case top < 0:
				b.WriteByte(' ')
			case top >= len(graphTops):
				b.WriteByte('|')
			default:
				b.WriteByte(graphTops[top])
			}
		}
		b.WriteByte('\n')
	}
}

func drawAges(b *strings.Builder, samples []Sample, now int64) {
	ages := make([]string, len(samples))
	longest := 0
	for i, s := range samples {
		ages[i] = age(now - s.At)
		longest = max(longest, len(ages[i]))
	}
	b.WriteString(strings.Repeat(" ", len(samples)) + "\n")
	for line := range longest {
		for _, a := range ages {
			if line < len(a) {
				b.WriteByte(a[line])
			} else {
				b.WriteByte(' ')
			}
		}
		b.WriteByte('\n')
	}
}

// age is a number of seconds in the greatest unit that it fills.
func age(seconds int64) string {
	switch {
	case seconds < 60:
		return fmt.Sprintf("%ds", seconds)
	case seconds < 3600:
		return fmt.Sprintf("%dm", seconds/60)
	case seconds < 24*3600:
		return fmt.Sprintf("%dh", seconds/3600)
	}
	return fmt.Sprintf("%dd", seconds/(24*3600))
}
