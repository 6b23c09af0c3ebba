// Package lint keeps the house in order: tests that read the source tree and fail when a rule of the project is broken.
package lint

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/miniredisd/miniredisd/"

// layers are the packages from the ground up; a package may import only what stands in a layer before its own. The
// longest matching prefix counts.
var layers = [][]string{
	{"internal/clock", "internal/double", "internal/drivertest", "internal/glob", "internal/latency", "internal/longdouble", "internal/memconn",
		"internal/rounds", "internal/slowlog", "script/number", "script/lua/pattern"},
	{"resp", "expire", "store/ds", "server/driver", "script/lua/auxlib"},
	{"config", "oplog", "script/lua", "script/ldb"},
	{"store", "pubsub"},
	{"rdb", "tracking"},
	{"aof", "command"},
	{"command/"}, // the groups
	{"command/all", "acl", "script"},
	{"server"},
	{"miniredis", "cmd", "internal/commanddocs"},
	{"tests", "internal/lint", "command/commandtest"}, // what only tests import
}

// maxLines is the length of a file beyond which it is about more than one thing.
const maxLines = 600

type source struct {
	path string // from the module's root, with slashes
	text []byte
	ast  *ast.File
}

// sources parses every Go file of the main module.
func sources(t *testing.T) []source {
	root := filepath.Join("..", "..")
	var all []source
	fset := token.NewFileSet()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if path != root && (strings.HasPrefix(d.Name(), ".") || isModule(path)) {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(fset, path, text, parser.ParseComments)
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, path)
		all = append(all, source{filepath.ToSlash(rel), text, file})
		return nil
	})
	require.NoError(t, err)
	require.Greater(t, len(all), 50)
	return all
}

func isModule(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "go.mod"))
	return err == nil
}

// layerOf returns the layer of a package and the prefix that put it there; -1 when none does.
func layerOf(pkg string) (layer int, prefix string) {
	layer = -1
	for i, names := range layers {
		for _, n := range names {
			below := strings.TrimSuffix(n, "/") + "/"
			if (pkg == n || strings.HasPrefix(pkg, below)) && len(n) > len(prefix) {
				layer, prefix = i, n
			}
		}
	}
	return layer, prefix
}

func TestImportsPointOneWay(t *testing.T) {
	for _, s := range sources(t) {
		pkg := filepath.ToSlash(filepath.Dir(s.path))
		mine, _ := layerOf(pkg)
		if mine < 0 {
			t.Errorf("%s: package %s stands in no layer; give it one in internal/lint", s.path, pkg)
			continue
		}
		if strings.HasSuffix(s.path, "_test.go") {
			continue // a test may look from anywhere at anything
		}
		for _, imp := range s.ast.Imports {
			path, _ := strconv.Unquote(imp.Path.Value)
			other, ours := strings.CutPrefix(path, module)
			if !ours {
				continue
			}
			if theirs, _ := layerOf(other); theirs > mine || theirs == mine && !sameHouse(pkg, other) {
				t.Errorf("%s imports %s, which does not stand below it", s.path, other)
			}
		}
	}
}

// sameHouse reports whether two packages of one layer may know each other: what lies inside a package may know it, and
// structures may build on structures.
func sameHouse(pkg, other string) bool {
	if strings.HasPrefix(pkg, other+"/") {
		return true
	}
	for _, house := range []string{"store/ds/", "tests/"} {
		if strings.HasPrefix(pkg, house) && strings.HasPrefix(other, house) {
			return true
		}
	}
	return false
}

func TestFilesAreAboutOneThing(t *testing.T) {
	for _, s := range sources(t) {
		if n := bytes.Count(s.text, []byte("\n")); n > maxLines {
			t.Errorf("%s has %d lines, more than %d", s.path, n, maxLines)
		}
		for _, word := range []string{"util", "helper", "manager", "common"} {
			if strings.Contains(strings.ToLower(filepath.Base(s.path)), word) {
				t.Errorf("%s: a file's name says what it is about; %q does not", s.path, word)
			}
		}
	}
}

func TestPackagesSayWhatTheyAre(t *testing.T) {
	documented := map[string]bool{}
	for _, s := range sources(t) {
		dir := filepath.Dir(s.path)
		documented[dir] = documented[dir] || s.ast.Doc != nil
	}
	for dir, ok := range documented {
		if !ok {
			t.Errorf("package %s has no doc comment", dir)
		}
	}
}

func TestExportedNamesAreDocumented(t *testing.T) {
	for _, s := range sources(t) {
		if strings.HasSuffix(s.path, "_test.go") {
			continue
		}
		for _, d := range s.ast.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() && d.Doc == nil && exportedReceiver(d) {
					t.Errorf("%s: %s has no doc comment", s.path, d.Name.Name)
				}
			case *ast.GenDecl:
				for _, name := range undocumented(d) {
					t.Errorf("%s: %s has no doc comment", s.path, name)
				}
			}
		}
	}
}

func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	typ := d.Recv.List[0].Type
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	switch x := typ.(type) {
	case *ast.IndexExpr:
		typ = x.X
	case *ast.IndexListExpr:
		typ = x.X
	}
	id, ok := typ.(*ast.Ident)
	return ok && id.IsExported()
}

// undocumented lists the exported names of a declaration that neither have a comment nor stand in a group with one.
func undocumented(d *ast.GenDecl) (names []string) {
	for _, spec := range d.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			if spec.Name.IsExported() && d.Doc == nil && spec.Doc == nil {
				names = append(names, spec.Name.Name)
			}
		case *ast.ValueSpec:
			if spec.Names[0].IsExported() && d.Doc == nil && spec.Doc == nil && spec.Comment == nil {
				names = append(names, spec.Names[0].Name)
			}
		}
	}
	return names
}
