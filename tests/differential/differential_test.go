package differential

import (
	"net"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/command/all"
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/server"
	"github.com/miniredisd/miniredisd/tests/wire"
)

// start starts one of our servers and returns its address.
func start(t *testing.T) string {
	t.Helper()
	cfg := config.New()
	require.NoError(t, cfg.Load(append([]string{"--port", "0", "--bind", "127.0.0.1", "--dir", t.TempDir()}, Options()...), nil))
	s, err := server.New(server.Options{Config: cfg})
	require.NoError(t, err)
	require.NoError(t, s.Start())
	t.Cleanup(func() { s.Close() })
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.Port()))
}

func learn(t *testing.T, addr string) *Knowledge {
	t.Helper()
	c, err := wire.Dial(addr)
	require.NoError(t, err)
	defer c.Close()
	k, err := Learn(c)
	require.NoError(t, err)
	return k
}

func catalogOf(t *testing.T, addr string, groups ...command.Group) *Catalog {
	t.Helper()
	c, err := NewCatalog(all.Registry(), learn(t, addr), groups...)
	require.NoError(t, err)
	return c
}

func TestOursAgainstOurs(t *testing.T) {
	redis, ours := start(t), start(t)
	c := catalogOf(t, redis)
	p := NewPair(c, redis, ours)
	defer p.Close()
	for i := range 60 {
		s := c.Draw(1, i)
		d, err := p.Run(s)
		require.NoError(t, err)
		if d != nil {
			s, d, err = p.Shrink(s, d)
			require.NoError(t, err)
			text, err := p.Transcript(s, d)
			require.NoError(t, err)
			t.Fatalf("%s\n%s", d, text)
		}
	}
}

// TestPlanted falsifies what one server says, and expects that to be found and shrunk to what is needed.
func TestPlanted(t *testing.T) {
	for name, c := range map[string]struct {
		change func(r Request, v wire.Value) wire.Value
		want   int // requests that show it
		last   string
	}{
		"a reply": {func(r Request, v wire.Value) wire.Value {
			if strings.EqualFold(r[0], "STRLEN") && v.Kind == wire.Int && v.Int64() > 40 {
				v.Text = "40"
			}
			return v
		}, 2, "STRLEN"},
		"an error": {func(r Request, v wire.Value) wire.Value {
			if strings.EqualFold(r[0], "GETRANGE") && len(r) > 2 && r[2] == "-1" && v.Kind == wire.Error {
				v.Text = strings.ToLower(v.Text)
			}
			return v
		}, 2, "GETRANGE"},
		"a state": {func(r Request, v wire.Value) wire.Value {
			if r[0] == "OBJECT" && r[1] == "ENCODING" && v.Text == "raw" {
				v.Text = "embstr"
			}
			return v
		}, 2, "OBJECT"},
	} {
		t.Run(name, func(t *testing.T) {
			redis, ours := start(t), start(t)
			p := NewPair(catalogOf(t, redis, command.String, command.Generic), redis, ours)
			defer p.Close()
			p.ours.change = c.change
			s, d := find(t, p)
			s, d, err := p.Shrink(s, d)
			require.NoError(t, err)
			text, err := p.Transcript(s, d)
			require.NoError(t, err)
			t.Log(text)
			require.LessOrEqual(t, len(s.Calls), c.want, text)
			require.Equal(t, c.last, strings.ToUpper(d.Request[0]))
			require.Contains(t, text, "# ours: ")
		})
	}
}

// find plays sequences until one shows a difference.
func find(t *testing.T, p *Pair) (*Sequence, *Difference) {
	t.Helper()
	for i := range 500 {
		s := p.catalog.Draw(7, i)
		d, err := p.Run(s)
		require.NoError(t, err)
		if d != nil {
			return s, d
		}
	}
	t.Fatal("no difference is found")
	return nil, nil
}

func TestSequencesFollowFromTheSeed(t *testing.T) {
	c := catalogOf(t, start(t))
	for i := range 20 {
		require.Equal(t, c.Draw(3, i), c.Draw(3, i))
		require.NotEqual(t, c.Draw(3, i), c.Draw(4, i))
	}
}

// TestEveryCommandIsDrawn checks that no command is left out but those with a reason, and that what is drawn fits its
// arity, most of the time.
func TestEveryCommandIsDrawn(t *testing.T) {
	c := catalogOf(t, start(t))
	drawn, fits, calls := map[string]int{}, 0, 0
	for i := range 1000 {
		for _, r := range c.Draw(5, i).Calls {
			args := make([][]byte, len(r))
			for i := range r {
				args[i] = []byte(r[i])
			}
			spec, _ := c.registry.Find(args)
			if spec == nil {
				continue
			}
			drawn[spec.FullName()]++
			calls++
			if spec.ArityOK(len(r)) {
				fits++
			}
		}
	}
	left := strings.Join(c.Left, "\n")
	for _, spec := range c.registry.All() {
		if spec.Run != nil && drawn[spec.FullName()] == 0 {
			require.Contains(t, "\n"+left, "\n"+spec.FullName()+": ", "neither drawn nor left out with a reason")
		}
	}
	require.Greater(t, fits, calls*9/10)
}
