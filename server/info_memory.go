package server

// The sections of INFO about what the server uses of the machine. These figures are the process's: where several servers
// run in one, they share them.

import (
	"fmt"
	"runtime"
	"runtime/metrics"
	"sync/atomic"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/arena"
)

var (
	memoryPeak atomic.Uint64
	// memoryAtStart is what the program used before it did anything.
	memoryAtStart = readMemory(arena.Account{}).Used
)

// readMemory reads the runtime's figures and adds what lies in arenas, and in the slabs of large collections.
func readMemory(records arena.Account) (m command.MemoryUse) {
	samples := []metrics.Sample{
		{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"},
		{Name: "/memory/classes/heap/unused:bytes"}, {Name: "/memory/classes/heap/objects:bytes"},
		{Name: "/gc/heap/live:bytes"},
	}
	metrics.Read(samples)
	total, released := samples[0].Value.Uint64(), samples[1].Value.Uint64()
	unused, objects := samples[2].Value.Uint64(), samples[3].Value.Uint64()
	m.Used, m.Objects = withoutGarbage(objects, samples[4].Value.Uint64()), objects
	m.Active, m.Mapped = objects+unused, total-released
	if arena.OffHeap {
		elements := arena.Taken()
		m.Used += uint64(records.Allocated + elements)
		m.Objects += uint64(records.Allocated + elements)
		m.Active += uint64(records.Held + elements)
		m.Mapped += uint64(records.Held + elements)
	}
	for {
		peak := memoryPeak.Load()
		if m.Used <= peak || memoryPeak.CompareAndSwap(peak, m.Used) {
			return m
		}
	}
}

// withoutGarbage is how much of the objects on the Go heap is in use, of which alive is what the last collection has left. Of what
// came since, as much is taken for garbage as any server makes that is asked for something: else the figure would go up and down
// with each request. Lists and streams are short by no more than that, until the next collection.
func withoutGarbage(objects, alive uint64) uint64 {
	if alive == 0 || objects < alive { // nothing was ever collected, or the figures are not of the same time
		return objects
	}
	return objects - min(objects-alive, spareGarbage(alive))
}

// spareGarbage is how much of what was allocated since the last collection may be garbage, in bytes.
func spareGarbage(alive uint64) uint64 { return collectAfter + alive/8 }

// collectAfter is how much must have been allocated, beside half of what is alive, for a collection that the runtime did not ask
// for, in bytes.
const collectAfter = 1 << 20

// allocatedAtCollection is what had been allocated at the last such collection.
var allocatedAtCollection atomic.Uint64

// tendMemory looks at the memory once a second: for the peak, and for garbage. A server that nobody asks for anything allocates
// nothing, and so would never collect what its last requests have left; used_memory and RSS would count it for good.
func (s *Server) tendMemory() {
	readMemory(s.store.Memory())
	samples := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}, {Name: "/gc/heap/live:bytes"}}
	metrics.Read(samples)
	allocated, alive := samples[0].Value.Uint64(), samples[1].Value.Uint64()
	last := allocatedAtCollection.Load()
	if allocated-min(last, allocated) > collectAfter+alive/2 && allocatedAtCollection.CompareAndSwap(last, allocated) {
		runtime.GC()
	}
}

// Memory implements command.Host.
func (s *Server) Memory(tx *store.Tx) command.MemoryUse {
	m := readMemory(tx.Memory())
	m.Peak, m.Startup, m.RSS = memoryPeak.Load(), memoryAtStart, residentBytes()
	if m.RSS == 0 {
		m.RSS = m.Mapped
	}
	m.Databases, m.Log = tx.DatabasesMemory(), uint64(s.logStats().PendingBytes)
	for _, c := range s.snapshot() {
		m.Clients += uint64(c.QueryBuffer.Load() + c.QueryFree.Load() + c.OutputBuffer.Load())
		m.Connections++
	}
	return m
}

