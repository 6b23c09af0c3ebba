package aof_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/aof"
	"github.com/miniredisd/miniredisd/aof/memfs"
)

const (
	dir    = "/data"
	folder = "/data/appendonlydir/"
	baseF  = folder + "appendonly.aof.1.base.aof"
	incrF  = folder + "appendonly.aof.1.incr.aof"
	maniF  = folder + "appendonly.aof.manifest"
)

// cmd is a command as RESP; words are split at spaces.
func cmd(words string) string {
	args := strings.Fields(words)
	s := fmt.Sprintf("*%d\r\n", len(args))
	for _, a := range args {
		s += fmt.Sprintf("$%d\r\n%s\r\n", len(a), a)
	}
	return s
}

// disk is a file system with a log of a base and the given incr files.
func disk(base string, incrs ...string) *memfs.FS {
	f := memfs.New(dir)
	manifest := "file appendonly.aof.1.base.aof seq 1 type b\n"
	f.WriteFile(baseF, []byte(base))
	for i, s := range incrs {
		name := fmt.Sprintf("appendonly.aof.%d.incr.aof", i+1)
		manifest += fmt.Sprintf("file %s seq %d type i\n", name, i+1)
		f.WriteFile(folder+name, []byte(s))
	}
	f.WriteFile(maniF, []byte(manifest))
	return f
}

// load loads a log and returns the commands, words joined by spaces.
func load(o aof.Options) ([]string, aof.LoadStats, error) {
	var got []string
	o.Dir = dir
	st, err := aof.Load(o, func(args [][]byte) error {
		words := make([]string, len(args))
		for i, a := range args {
			words[i] = string(a)
		}
		got = append(got, strings.Join(words, " "))
		return nil
	})
	return got, st, err
}

func TestLoad(t *testing.T) {
	const empty = "REDIS0010\xff\x00\x00\x00\x00\x00\x00\x00\x00"
	set := cmd("SET k v")
	for _, tc := range []struct {
		name string
		fs   *memfs.FS
		want []string
		err  string
	}{
		{"no log", memfs.New(dir), nil, ""},
		{"empty files", disk("", ""), nil, ""},
		{"files in order", disk(cmd("SET a 1"), cmd("SET b 2"), "", cmd("SET c 3")),
			[]string{"SET a 1", "SELECT 0", "SET b 2", "SELECT 0", "SET c 3"}, ""},
		{"unit", disk("", cmd("multi")+cmd("SET a 1")+cmd("DEL b c")+cmd("Exec")+set),
			[]string{"SELECT 0", "SET a 1", "DEL b c", "SET k v"}, ""},
		{"empty unit and empty argument", disk(cmd("MULTI") + cmd("EXEC") + "*2\r\n$1\r\nX\r\n$0\r\n\r\n"), []string{"X "}, ""},
		{"annotations", disk("#TS:123\r\n" + set + "#TS:124\r\n" + cmd("MULTI") + "#x\n" + set + cmd("EXEC") + "#end\r\n"),
			[]string{"SET k v", "SET k v"}, ""},
		{"empty RDB base", disk(empty, set), []string{"SELECT 0", "SET k v"}, ""},
		{"empty RDB preamble", disk(empty + set), []string{"SET k v"}, ""},
		{"RDB with data", disk("REDIS0010\x00\x01k\x01v\xff", set), nil, "there is no loader for RDB files"},
		{"torn RDB", disk("REDIS0010"), nil, "unexpected EOF"},
		{"torn middle file", disk(set[:9], set), nil, "the truncated file is not the last file"},
		{"unit over two files", disk(cmd("MULTI")+set, cmd("EXEC")), nil, "not the last file"},
		{"garbage", disk(set + "hello\r\n" + set), []string{"SET k v"}, "at offset 27"},
		{"EXEC alone", disk(set + cmd("EXEC")), []string{"SET k v"}, "unbalanced"},
		{"MULTI in MULTI", disk(cmd("MULTI") + cmd("MULTI")), nil, "unbalanced"},
		{"no arguments", disk("*0\r\n"), nil, "without arguments"},
		{"negative length", disk("*1\r\n$-1\r\n"), nil, "invalid length"},
		{"huge number", disk("*1\r\n$99999999999999999999\r\n"), nil, "invalid length"},
		{"long annotation", disk("#" + strings.Repeat("x", 2000) + "\n"), nil, "annotation"},
		{"wrong length", disk("*1\r\n$3\r\nPINGS\r\n" + set), nil, `expected '\r', got 'G'`},
		{"zeros, then data", disk(set + "\x00\x00" + set), []string{"SET k v"}, "at offset 27"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, st, err := load(aof.Options{FS: tc.fs, LoadTruncated: true})
			if tc.err != "" {
				require.ErrorContains(t, err, tc.err)
			} else {
				require.NoError(t, err)
			}
			require.Equal(t, tc.want, got)
			require.Equal(t, tc.fs.ReadFile(maniF) != nil, st.Found)
			require.Zero(t, st.Truncated)
		})
	}
}

