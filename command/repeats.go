package command

// maxRepeats is how many elements a call may ask for with repetitions, so that a few bytes of request do not make gigabytes of
// reply; and leastElement how many bytes each takes at least.
const (
	maxRepeats   = 1 << 26
	leastElement = 6
)

// RefuseRepeats reports whether n elements with repetitions are too many, and replies an error then. To a client whose output
// is limited to less than that Redis would begin to reply, and cut it off at its limit: so it is cut off at once.
func (c *Ctx) RefuseRepeats(n int64) bool {
	if n <= maxRepeats {
		return false
	}
	c.Host.CutOff(c.Client, leastElement*maxRepeats)
	c.Out.Error("ERR value is out of range")
	return true
}
