// Package rounds says how often a test does once more what it has done already. The race detector makes everything ten times as
// slow, and a model that one goroutine works on has nothing to show it: there a tenth is enough.
package rounds

// Of is n, or a tenth of it under the race detector.
func Of(n int) int {
	if race {
		return max(n/10, 1)
	}
	return n
}
