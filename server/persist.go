package server

// The append-only log's life: loaded at the start, opened and closed as CONFIG SET appendonly says, and asked before
// every reply.

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strconv"

	"github.com/miniredisd/miniredisd/aof"
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/internal/clock"
	"github.com/miniredisd/miniredisd/resp"
	"github.com/miniredisd/miniredisd/store"
)

// logOptions tells package aof what the configuration says.
func (s *Server) logOptions() aof.Options {
	return aof.Options{
		Dir:           s.cfg.Dir(),
		DirName:       s.cfg.Str(config.AppendDirname),
		FileName:      s.cfg.Str(config.AppendFilename),
		Policy:        s.fsyncPolicy(),
		LoadTruncated: s.cfg.Bool(config.AOFLoadTruncated),
		KeepHistory:   s.cfg.Bool(config.AOFDisableAutoGC),
		Offset:        s.oplog.Offset(),
		Logf:          s.Logf,
		Observed:      s.watching.observed,
		Observe:       s.observe,
		Synced:        s.onDisk.moved,
		FS:            s.logFS,
	}
}

func (s *Server) fsyncPolicy() aof.Policy {
	switch s.cfg.Enum(config.AppendFsync) {
	case config.FsyncAlways:
		return aof.Always
	case config.FsyncNo:
		return aof.No
	}
	return aof.EverySec
}

// openLog replays the log into the store and goes on writing it.
func (s *Server) openLog() error {
	if err := s.replay(false, func(apply func([][]byte) error) error {
		stats, err := aof.Load(s.logOptions(), apply)
		if err == nil && stats.Found {
			s.log.Logf(Notice, "DB loaded from append only file: %.3f seconds", stats.Took.Seconds())
		}
		return err
	}); err != nil {
		return err
	}
	log, err := aof.Open(s.logOptions())
	if err != nil {
		return err
	}
	s.attach(log)
	return nil
}

func (s *Server) attach(log *aof.Log) {
	s.aof.Store(log)
	s.oplog.Attach(log)
}

// startLog makes a new log of what is in memory (CONFIG SET appendonly yes). The caller's unit must be exclusive.
func (s *Server) startLog() error {
	log, err := aof.Create(s.logOptions(), s.dump)
	if err != nil {
		s.log.Logf(Warning, "Can't start the append only file: %v", err)
		return fmt.Errorf("Unable to turn on AOF. Check server logs.")
	}
	s.attach(log)
	return nil
}

// stopLog ends the log (CONFIG SET appendonly no). The caller's unit must be exclusive.
func (s *Server) stopLog() {
	if log := s.aof.Swap(nil); log != nil {
		s.oplog.Detach(log)
		log.Close()
		s.onDisk.endAll()
	}
}

// Durable implements driver.Acceptor. What is sent may acknowledge writes, or show what others have written: so the log
// must hold everything that was appended so far, as when Redis writes its log before it replies to anybody.
func (s *Server) Durable() (bool, error) {
	log := s.aof.Load()
	if log == nil {
		return true, nil
	}
	if offset := s.oplog.Offset(); log.Policy() != aof.Always {
		return true, log.WaitWritten(offset)
	} else {
		return log.Synced() >= offset, nil
	}
}

// WaitDurable implements driver.Acceptor: written or synced, as appendfsync says.
func (s *Server) WaitDurable() error {
	log := s.aof.Load()
	if log == nil {
		return nil
	}
	return log.WaitDurable(s.oplog.Offset())
}

// WhenDurable implements driver.Acceptor.
func (s *Server) WhenDurable(n int, done func(error)) {
	if log := s.aof.Load(); log != nil {
		log.WhenSynced(s.oplog.Offset(), n, done)
	} else {
		done(nil)
	}
}

// logError is why writes must be refused, nil when the log is well.
func (s *Server) logError() error {
	log := s.aof.Load()
	if log == nil {
		return nil
	}
	return log.Err()
}

