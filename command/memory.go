package command

import "github.com/miniredisd/miniredisd/store"

// ErrOutOfMemory refuses commands that need memory (DenyOOM) while more than maxmemory is used.
const ErrOutOfMemory = "OOM command not allowed when used memory > 'maxmemory'."

// MemoryUse is where the memory is, in bytes, as MEMORY STATS and INFO tell it. Objects, Active, Mapped and RSS are the process's:
// where several servers run in one, they share them.
type MemoryUse struct {
	Used    uint64 // what is in use: data, clients and all that is remembered, by what each says of itself
	Peak    uint64 // the most that Used was
	Startup uint64 // what the program used before it did anything
	Objects uint64 // records and all objects of the program, with garbage
	Active  uint64 // Objects with the holes between them
	Mapped  uint64 // all that the process has of the system and did not give back
	RSS     uint64 // what of the process is in RAM; Mapped where the system does not tell

	Databases   []store.DatabaseMemory
	Clients     uint64 // what clients take
	Connections int    // clients
	Log         uint64 // what is on its way to the append-only log
}

// Keys is the number of keys.
func (m *MemoryUse) Keys() (n int) {
	for _, db := range m.Databases {
		n += db.Keys
	}
	return n
}

// Overhead is what is used for other things than keys and values.
func (m *MemoryUse) Overhead() uint64 {
	n := m.Startup + m.Clients + m.Log
	for _, db := range m.Databases {
		n += uint64(db.Tables + db.Headers + db.Timers)
	}
	return n
}

// Dataset is what keys and values use.
func (m *MemoryUse) Dataset() uint64 { return m.Used - min(m.Overhead(), m.Used) }

// Net is what is used beyond what the program used at its start.
func (m *MemoryUse) Net() uint64 { return m.Used - min(m.Startup, m.Used) }
