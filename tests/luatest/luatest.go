// Package luatest runs pieces of Lua beside the libraries of scripts: in a plain state of ours and, with -tags compat, in a real
// redis-server, and compares.
package luatest

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/miniredisd/miniredisd/script/lua/bit"
	"github.com/miniredisd/miniredisd/script/lua/cjson"
	"github.com/miniredisd/miniredisd/script/lua/cmsgpack"
	"github.com/miniredisd/miniredisd/script/lua/structs"
)

// chunk is what scripts are called in error texts.
const chunk = "user_script"

// prelude makes one text of whatever a piece of Lua returns or raises. Tables are written with their keys in order, numbers so
// that no bit is lost. Everything stands on one line, so that the piece begins at a line that is easily told.
const prelude = `
local function show(v, depth)
  local t = type(v)
  if t == 'number' then
    if v ~= v then return 'nan' end
    if v == 1/0 then return 'inf' elseif v == -1/0 then return '-inf' end
    return string.format('%.17g', v)
  elseif t == 'string' then return '"' .. v .. '"'
  elseif t == 'table' then
    if depth > 20 then return '{...}' end
    local parts = {}
    for k, e in pairs(v) do parts[#parts + 1] = '[' .. show(k, depth + 1) .. ']=' .. show(e, depth + 1) end
    table.sort(parts)
    return '{' .. table.concat(parts, ',') .. '}'
  elseif t == 'userdata' then return v == cjson.null and 'null' or 'userdata'
  elseif t == 'nil' or t == 'boolean' then return tostring(v) end
  return t
end
local function results(ok, ...)
  local parts = {}
  for i = 1, select('#', ...) do parts[i] = show((select(i, ...)), 0) end
  return (ok and '' or 'error ') .. table.concat(parts, ' ')
end
return results(pcall(function() `

// wrap returns the script that runs a piece.
func wrap(piece string) string {
	return strings.ReplaceAll(strings.TrimPrefix(prelude, "\n"), "\n", " ") + piece + "\nend))"
}

// NewState returns a plain state with the libraries.
func NewState() *lua.LState {
	L := lua.NewState(lua.Options{RegistrySize: 1024, RegistryMaxSize: 1 << 20})
	for name, open := range map[string]func(*lua.LState) *lua.LTable{
		"bit": bit.Open, "cjson": openCJSON, "cmsgpack": cmsgpack.Open, "struct": structs.Open,
	} {
		L.SetGlobal(name, open(L))
	}
	return L
}

// openCJSON opens the library without a sandbox, so nothing is protected.
func openCJSON(L *lua.LState) *lua.LTable { return cjson.Open(L, func(*lua.LTable) {}) }

// Run runs a piece of Lua in a state of its own and returns what came out as one text. args are in ARGV.
func Run(piece string, args ...string) (string, error) {
	L := NewState()
	defer L.Close()
	argv := L.NewTable()
	for _, a := range args {
		argv.Append(lua.LString(a))
	}
	L.SetGlobal("ARGV", argv)
	fn, err := L.Load(strings.NewReader(wrap(piece)), chunk)
	if err != nil {
		return "", fmt.Errorf("%s: %w", piece, err)
	}
	L.Push(fn)
	if err := L.PCall(0, 1, nil); err != nil {
		return "", fmt.Errorf("%s: %w", piece, err)
	}
	return L.Get(-1).String(), nil
}
