package command

// The options that say how far collections are packed, as the structures take them.

import (
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/rdb"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/set"
)

// SetLimits are the options for sets.
func SetLimits(cfg *config.Config) set.Limits {
	return set.Limits{
		Intset:        int(cfg.Int(config.SetMaxIntsetEntries)),
		Listpack:      int(cfg.Int(config.SetMaxListpackEntries)),
		ListpackValue: int(cfg.Int(config.SetMaxListpackValue)),
	}
}

// HashLimits say how large a packed hash may be.
func HashLimits(cfg *config.Config) store.HashLimits {
	return store.HashLimits{
		Entries: int(cfg.Int(config.HashMaxListpackEntries)),
		Value:   int(cfg.Int(config.HashMaxListpackValue)),
	}
}

// ZSetLimits are the options for sorted sets.
func ZSetLimits(cfg *config.Config) store.ZSetLimits {
	return store.ZSetLimits{Entries: int(cfg.Int(config.ZsetMaxListpackEntries)), Value: int(cfg.Int(config.ZsetMaxListpackValue))}
}

// RDBLimits are the options for values of every kind that are read from a payload.
func RDBLimits(cfg *config.Config) *rdb.Limits {
	return &rdb.Limits{
		ListFill: int(cfg.Int(config.ListMaxListpackSize)),
		Set:      SetLimits(cfg),
		Hash:     HashLimits(cfg),
		ZSet:     ZSetLimits(cfg),
	}
}
