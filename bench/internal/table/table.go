// Package table writes rows as aligned text, in a form that is also a Markdown table, so that a result can be pasted into
// a document. It imports package stats alone.
package table

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Table is a head and rows of cells. Columns whose head begins with '>' are set flush right, the others flush left.
type Table struct {
	head  []string
	right []bool
	rows  [][]string
}

// New returns a table with these columns.
func New(head ...string) *Table {
	t := &Table{right: make([]bool, len(head))}
	for i, h := range head {
		name, right := strings.CutPrefix(h, ">")
		t.head, t.right[i] = append(t.head, name), right
	}
	return t
}

// Row adds a row. Cells that are missing are empty; it panics on more cells than columns, which is a fault of the caller.
func (t *Table) Row(cells ...string) {
	if len(cells) > len(t.head) {
		panic(fmt.Sprintf("table: %d cells for %d columns", len(cells), len(t.head)))
	}
	row := make([]string, len(t.head))
	for i, c := range cells {
		row[i] = strings.ReplaceAll(c, "|", `\|`)
	}
	t.rows = append(t.rows, row)
}

// WriteTo writes the table.
func (t *Table) WriteTo(w io.Writer) (int64, error) {
	widths := make([]int, len(t.head))
	for _, row := range append([][]string{t.head}, t.rows...) {
		for i, c := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(c), 2) // a rule is at least two characters
		}
	}
	var b strings.Builder
	t.line(&b, t.head, widths)
	for i, width := range widths {
		if t.right[i] {
			b.WriteString("|" + strings.Repeat("-", width+1) + ":")
		} else {
			b.WriteString("|" + strings.Repeat("-", width+2))
		}
	}
	b.WriteString("|\n")
	for _, row := range t.rows {
		t.line(&b, row, widths)
	}
	n, err := io.WriteString(w, b.String())
	return int64(n), err
}

func (t *Table) line(b *strings.Builder, cells []string, widths []int) {
	for i, c := range cells {
		pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(c))
		if t.right[i] {
			b.WriteString("| " + pad + c + " ")
		} else {
			b.WriteString("| " + c + pad + " ")
		}
	}
	b.WriteString("|\n")
}
