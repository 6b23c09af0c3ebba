package proc

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseRSS(t *testing.T) {
	got, err := parseRSS([]byte("Name:\tx\nVmHWM:\t  999 kB\nVmRSS:\t   12 kB\nRssAnon:\t 3 kB\n"))
	require.NoError(t, err)
	require.EqualValues(t, 12<<10, got)
	for _, bad := range []string{"", "VmRSS:\n", "VmRSS:\t12 MB\n", "VmRSS:\t-1 kB\n", "VmRSS:\t99999999999999999999 kB\n"} {
		_, err := parseRSS([]byte(bad))
		require.Error(t, err, "%q", bad)
	}
}
