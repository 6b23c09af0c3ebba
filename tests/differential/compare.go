package differential

// When two replies are the same.

import (
	"slices"
	"strconv"
	"strings"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/tests/transcript"
	"github.com/miniredisd/miniredisd/tests/wire"
)

// judge compares replies in the order of their requests. It remembers what a transaction has queued, since the replies
// to that come in one.
type judge struct {
	registry *command.Registry
	queued   []Request
}

// same reports whether both replies to a request are the same, as far as they have to be.
func (j *judge) same(r Request, want, got wire.Value) bool {
	if want.Kind == wire.Status && want.Text == "QUEUED" {
		j.queued = append(j.queued, r)
		return equal(want, got, 0)
	}
	switch name := strings.ToLower(r[0]); {
	case name == "exec":
		queued := j.queued
		j.queued = nil
		if want.Kind == wire.Array && got.Kind == wire.Array && len(want.Elems) == len(got.Elems) && len(queued) == len(got.Elems) {
			return j.all(queued, want.Elems, got.Elems)
		}
	case (name == "discard" || name == "reset") && want.Kind == wire.Status:
		j.queued = nil
	}
	return j.one(r, want, got)
}

func (j *judge) all(queued []Request, want, got []wire.Value) bool {
	for i, r := range queued {
		if !j.one(r, want[i], got[i]) {
			return false
		}
	}
	return true
}

func (j *judge) one(r Request, want, got wire.Value) bool {
	sp := j.special(r)
	switch {
	case sp.newer != nil && sp.newer(r, want, got):
		return true
	case want.Kind == wire.Error || got.Kind == wire.Error:
		return equal(want, got, 0)
	case sp.alike != nil:
		return sp.alike(r, want, got)
	case sp.plain != nil:
		want, got = sp.plain(r, want), sp.plain(r, got)
	}
	return equal(want, got, sp.tolerance)
}

func (j *judge) special(r Request) *special {
	args := make([][]byte, min(len(r), 2))
	for i := range args {
		args[i] = []byte(r[i])
	}
	if spec, _ := j.registry.Find(args); spec != nil {
		return specialOf(spec)
	}
	return none
}

// equal compares to the byte, but for integers above 0, which may differ by tolerance.
func equal(a, b wire.Value, tolerance int64) bool {
	if a.Kind != b.Kind || len(a.Elems) != len(b.Elems) {
		return false
	}
	if a.Text != b.Text {
		x, y := a.Int64(), b.Int64()
		if a.Kind != wire.Int || x <= 0 || y <= 0 || max(x, y)-min(x, y) > tolerance {
			return false
		}
	}
	for i := range a.Elems {
		if !equal(a.Elems[i], b.Elems[i], tolerance) {
			return false
		}
	}
	return true
}

// sorted is for replies whose elements come in any order.
func sorted(_ Request, v wire.Value) wire.Value { return sortBy(v, 1) }

// pairs is for replies of fields and values in any order, flat in RESP2.
func pairs(_ Request, v wire.Value) wire.Value { return sortBy(v, 2) }

// sortBy orders the elements, n of which belong together.
func sortBy(v wire.Value, n int) wire.Value {
	if len(v.Elems)%n != 0 || len(v.Elems) <= n {
		return v
	}
	rows := slices.Collect(slices.Chunk(slices.Clone(v.Elems), n))
	slices.SortFunc(rows, func(a, b []wire.Value) int {
		for i := range a {
			if c := strings.Compare(flat(a[i]), flat(b[i])); c != 0 {
				return c
			}
		}
		return 0
	})
	v.Elems = slices.Concat(rows...)
	return v
}

func flat(v wire.Value) string {
	if !v.IsAggregate() {
		return v.Text
	}
	return transcript.Format(v)
}

// sortedBy is for SORT, whose BY leaves the order of equal elements free, and of all elements when it is no pattern: then a
// LIMIT takes any of them.
func sortedBy(r Request, v wire.Value) wire.Value {
	if indexFold(r, "BY") < 0 {
		return v
	}
	if indexFold(r, "LIMIT") > 0 {
		v.Elems = make([]wire.Value, len(v.Elems)) // what GET finds, or that it finds nothing, depends on which they are
		return v
	}
	gets := 0
	for _, arg := range r {
		if strings.EqualFold(arg, "GET") {
			gets++
		}
	}
	return sortBy(v, max(gets, 1))
}

