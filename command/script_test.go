package command

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestScriptEitherWritesOrIsKilled(t *testing.T) {
	for range 1000 {
		kills := 0
		s := &Script{Kill: func() { kills++ }}
		var wrote, killed bool
		var both sync.WaitGroup
		both.Go(func() { wrote = s.Write() })
		both.Go(func() { killed = s.KillUnlessWrote() })
		both.Wait()
		require.NotEqual(t, wrote, killed)
		require.Equal(t, wrote, s.Wrote())
		require.Equal(t, killed, kills == 1)
		require.Equal(t, wrote, s.Write(), "it stays so")
		require.Equal(t, killed, s.KillUnlessWrote())
	}
}
