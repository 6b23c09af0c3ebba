//go:build !compat

package luatest

import "testing"

func checkReal(*testing.T, string, []Fact) {}
