package server

// The sections of INFO about what the server has done, and about the data and how they are kept.

import (
	"fmt"
	"math"

	"github.com/miniredisd/miniredisd/aof"
	"github.com/miniredisd/miniredisd/store"
)

func infoPersistence(w *infoWriter) {
	s := w.s
	log := s.logStats()
	w.field("loading", s.loading.Load())
	w.zeros("async_loading", "current_cow_peak", "current_cow_size", "current_cow_size_age")
	w.field("current_fork_perc", 0.0)
	w.zeros("current_save_keys_processed", "current_save_keys_total")
	w.field("rdb_changes_since_last_save", s.store.Dirty())
	w.zeros("rdb_bgsave_in_progress")
	w.field("rdb_last_save_time", s.LastSave())
	w.field("rdb_last_bgsave_status", status(true))
	w.field("rdb_last_bgsave_time_sec", -1)
	w.field("rdb_current_bgsave_time_sec", -1)
	w.zeros("rdb_saves", "rdb_last_cow_size", "rdb_last_load_keys_expired", "rdb_last_load_keys_loaded")
	w.field("aof_enabled", s.aof.Load() != nil)
	w.zeros("aof_rewrite_in_progress", "aof_rewrite_scheduled")
	w.field("aof_last_rewrite_time_sec", -1)
	w.field("aof_current_rewrite_time_sec", -1)
	w.field("aof_last_bgrewrite_status", status(true))
	w.zeros("aof_rewrites", "aof_rewrites_consecutive_failures")
	w.field("aof_last_write_status", status(log.LastWriteOK))
	w.zeros("aof_last_cow_size", "module_fork_in_progress", "module_fork_last_cow_size")
	if s.aof.Load() == nil {
		return
	}
	w.field("aof_current_size", log.Size)
	w.field("aof_base_size", log.BaseSize)
	w.zeros("aof_pending_rewrite")
	w.field("aof_buffer_length", log.PendingBytes)
	w.field("aof_pending_bio_fsync", log.PendingFsyncs)
	w.field("aof_delayed_fsync", log.DelayedFsyncs)
}

// logStats is the state of the log; that of a good, empty one when there is none.
func (s *Server) logStats() aof.Stats {
	if log := s.aof.Load(); log != nil {
		return log.Stats()
	}
	return aof.Stats{LastWriteOK: true}
}

