package lists_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMoves(t *testing.T) {
	u := newUnit(t)
	u.PutString("string", "value")
	u.PutList("l", "a", "b", "12", "")
	u.rows(t, []row{
		{"LMOVE l m LEFT LEFT", "$1 a"},
		{"LMOVE l m right LEFT", "$0 "},
		{"LMOVE l m RIGHT right", "$2 12"},
		{"LRANGE m 0 -1", "*3 $0  $1 a $2 12"},
		{"RPOPLPUSH m m", "$2 12"},
		{"RPOPLPUSH l m", "$1 b"},
		{"LLEN l", ":0"},
		{"LRANGE m 0 -1", "*4 $1 b $2 12 $0  $1 a"},
		{"LMOVE m m LEFT LEFT", "$1 b"},
		{"LMOVE nothing m LEFT LEFT", "$-1"},
		{"RPOPLPUSH nothing string", "$-1"},
		{"LMOVE m string LEFT LEFT", wrongType},
		{"LMOVE string m LEFT LEFT", wrongType},
		{"LMOVE string m UP LEFT", syntax},
		{"LMOVE m m LEFT UP", syntax},
		{"RPOPLPUSH m string", wrongType},
	})
	u.Out.Proto = 3
	require.Equal(t, "_", u.Do("LMOVE nothing m LEFT LEFT"))
}

func TestLmpop(t *testing.T) {
	const noCount, noKeys = "-ERR count should be greater than 0", "-ERR numkeys should be greater than 0"
	u := newUnit(t)
	u.PutString("string", "value")
	u.PutList("l", "a", "b", "c", "d")
	u.rows(t, []row{
		{"LMPOP 1 l LEFT", "*2 $1 l *1 $1 a"},
		{"LMPOP 3 nothing l string RIGHT COUNT 2", "*2 $1 l *2 $1 d $1 c"},
		{"LMPOP 2 string l LEFT", wrongType},
		{"LMPOP 1 l left count 9223372036854775807", "*2 $1 l *1 $1 b"},
		{"LMPOP 2 l l LEFT COUNT 3", "*-1"},
		{"LMPOP 0 l LEFT", noKeys}, {"LMPOP -1 l LEFT", noKeys}, {"LMPOP x l LEFT", noKeys},
		{"LMPOP 1 l UP", syntax}, {"LMPOP 2 l LEFT", syntax}, {"LMPOP 2 l LEFT COUNT", syntax},
		{"LMPOP 9223372036854775807 l LEFT", syntax}, {"LMPOP 1 l LEFT COUNT", syntax}, {"LMPOP 1 l LEFT x", syntax},
		{"LMPOP 1 l LEFT COUNT 0", noCount}, {"LMPOP 1 l LEFT COUNT x", noCount}, {"LMPOP 1 l LEFT COUNT 0 x", noCount},
		{"LMPOP 1 l LEFT COUNT 1 COUNT 1", syntax}, {"LMPOP 1 l LEFT x 1", syntax},
	})
	u.Out.Proto = 3
	require.Equal(t, "_", u.Do("LMPOP 1 nothing LEFT"))
}
