package server

// The sections of INFO about what the server uses of the machine. These figures are the process's: where several servers
// run in one, they share them.

import (
	"fmt"
	"runtime"
	"runtime/metrics"
	"sync/atomic"

	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/store/ds/arena"
)

// memoryUse is the memory of the process in bytes, as Go's runtime and the store's arenas see it.
type memoryUse struct {
	used    uint64 // in use: records, objects (with garbage that was not collected yet), stacks and the runtime's own
	objects uint64 // records and objects alone
	active  uint64 // the same with the holes between them
	mapped  uint64 // all that the process has and did not give back
}

var (
	memoryPeak atomic.Uint64
	// memoryAtStart is what the program used before it did anything.
	memoryAtStart = readMemory(arena.Account{}).used
)

// readMemory reads the runtime's figures and adds what lies in arenas.
func readMemory(records arena.Account) memoryUse {
	samples := []metrics.Sample{
		{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"},
		{Name: "/memory/classes/heap/free:bytes"}, {Name: "/memory/classes/heap/unused:bytes"},
		{Name: "/memory/classes/heap/objects:bytes"},
	}
	metrics.Read(samples)
	total, released, free := samples[0].Value.Uint64(), samples[1].Value.Uint64(), samples[2].Value.Uint64()
	unused, objects := samples[3].Value.Uint64(), samples[4].Value.Uint64()
	m := memoryUse{used: total - released - free - unused, objects: objects, active: objects + unused, mapped: total - released}
	if arena.OffHeap {
		m.used += uint64(records.Allocated)
		m.objects += uint64(records.Allocated)
		m.active += uint64(records.Held)
		m.mapped += uint64(records.Held)
	}
	for {
		peak := memoryPeak.Load()
		if m.used <= peak || memoryPeak.CompareAndSwap(peak, m.used) {
			return m
		}
	}
}

func infoMemory(w *infoWriter) {
	m := readMemory(w.tx.Memory())
	rss := residentBytes()
	if rss == 0 {
		rss = m.mapped
	}
	peak, system := memoryPeak.Load(), systemMemory()
	buffers := w.s.clientBuffers()
	overhead := memoryAtStart + uint64(w.tx.TableBytes()) + buffers
	dataset := m.used - min(overhead, m.used)
	w.bytes("used_memory", m.used)
	w.bytes("used_memory_rss", rss)
	w.bytes("used_memory_peak", peak)
	w.field("used_memory_peak_perc", percent(m.used, peak))
	w.field("used_memory_overhead", overhead)
	w.field("used_memory_startup", memoryAtStart)
	w.field("used_memory_dataset", dataset)
	w.field("used_memory_dataset_perc", percent(dataset, m.used-min(memoryAtStart, m.used)))
	w.field("allocator_allocated", m.objects)
	w.field("allocator_active", m.active)
	w.field("allocator_resident", m.mapped)
	w.zeros("allocator_muzzy")
	w.bytes("total_system_memory", system)
	w.scriptMemory()
	w.bytes("maxmemory", w.s.cfg.Uint(config.MaxMemory))
	w.field("maxmemory_policy", w.s.cfg.EnumName(config.MaxMemoryPolicy))
	w.ratio("allocator_frag", m.active, m.objects)
	w.ratio("allocator_rss", m.mapped, m.active)
	w.ratio("rss_overhead", rss, m.mapped)
	w.field("mem_fragmentation_ratio", quotient(rss, m.used))
	w.field("mem_fragmentation_bytes", int64(rss)-int64(m.used))
	w.zeros("mem_not_counted_for_evict", "mem_replication_backlog", "mem_total_replication_buffers", "mem_clients_slaves")
	w.field("mem_clients_normal", buffers)
	w.zeros("mem_cluster_links")
	w.field("mem_aof_buffer", w.s.logStats().PendingBytes)
	w.field("mem_allocator", runtime.Version())
	w.zeros("mem_overhead_db_hashtable_rehashing", "active_defrag_running", "lazyfree_pending_objects", "lazyfreed_objects")
}

// scriptMemory writes the fields about scripts and functions, of which there are none.
func (w *infoWriter) scriptMemory() {
	w.zeros("used_memory_lua", "used_memory_vm_eval")
	w.field("used_memory_lua_human", human(0))
	w.zeros("used_memory_scripts_eval", "number_of_cached_scripts", "number_of_functions", "number_of_libraries",
		"used_memory_vm_functions", "used_memory_vm_total")
	w.field("used_memory_vm_total_human", human(0))
	w.zeros("used_memory_functions", "used_memory_scripts")
	w.field("used_memory_scripts_human", human(0))
}

// clientBuffers adds up the buffers of all clients, in bytes.
func (s *Server) clientBuffers() (sum uint64) {
	for _, c := range s.snapshot() {
		sum += uint64(c.QueryBuffer.Load() + c.QueryFree.Load() + c.OutputBuffer.Load())
	}
	return sum
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
}

// cpuTime is CPU time in seconds.
type cpuTime struct{ user, system float64 }