func infoMemory(w *infoWriter) {
	m := w.s.Memory(w.tx)
	resize := 0
	for _, db := range m.Databases {
		resize += db.Resize
	}
	w.bytes("used_memory", m.Used)
	w.bytes("used_memory_rss", m.RSS)
	w.bytes("used_memory_peak", m.Peak)
	w.field("used_memory_peak_perc", percent(m.Used, m.Peak))
	w.field("used_memory_overhead", m.Overhead())
	w.field("used_memory_startup", m.Startup)
	w.field("used_memory_dataset", m.Dataset())
	w.field("used_memory_dataset_perc", percent(m.Dataset(), m.Net()))
	w.field("allocator_allocated", m.Objects)
	w.field("allocator_active", m.Active)
	w.field("allocator_resident", m.Mapped)
	w.zeros("allocator_muzzy")
	w.bytes("total_system_memory", systemMemory())
	w.scriptMemory()
	w.bytes("maxmemory", w.s.cfg.Uint(config.MaxMemory))
	w.field("maxmemory_policy", w.s.cfg.EnumName(config.MaxMemoryPolicy))
	w.ratio("allocator_frag", m.Active, m.Objects)
	w.ratio("allocator_rss", m.Mapped, m.Active)
	w.ratio("rss_overhead", m.RSS, m.Mapped)
	w.field("mem_fragmentation_ratio", quotient(m.RSS, m.Used))
	w.field("mem_fragmentation_bytes", int64(m.RSS)-int64(m.Used))
	w.zeros("mem_not_counted_for_evict", "mem_replication_backlog", "mem_total_replication_buffers", "mem_clients_slaves")
	w.field("mem_clients_normal", m.Clients)
	w.zeros("mem_cluster_links")
	w.field("mem_aof_buffer", m.Log)
	w.field("mem_allocator", runtime.Version())
	w.field("mem_overhead_db_hashtable_rehashing", resize)
	w.zeros("active_defrag_running", "lazyfree_pending_objects")
	w.field("lazyfreed_objects", w.s.store.LazyFreed()+w.s.scripts.FunctionFigures().Freed+w.s.stats.errorsFreed.Load())
}

// scriptMemory writes the fields about scripts and functions.
func (w *infoWriter) scriptMemory() {
	f, fn := w.s.scripts.Figures(), w.s.scripts.FunctionFigures()
	w.field("used_memory_lua", f.EngineMemory)
	w.field("used_memory_vm_eval", f.EngineMemory)
	w.field("used_memory_lua_human", human(f.EngineMemory))
	w.field("used_memory_scripts_eval", f.ScriptsMemory)
	w.field("number_of_cached_scripts", f.Cached)
	w.field("number_of_functions", fn.Functions)
	w.field("number_of_libraries", fn.Libraries)
	w.field("used_memory_vm_functions", fn.EngineMemory)
	w.bytes("used_memory_vm_total", f.EngineMemory+fn.EngineMemory)
	w.field("used_memory_functions", fn.LibrariesMemory)
	w.bytes("used_memory_scripts", f.ScriptsMemory+fn.LibrariesMemory)
}

// bytes writes a size twice: as it is, and for people.
func (w *infoWriter) bytes(name string, n uint64) {
	w.field(name, n)
	w.field(name+"_human", human(n))
}

// ratio writes how much larger a is than b, as a factor and in bytes.
func (w *infoWriter) ratio(name string, a, b uint64) {
	w.field(name+"_ratio", quotient(a, b))
	w.field(name+"_bytes", int64(a)-int64(b))
}

func quotient(a, b uint64) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

func percent(part, whole uint64) string { return fmt.Sprintf("%.2f%%", 100*quotient(part, whole)) }

// human writes a size with the largest binary unit that it reaches.
func human(n uint64) string {
	if n < 1024 {
		return fmt.Sprintf("%dB", n)
	}
	f := float64(n) / 1024
	for _, unit := range "KMGT" {
		if f < 1024 {
			return fmt.Sprintf("%.2f%c", f, unit)
		}
		f /= 1024
	}
	return fmt.Sprintf("%.2fP", f)
}

func infoCPU(w *infoWriter) {
	self, children := cpuTimes()
	fmt.Fprintf(w, "used_cpu_sys:%.6f\r\nused_cpu_user:%.6f\r\n", self.system, self.user)
	fmt.Fprintf(w, "used_cpu_sys_children:%.6f\r\nused_cpu_user_children:%.6f\r\n", children.system, children.user)
	w.field("miniredisd_mutex_wait_usec", int64(mutexWait()*1e6))
}

// mutexWait is how long goroutines have waited for locks so far, in seconds, added up over all. The runtime estimates it from a
// sample, and does not count a wait that ended before the goroutine was put aside.
func mutexWait() float64 {
	sample := []metrics.Sample{{Name: "/sync/mutex/wait/total:seconds"}}
	metrics.Read(sample)
	return sample[0].Value.Float64()
}

// cpuTime is CPU time in seconds.
type cpuTime struct{ user, system float64 }