// replay runs load, which calls back with commands of a log, and executes them: each as a unit of its own, or inside
// the caller's exclusive unit.
func (s *Server) replay(within bool, load func(apply func(args [][]byte) error) error) error {
	r := &replayer{srv: s, within: within}
	r.Out = &r.out
	r.ctx = command.Ctx{Out: &r.out, Tx: &r.tx, Client: &r.Client, Host: s}
	r.tx.Loading = true
	if err := load(r.apply); err != nil {
		return err
	}
	s.store.ResetDirty()
	return nil
}

// replayer is a client without a connection that executes a log.
type replayer struct {
	command.Client
	srv    *Server
	within bool
	out    resp.Writer
	tx     store.Tx
	ctx    command.Ctx
}

// apply executes one command of the log. One that fails means that the log is not ours to understand.
func (r *replayer) apply(args [][]byte) error {
	spec, _ := r.srv.registry.Find(args)
	if spec == nil || spec.Run == nil || !spec.ArityOK(len(args)) {
		return fmt.Errorf("Unknown command '%.128s' reading the append only file", args[0])
	}
	if spec.Group == command.Transactions {
		return nil // the loader delivers units whole
	}
	if r.within {
		r.srv.store.BeginWithin(&r.tx, r.DB)
	} else {
		r.srv.store.Begin(&r.tx, r.DB, spec.Plan(args), 0)
	}
	defer r.tx.End()
	r.tx.SetTime(clock.Millis(r.srv.clock))
	r.ctx.Spec, r.ctx.Args = spec, args
	spec.Run(&r.ctx)
	r.tx.Settle(args, false)
	if r.out.Errors > 0 {
		return fmt.Errorf("Command '%s' of the append only file failed: %s", spec.FullName(), r.out.Buf)
	}
	r.out.Buf = r.out.Buf[:0]
	return nil
}

// ReloadLog implements command.Host.
func (s *Server) ReloadLog(c *command.Ctx) error {
	log := s.aof.Load()
	if log == nil {
		return fmt.Errorf("ERR the append only file is off")
	}
	if err := log.WaitWritten(s.oplog.Offset()); err != nil {
		return err
	}
	s.empty(c)
	defer c.Tx.AllReady(-1)
	return s.replay(true, func(apply func([][]byte) error) error {
		_, err := aof.Load(s.logOptions(), apply)
		return err
	})
}

// Reload implements command.Host: what is in memory is written out as commands, emptied, and executed anew.
func (s *Server) Reload(c *command.Ctx, flush bool) error {
	var dumped bytes.Buffer
	if err := s.dump(&dumped); err != nil {
		return err
	}
	if flush {
		s.empty(c)
	}
	defer c.Tx.AllReady(-1)
	return s.replay(true, func(apply func([][]byte) error) error {
		var p resp.Parser
		for rest := dumped.Bytes(); len(rest) > 0; {
			args, n, err := p.Next(rest)
			if err == nil {
				err = apply(args)
			}
			if err != nil {
				return err
			}
			rest = rest[n:]
		}
		return nil
	})
}

// empty forgets what is about to be loaded.
func (s *Server) empty(c *command.Ctx) {
	c.Tx.Flush(-1)
	s.scripts.FlushLibraries(false)
}

// dump writes commands that make what is in memory. The caller's unit must be exclusive.
func (s *Server) dump(w io.Writer) error {
	out := bufio.NewWriterSize(w, 64<<10)
	var tx store.Tx
	tx.Loading = true // the dead are written too, with their deadlines
	s.store.BeginWithin(&tx, 0)
	defer tx.End()
	var line []byte
	for _, l := range s.scripts.Libraries(nil) {
		line = resp.AppendCommand(line[:0], []byte("FUNCTION"), []byte("LOAD"), []byte(l.Text))
		out.Write(line)
	}
	for db := range s.store.Databases() {
		tx.Select(db)
		if tx.Size() == 0 {
			continue
		}
		line = resp.AppendCommand(line[:0], []byte("SELECT"), []byte(strconv.Itoa(db)))
		out.Write(line)
		tx.Each(func(e *store.Entry) bool {
			line = e.AppendCommands(line[:0])
			_, err := out.Write(line)
			return err == nil
		})
	}
	return out.Flush()
}