// shape leaves of a reply its types, and how many elements it has.
func shape(_ Request, v wire.Value) wire.Value {
	v.Text = ""
	v.Elems = slices.Clone(v.Elems)
	for i, e := range v.Elems {
		v.Elems[i] = shape(nil, e)
	}
	return v
}

// kind leaves of a reply its type.
func kind(_ Request, v wire.Value) wire.Value { return wire.Value{Kind: v.Kind} }

// sameDoubles allows for numbers that are written with more digits than they need, as Redis did until 7.0.
func sameDoubles(_ Request, want, got wire.Value) bool {
	if want.Kind != got.Kind || len(want.Elems) != len(got.Elems) {
		return false
	}
	if want.Text != got.Text {
		if want.Kind != wire.Double && want.Kind != wire.Bulk || len(want.Text) < 16 && !strings.Contains(want.Text, "e") {
			return false
		}
		x, err := strconv.ParseFloat(want.Text, 64)
		y, err2 := strconv.ParseFloat(got.Text, 64)
		if err != nil || err2 != nil || x != y {
			return false
		}
	}
	for i := range want.Elems {
		if !sameDoubles(nil, want.Elems[i], got.Elems[i]) {
			return false
		}
	}
	return true
}

// idOfNow is for XADD, whose ID may come from the clock.
func idOfNow(r Request, v wire.Value) wire.Value {
	if slices.Contains(r, "*") {
		return shape(r, v)
	}
	return v
}

// unsteady are the fields of XINFO that say how long something is ago. Those that are true are left out: 7.0 does not have
// them, or they tell how a server's own tree is built.
var unsteady = map[string]bool{"idle": false, "inactive": true, "seen-time": false, "active-time": true, "radix-tree-nodes": true}

// firstTime is less than any time in milliseconds at which this runs, and more than the integers that are drawn.
const firstTime = 1e12

// streamTimes takes the times out of what XINFO and XPENDING reply.
func streamTimes(_ Request, v wire.Value) wire.Value {
	switch {
	case v.Kind == wire.Int && v.Int64() > firstTime:
		v.Text = "now"
	case v.IsAggregate():
		var elems []wire.Value
		pending := len(v.Elems) == 4 && v.Elems[2].Kind == wire.Int && v.Elems[3].Kind == wire.Int
		for i := 0; i < len(v.Elems); i++ {
			e := v.Elems[i]
			if leftOut, is := unsteady[e.Text]; is && i+1 < len(v.Elems) && v.Elems[i+1].Kind == wire.Int {
				if i++; !leftOut {
					elems = append(elems, e, wire.Value{Kind: wire.Int})
				}
				continue
			}
			if pending && i == 2 {
				e.Text = "age"
			}
			elems = append(elems, streamTimes(nil, e))
		}
		v.Elems = elems
	}
	return v
}

// scanned compares whole iterations only, with the cursor as argument at and n elements belonging together: where the cursor stands between is a server's
// own affair.
func scanned(at, n int) func(r Request, want, got wire.Value) bool {
	return func(r Request, want, got wire.Value) bool {
		if want.Kind != wire.Array || got.Kind != wire.Array || len(want.Elems) != 2 || len(got.Elems) != 2 {
			return equal(want, got, 0)
		}
		if len(r) <= at || r[at] != "0" || want.Elems[0].Text != "0" || got.Elems[0].Text != "0" {
			return want.Elems[0].Kind == got.Elems[0].Kind && want.Elems[1].Kind == got.Elems[1].Kind
		}
		return sameDoubles(nil, sortBy(want.Elems[1], n), sortBy(got.Elems[1], n))
	}
}

// scannedFields compares as scanned does; with NOVALUES the fields stand alone.
func scannedFields(r Request, want, got wire.Value) bool {
	if indexFold(r, "NOVALUES") > 0 {
		return scanned(2, 1)(r, want, got)
	}
	return scanned(2, 2)(r, want, got)
}

// sameEncoding allows for what came after 7.0: small lists and sets are listpacks. And a hash gets room for deadlines in Redis when
// one is about to be set, though the field is not there.
func sameEncoding(_ Request, want, got wire.Value) bool {
	small := got.Text == "listpack" && (want.Text == "quicklist" || want.Text == "hashtable" || want.Text == "listpackex")
	return small && want.Kind == got.Kind || equal(want, got, 0)
}