func TestLoadMissingFile(t *testing.T) {
	f := disk("")
	require.NoError(t, f.Remove(baseF))
	_, _, err := load(aof.Options{FS: f})
	require.ErrorContains(t, err, "doesn't exist")
	f.WriteFile(maniF, nil)
	_, _, err = load(aof.Options{FS: f})
	require.ErrorContains(t, err, "empty AOF manifest")
}

func TestLoadOptions(t *testing.T) {
	_, _, err := load(aof.Options{FS: memfs.New(dir), FileName: "a/b"})
	require.ErrorContains(t, err, "appendfilename")
	_, _, err = load(aof.Options{FS: memfs.New(dir), DirName: ".."})
	require.ErrorContains(t, err, "appenddirname")
}

func TestLoadRDBHook(t *testing.T) {
	f := disk("REDISdata"+cmd("SET a 1"), "")
	got, _, err := load(aof.Options{FS: f, LoadRDB: func(r io.Reader) error {
		b := make([]byte, len("REDISdata"))
		_, err := io.ReadFull(r, b)
		require.Equal(t, "REDISdata", string(b))
		return err
	}})
	require.NoError(t, err)
	require.Equal(t, []string{"SET a 1"}, got)
	_, _, err = load(aof.Options{FS: f, LoadRDB: func(io.Reader) error { return errors.New("bad opcode") }})
	require.ErrorContains(t, err, "bad opcode")
}

func TestLoadApplyError(t *testing.T) {
	f := disk(cmd("SET a 1") + cmd("MULTI") + cmd("NOPE"))
	f.WriteFile(baseF, []byte(cmd("SET a 1")+cmd("NOPE")))
	_, err := aof.Load(aof.Options{Dir: dir, FS: f}, func(args [][]byte) error {
		if string(args[0]) == "NOPE" {
			return errors.New("unknown command")
		}
		return nil
	})
	require.ErrorContains(t, err, "command at offset 27: unknown command")
}

func TestLoadProgress(t *testing.T) {
	const n = 300_000
	big := fmt.Sprintf("*2\r\n$3\r\nSET\r\n$%d\r\n%s\r\n", n, strings.Repeat("x", n))
	f := disk(big, strings.Repeat(big, 9))
	var lines, calls int
	var last int64
	now := time.Unix(1000, 0)
	_, st, err := load(aof.Options{FS: f,
		Now: func() time.Time { return now },
		Progress: func(done, total int64) {
			calls++
			require.Greater(t, done, last)
			require.LessOrEqual(t, done, total)
			last = done
			now = now.Add(time.Second)
		},
		Logf: func(_ byte, format string, _ ...any) {
			if strings.HasPrefix(format, "Loading") {
				lines++
			}
		}})
	require.NoError(t, err)
	require.Equal(t, st.Bytes, last)
	require.EqualValues(t, len(big), st.BaseBytes)
	require.Equal(t, 3*time.Second, st.Took)
	require.Equal(t, 3, calls, "at 1.2 and 2.4 MB and at the end")
	require.Equal(t, 1, lines, "one in two seconds")
}

// unitsOf is a log and, behind each whole unit, its offset and the commands
// delivered until there.
func unitsOf() (log string, ends []int, counts []int) {
	add := func(n int, s string) {
		log += s
		last := 0
		if len(counts) > 0 {
			last = counts[len(counts)-1]
		}
		ends, counts = append(ends, len(log)), append(counts, last+n)
	}
	add(0, "")
	add(1, cmd("SELECT 0"))
	add(1, cmd("SET key value"))
	add(2, cmd("MULTI")+cmd("SET a 1")+cmd("RPUSH list a b c")+cmd("EXEC"))
	add(1, "#TS:1700000000\r\n"+cmd("DEL a"))
	add(1, "*2\r\n$3\r\nGET\r\n$4\r\n\r\n*1\r\n")
	add(3, cmd("MULTI")+cmd("INCR n")+"#TS:1700000001\r\n"+cmd("INCR n")+cmd("INCR n")+cmd("EXEC"))
	return log, ends, counts
}

