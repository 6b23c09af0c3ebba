package structs_test

import (
	"testing"

	"github.com/miniredisd/miniredisd/tests/luatest"
)

func TestFacts(t *testing.T) { luatest.Facts(t, "testdata/facts.txt") }
