package store

// Long work in the background, in small pieces.

import "time"

const (
	// workTime is how long others may have to wait for background work, restTime how long they have in between, at least.
	workTime = 200 * time.Microsecond
	restTime = 200 * time.Microsecond
)

// pace keeps background work from holding others up where there is but one processor. Sleeping does that; merely yielding
// does not, as who yields comes back before Go's scheduler looks whether there is something to read.
type pace struct{ began time.Time }

func newPace() pace { return pace{time.Now()} }

// rest is called between small pieces of work, without a lock.
func (p *pace) rest() {
	if time.Since(p.began) >= workTime {
		time.Sleep(restTime)
		p.began = time.Now()
	}
}
