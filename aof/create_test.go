package aof_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/aof"
	"github.com/miniredisd/miniredisd/aof/memfs"
)

func dumpOf(text string) func(io.Writer) error {
	return func(w io.Writer) error {
		for _, half := range []string{text[:len(text)/2], text[len(text)/2:]} {
			if _, err := io.WriteString(w, half); err != nil {
				return err
			}
		}
		return nil
	}
}

func TestCreate(t *testing.T) {
	for _, tc := range []struct {
		name     string
		fs       *memfs.FS
		manifest string
		gone     []string
	}{
		{"fresh", memfs.New(dir), "file appendonly.aof.2.base.aof seq 2 type b\nfile appendonly.aof.2.incr.aof seq 2 type i\n",
			[]string{baseF, incrF}},
		{"in place of a log", disk(cmd("SET old 1"), cmd("SET old 2"), cmd("SET old 3")),
			"file appendonly.aof.2.base.aof seq 2 type b\nfile appendonly.aof.3.incr.aof seq 3 type i\n",
			[]string{baseF, incrF, folder + "appendonly.aof.2.incr.aof"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			l, err := aof.Create(aof.Options{Dir: dir, FS: tc.fs, Tick: make(chan time.Time)}, dumpOf(cmd("SET a 1")+cmd("SET b 2")))
			require.NoError(t, err)
			c := tc.fs.Crash(nil)
			require.Equal(t, tc.manifest, string(c.ReadFile(maniF)))
			for _, name := range tc.gone {
				require.Nil(t, tc.fs.ReadFile(name), name)
			}
			more := cmd("SET c 3")
			l.Feed([]byte(more), int64(len(more)))
			require.NoError(t, l.WaitSynced(int64(len(more))))
			base := int64(len(cmd("SET a 1") + cmd("SET b 2")))
			require.Equal(t, aof.Stats{Size: base + int64(len(more)), BaseSize: base, LastWriteOK: true}, l.Stats())
			require.NoError(t, l.Close())
			got, _, err := load(aof.Options{FS: tc.fs.Crash(nil)})
			require.NoError(t, err)
			require.Equal(t, []string{"SET a 1", "SET b 2", "SELECT 0", "SET c 3"}, got)
		})
	}
}

func TestCreateKeepsHistory(t *testing.T) {
	f := disk(cmd("SET old 1"), cmd("SET old 2"))
	l, err := aof.Create(aof.Options{Dir: dir, FS: f, KeepHistory: true}, dumpOf(cmd("SET a 1")))
	require.NoError(t, err)
	require.NoError(t, l.Close())
	require.Equal(t, "file appendonly.aof.2.base.aof seq 2 type b\n"+
		"file appendonly.aof.1.base.aof seq 1 type h\nfile appendonly.aof.1.incr.aof seq 1 type h\n"+
		"file appendonly.aof.2.incr.aof seq 2 type i\n", string(f.ReadFile(maniF)))
	require.Equal(t, cmd("SET old 1"), string(f.ReadFile(baseF)))
}

func TestCreateRefusesFilesWithoutManifest(t *testing.T) {
	f := disk(cmd("SET a 1"))
	require.NoError(t, f.Remove(maniF))
	_, err := aof.Create(aof.Options{Dir: dir, FS: f}, dumpOf(cmd("SET b 2")))
	require.ErrorContains(t, err, "has data")
	require.Equal(t, cmd("SET a 1"), string(f.ReadFile(baseF)))
}

func TestCreateFailsWithItsDump(t *testing.T) {
	f := disk(cmd("SET old 1"), cmd("SET old 2"))
	_, err := aof.Create(aof.Options{Dir: dir, FS: f}, func(w io.Writer) error {
		io.WriteString(w, "*2")
		return errors.New("no more")
	})
	require.ErrorContains(t, err, "no more")
	require.Nil(t, f.ReadFile(folder+"appendonly.aof.2.base.aof"))
	got, _, err := load(aof.Options{FS: f})
	require.NoError(t, err)
	require.Equal(t, []string{"SET old 1", "SELECT 0", "SET old 2"}, got)
}

// TestCreateCrashAtEveryStep lets one operation after the other fail, takes what the disk holds then, with and without
// what was not synced, and expects the old log or the new one, with which Open and Create go on.
func TestCreateCrashAtEveryStep(t *testing.T) {
	const was, is = "SET old 1|SELECT 0|SET old 2", "SET a 1|SET b 2"
	for _, start := range []struct {
		disk func() *memfs.FS
		was  string
	}{
		{func() *memfs.FS { return memfs.New(dir) }, ""},
		{func() *memfs.FS { return disk(cmd("SET old 1"), cmd("SET old 2")) }, was},
	} {
		for step := 0; ; step++ {
			f := start.disk()
			n := 0
			var crashed []*memfs.FS
			f.SetFault(func(memfs.Op, string, int) (int, error) {
				if n++; n <= step {
					return 0, nil
				}
				if crashed == nil {
					crashed = append(crashed, f.Crash(nil), f.Crash(func(n int) int { return n }), f.Crash(func(n int) int { return n / 2 }))
				}
				return 0, errors.New("crash")
			})
			l, err := aof.Create(aof.Options{Dir: dir, FS: f}, dumpOf(cmd("SET a 1")+cmd("SET b 2")))
			f.SetFault(nil)
			// Also what a process leaves that is told of the failure and goes on.
			for _, c := range append(crashed, f.Crash(nil), f) {
				got, _, loadErr := load(aof.Options{FS: c})
				require.NoError(t, loadErr, "step %d", step)
				require.Contains(t, []string{start.was, is}, strings.Join(got, "|"), "step %d", step)
				for _, open := range []func() (*aof.Log, error){
					func() (*aof.Log, error) { return aof.Open(aof.Options{Dir: dir, FS: c}) },
					func() (*aof.Log, error) { return aof.Create(aof.Options{Dir: dir, FS: c}, dumpOf(cmd("SET c 3"))) },
				} {
					again, err := open()
					require.NoError(t, err, "step %d", step)
					require.NoError(t, again.Close())
				}
				got, _, loadErr = load(aof.Options{FS: c})
				require.NoError(t, loadErr)
				require.Equal(t, []string{"SET c 3"}, got)
			}
			if err == nil {
				l.Close()
				break
			}
		}
	}
}
