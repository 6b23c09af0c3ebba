package server

// The memory in use, and the sections of INFO about what the server uses of the machine.

import (
	"fmt"
	"runtime"
	"runtime/metrics"
	"sync"
	"sync/atomic"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/arena"
)

// memoryAtStart is what the program had allocated when its first server was ready, in bytes.
var memoryAtStart = sync.OnceValue(func() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
})

// evictable is the memory in use that maxmemory is about: the program as it was at its start, data, clients, and what is remembered
// beside. It is the sum of what each of them says of itself, and so knows no garbage. The log's buffer is not in it, as it is gone as
// soon as the disk has it, whatever is evicted.
func (s *Server) evictable(data *store.Account) uint64 {
	scripts, functions := s.scripts.Figures(), s.scripts.FunctionFigures()
	return memoryAtStart() + uint64(data.Used()) + uint64(max(s.stats.clientMemory(), 0)) + uint64(max(s.tracking.Memory(), 0)) +
		scripts.ScriptsMemory + functions.LibrariesMemory + functions.EngineMemory
}

// usedMemory is all memory in use. It remembers the most.
func (s *Server) usedMemory(data *store.Account) uint64 {
	used := s.evictable(data) + uint64(s.logStats().PendingBytes)
	for {
		peak := s.memoryPeak.Load()
		if used <= peak || s.memoryPeak.CompareAndSwap(peak, used) {
			return used
		}
	}
}

// collectAfter is how much must have been allocated, beside half of what is alive, for a collection that the runtime did not ask
// for, in bytes.
const collectAfter = 1 << 20

// allocatedAtCollection is what had been allocated at the last such collection.
var allocatedAtCollection atomic.Uint64

// tendMemory looks at the memory once a second: for the peak, and for garbage. A server that nobody asks for anything allocates
// nothing, and so would never collect what its last requests have left, and RSS would count it for good.
func (s *Server) tendMemory() {
	data := s.store.Memory()
	s.usedMemory(&data)
	samples := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}, {Name: "/gc/heap/live:bytes"}}
	metrics.Read(samples)
	allocated, alive := samples[0].Value.Uint64(), samples[1].Value.Uint64()
	last := allocatedAtCollection.Load()
	if allocated-min(last, allocated) > collectAfter+alive/2 && allocatedAtCollection.CompareAndSwap(last, allocated) {
		runtime.GC()
	}
}

// Memory implements command.Host. The unit is exclusive.
func (s *Server) Memory(tx *store.Tx) (m command.MemoryUse) {
	for _, c := range s.snapshot() {
		c.account(1)
		m.Connections++
	}
	data := tx.Memory()
	m.Used, m.Startup, m.Clients = s.usedMemory(&data), memoryAtStart(), uint64(max(s.stats.clientMemory(), 0))
	m.Peak = s.memoryPeak.Load()
	m.Databases, m.Log = tx.DatabasesMemory(), uint64(s.logStats().PendingBytes)
	addProcess(&m, data.Records)
	return m
}

// addProcess adds the figures of the process: where several servers run in one, they share them, but for the records.
func addProcess(m *command.MemoryUse, records arena.Account) {
	samples := []metrics.Sample{
		{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"},
		{Name: "/memory/classes/heap/unused:bytes"}, {Name: "/memory/classes/heap/objects:bytes"},
	}
	metrics.Read(samples)
	total, released := samples[0].Value.Uint64(), samples[1].Value.Uint64()
	unused, objects := samples[2].Value.Uint64(), samples[3].Value.Uint64()
	m.Objects, m.Active, m.Mapped = objects, objects+unused, total-released
	if arena.OffHeap {
		elements := arena.Taken()
		m.Objects += uint64(records.Allocated + elements)
		m.Active += uint64(records.Held + elements)
		m.Mapped += uint64(records.Held + elements)
	}
	if m.RSS = residentBytes(); m.RSS == 0 {
		m.RSS = m.Mapped
	}
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
	w.field("mem_not_counted_for_evict", m.Log)
	w.zeros("mem_replication_backlog", "mem_total_replication_buffers", "mem_clients_slaves")
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