func TestTruncationAtEveryByte(t *testing.T) {
	log, ends, counts := unitsOf()
	all, _, err := load(aof.Options{FS: disk(log)})
	require.NoError(t, err)
	require.Len(t, all, counts[len(counts)-1])
	for _, zeros := range []string{"", "\x00", strings.Repeat("\x00", 5000)} {
		for cut := 0; cut <= len(log); cut++ {
			unit := 0
			for unit+1 < len(ends) && ends[unit+1] <= cut {
				unit++
			}
			whole := ends[unit]
			content := log[:cut] + zeros
			f := disk("", content)
			var want []string
			if len(content) > 0 {
				want = append([]string{"SELECT 0"}, all[:counts[unit]]...)
			}
			// An annotation is no unit: with it alone nothing is torn.
			torn := len(content) > whole && content[whole:] != "#TS:1700000000\r\n"

			got, _, err := load(aof.Options{FS: f})
			var ce *aof.CorruptError
			if torn {
				require.ErrorAs(t, err, &ce, "cut at %d", cut)
				require.True(t, ce.Torn)
				require.EqualValues(t, whole, ce.Offset)
				require.Contains(t, ce.Error(), "redis-check-aof --fix "+maniF)
				require.Contains(t, ce.Error(), incrF)
				require.Equal(t, content, string(f.ReadFile(incrF)), "refusing changes nothing")
			} else {
				require.NoError(t, err, "cut at %d", cut)
			}
			require.Equal(t, want, got, "cut at %d", cut)

			got, st, err := load(aof.Options{FS: f, LoadTruncated: true})
			require.NoError(t, err)
			require.Equal(t, want, got)
			if torn {
				require.EqualValues(t, len(content)-whole, st.Truncated)
				require.Equal(t, log[:whole], string(f.Crash(nil).ReadFile(incrF)), "the cut is durable")
			}
			_, _, err = load(aof.Options{FS: f})
			require.NoError(t, err, "what was cut loads")
		}
	}
}

func TestCutFails(t *testing.T) {
	f := disk(cmd("SET a 1")[:10])
	f.SetFault(func(op memfs.Op, _ string, _ int) (int, error) {
		if op == memfs.OpTruncate {
			return 0, errors.New("read-only file system")
		}
		return 0, nil
	})
	_, _, err := load(aof.Options{FS: f, LoadTruncated: true})
	require.ErrorContains(t, err, "error truncating the AOF file")
}

func TestUpgrade(t *testing.T) {
	old := dir + "/appendonly.aof"
	set := cmd("SET a 1")
	f := memfs.New(dir)
	f.WriteFile(old, []byte(set))
	f.SetFault(func(op memfs.Op, name string, _ int) (int, error) {
		if op == memfs.OpRename && !strings.HasSuffix(name, "manifest") {
			return 0, errors.New("crash")
		}
		return 0, nil
	})
	_, _, err := load(aof.Options{FS: f})
	require.ErrorContains(t, err, "crash")

	f = f.Crash(nil) // between the manifest and the move
	require.NotNil(t, f.ReadFile(old))
	got, _, err := load(aof.Options{FS: f})
	require.NoError(t, err)
	require.Equal(t, []string{"SET a 1"}, got)

	f = f.Crash(nil)
	require.Nil(t, f.ReadFile(old))
	require.Equal(t, "file appendonly.aof seq 1 type b\n", string(f.ReadFile(maniF)))
	l, err := aof.Open(aof.Options{Dir: dir, FS: f})
	require.NoError(t, err)
	require.NoError(t, l.Close())
	f.WriteFile(old, []byte("an old file beside a complete log is left alone"))
	got, _, err = load(aof.Options{FS: f})
	require.NoError(t, err)
	require.Equal(t, []string{"SET a 1"}, got)
	require.NotNil(t, f.ReadFile(old))
}

func FuzzLoad(f *testing.F) {
	log, _, _ := unitsOf()
	f.Add([]byte(log))
	f.Add([]byte(log[:100] + "\x00\x00\x00"))
	f.Add([]byte("REDIS0010\xff\x00\x00\x00\x00\x00\x00\x00\x00*1\r\n$4\r\nPING\r\n"))
	f.Add([]byte("*1\r\n$999999999\r\nx"))
	f.Add([]byte("*99999999999\r\n$1\r\nx\r\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		d := disk("", string(b))
		got, _, err := load(aof.Options{FS: d, LoadTruncated: true})
		if err != nil {
			return
		}
		again, st, err := load(aof.Options{FS: d})
		require.NoError(t, err, "what was loaded, perhaps after a cut, loads again")
		if len(got) > 1 {
			require.Equal(t, got, again)
		}
		require.Zero(t, st.Truncated)
	})
}