func infoStats(w *infoWriter) {
	st, ks, rates := &w.s.stats, w.s.store.Stats(), w.s.cron.average()
	w.field("total_connections_received", st.connections.Load())
	w.field("total_commands_processed", st.totalCalls())
	w.field("instantaneous_ops_per_sec", int64(rates[opsRate]))
	w.field("total_net_input_bytes", st.totalIn())
	w.field("total_net_output_bytes", st.totalOut())
	w.zeros("total_net_repl_input_bytes", "total_net_repl_output_bytes")
	w.field("instantaneous_input_kbps", rates[inRate]/1024)
	w.field("instantaneous_output_kbps", rates[outRate]/1024)
	w.field("instantaneous_input_repl_kbps", 0.0)
	w.field("instantaneous_output_repl_kbps", 0.0)
	w.field("rejected_connections", st.rejectedConns.Load())
	w.zeros("sync_full", "sync_partial_ok", "sync_partial_err")
	w.field("expired_subkeys", ks.ExpiredFields)
	w.field("expired_keys", ks.Expired)
	w.field("expired_stale_perc", 0.0)
	w.zeros("expired_time_cap_reached_count", "expire_cycle_cpu_milliseconds")
	w.field("evicted_keys", ks.Evicted)
	w.field("evicted_clients", w.s.stats.evictedClients.Load())
	w.field("evicted_scripts", w.s.scripts.Figures().Evicted)
	w.zeros("total_eviction_exceeded_time", "current_eviction_exceeded_time")
	w.field("keyspace_hits", ks.Hits)
	w.field("keyspace_misses", ks.Misses)
	listening := w.s.pubsub.Figures()
	w.field("pubsub_channels", listening.Channels)
	w.field("pubsub_patterns", listening.Patterns)
	w.field("pubsubshard_channels", listening.ShardChannels)
	w.zeros("latest_fork_usec", "total_forks",
		"migrate_cached_sockets", "slave_expires_tracked_keys", "active_defrag_hits", "active_defrag_misses",
		"active_defrag_key_hits", "active_defrag_key_misses", "total_active_defrag_time", "current_active_defrag_time")
	tracked := w.s.tracking.Figures()
	w.field("tracking_total_keys", tracked.Keys)
	w.field("tracking_total_items", tracked.Items)
	w.field("tracking_total_prefixes", tracked.Prefixes)
	w.zeros("unexpected_error_replies")
	w.field("total_error_replies", st.errors.Load())
	w.zeros("dump_payload_sanitizations")
	w.field("total_reads_processed", st.totalReads())
	w.field("total_writes_processed", st.totalWrites())
	w.zeros("io_threaded_reads_processed", "io_threaded_writes_processed")
	w.field("client_query_buffer_limit_disconnections", st.queryTooLong.Load())
	w.field("client_output_buffer_limit_disconnections", st.outputTooLong.Load())
	w.zeros("reply_buffer_shrinks", "reply_buffer_expands")
	rounds, took, commands := w.s.rounds()
	w.field("eventloop_cycles", rounds)
	w.field("eventloop_duration_sum", took)
	w.field("eventloop_duration_cmd_sum", commands)
	w.field("instantaneous_eventloop_cycles_per_sec", int64(rates[roundsRate]))
	w.field("instantaneous_eventloop_duration_usec", int64(math.Ceil(rates[tookRate]/max(rates[roundsRate], 1))))
	w.zeros("acl_access_denied_auth", "acl_access_denied_cmd", "acl_access_denied_key",
		"acl_access_denied_channel")
}

// infoDebug tells more about rounds (see Server.rounds). Of how long they take only the cron's are measured one by one, and what the log
// takes is not.
func infoDebug(w *infoWriter) {
	w.zeros("eventloop_duration_aof_sum")
	w.field("eventloop_duration_cron_sum", w.s.cron.took.Load()/1000)
	w.field("eventloop_duration_max", w.s.cron.longest.Load()/1000)
	w.field("eventloop_cmd_per_cycle_max", w.s.stats.most())
}

// infoSafe replaces what would be taken for the end of a name.
func infoSafe(name string) string {
	safe := []byte(name)
	for i, b := range safe {
		if b == '#' || b == ':' || b == '\n' || b == '\r' {
			safe[i] = '_'
		}
	}
	return string(safe)
}

func infoKeyspace(w *infoWriter) {
	selected := w.tx.DB()
	defer w.tx.Select(selected)
	for db := range w.tx.UsedDatabases() {
		w.tx.Select(db)
		if keys := w.tx.Size(); keys > 0 {
			fmt.Fprintf(w, "db%d:keys=%d,expires=%d,avg_ttl=%d,subexpiry=%d\r\n", db, keys, w.tx.SizeExpiring(), averageTTL(w.tx),
				w.tx.SizeSubexpiring())
		}
	}
}

// ttlSample is how many keys of a database are looked at for their average TTL.
const ttlSample = 1000

// averageTTL estimates it, in ms, from the first keys of the table, which are any keys.
func averageTTL(tx *store.Tx) int64 {
	var sum float64
	seen, n := 0, 0
	tx.Each(func(e *store.Entry) bool {
		if at, ok := e.ExpireAt(); ok {
			sum += float64(at - tx.Now())
			n++
		}
		seen++
		return seen < ttlSample
	})
	if n == 0 {
		return 0
	}
	return int64(sum / float64(n))
}
