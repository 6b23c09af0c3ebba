package script

// Scripts must not take all memory: what they build is watched, and who builds too much is stopped.

import (
	"math"
	"runtime"
	"runtime/metrics"
	"sync/atomic"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// maxHeap is how much the heap may grow while a script runs, in bytes. It is a variable for tests.
var maxHeap uint64 = 1 << 30

// How long a script may run before it is watched, at least, and how often it is looked at then.
const (
	watchAfter = 5 * time.Millisecond
	watchEvery = 2 * time.Millisecond
)

func init() {
	// A list with holes is filled up by gopher-lua; the highest index for which that is done bounds what one assignment takes.
	lua.MaxArrayIndex = 1 << 24
}

// heapNow is how much the heap holds, in bytes, what is not collected yet included; alive is what the last collection has left.
func heapNow() (all, alive uint64) {
	samples := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/gc/heap/live:bytes"}}
	metrics.Read(samples)
	return samples[0].Value.Uint64(), samples[1].Value.Uint64()
}

const errMemory = "not enough memory"

// watcher looks at the heap while a script runs for long, and kills it when too much lives there. Most run for microseconds, so the
// timer is not set for each: when it fires it is set again as long as scripts run.
type watcher struct {
	kill       *killSwitch
	timer      *time.Timer
	armed      atomic.Bool   // the timer is set
	run        atomic.Uint64 // the number of the run, 0 between two
	looked     uint64        // the run that was under way when the timer fired last
	collecting atomic.Bool
}

func (w *watcher) init(kill *killSwitch) {
	w.kill = kill
	w.timer = time.AfterFunc(math.MaxInt64, w.look)
	w.timer.Stop()
}

// begin begins to watch a run.
func (w *watcher) begin(run uint64) {
	w.run.Store(run)
	if w.armed.CompareAndSwap(false, true) {
		w.timer.Reset(watchAfter)
	}
}

// end ends the watch.
func (w *watcher) end() { w.run.Store(0) }

// look is called when the timer fires. The run that it finds for the second time is watched until it ends.
func (w *watcher) look() {
	run := w.run.Load()
	if run != 0 && run == w.looked {
		w.watch(run)
		run = w.run.Load()
	}
	w.looked = run
	if run != 0 {
		w.timer.Reset(watchAfter)
		return
	}
	w.armed.Store(false)
	if w.run.Load() != 0 && w.armed.CompareAndSwap(false, true) { // it has begun since, and has seen that the timer was set
		w.timer.Reset(watchAfter)
	}
}

// watch judges by what is alive, which a collection tells. Where much is allocated it does not wait until the runtime collects by
// itself: with a large store, that may be late.
func (w *watcher) watch(run uint64) {
	_, start := heapNow()
	for next := start + maxHeap; w.run.Load() == run; time.Sleep(watchEvery) {
		all, alive := heapNow()
		if alive > start+maxHeap {
			w.kill.kill(run, errMemory)
			return
		}
		if all > next && w.collecting.CompareAndSwap(false, true) {
			next = all + maxHeap/4
			go func() {
				runtime.GC()
				w.collecting.Store(false)
			}()
		}
	}
}
