package zset

import "math"

// Rule says what becomes of a member that is added: the options of ZADD.
type Rule uint8

// The rules, to be combined.
const (
	OnlyNew     Rule = 1 << iota // NX: leave members that are there
	OnlyOld                      // XX: add no member
	OnlyGreater                  // GT: raise scores only
	OnlyLess                     // LT: lower scores only
	Increment                    // INCR: the score is added to the old one
)

// Outcome is what a rule made of it.
type Outcome uint8

// The outcomes.
const (
	Refused Outcome = iota // by the rule
	NaN                    // the sum is no number
	Same                   // the member has that score already
	Updated                // it has another one now
	Added                  // it is new
)

// Decide says what to do with a member that has the score old, if it was found, and is to get another one; now is the score
// it has then.
func (r Rule) Decide(old, score float64, found bool) (what Outcome, now float64) {
	if !found {
		if r&OnlyOld != 0 {
			return Refused, 0
		}
		return Added, score
	}
	if r&OnlyNew != 0 {
		return Refused, old
	}
	if r&Increment != 0 {
		if score += old; math.IsNaN(score) {
			return NaN, old
		}
	}
	switch {
	case r&OnlyLess != 0 && score >= old, r&OnlyGreater != 0 && score <= old:
		return Refused, old
	case score == old:
		return Same, score
	}
	return Updated, score
}
