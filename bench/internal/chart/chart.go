// Package chart draws results as bars: of each server a bar as high as the median, with a line from the least to the greatest
// of the rounds. It imports package stats alone.
package chart

import (
	"errors"
	"fmt"
	"image/color"
	"math"
	"os"

	"github.com/miniredisd/miniredisd/bench/internal/stats"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// Chart is a figure of several servers, in groups: a group for each thing that was measured.
type Chart struct {
	Title string
	Unit  string // what the height of a bar means
	// Log makes the heights logarithmic, for figures of several orders of magnitude. What is not above 0 has no height then.
	Log    bool
	Groups []string
	Bars   []Bars
}

// Bars are the bars of one server, one in each group. A group without measurement has the zero Summary, and no bar.
type Bars struct {
	Name   string
	Values []stats.Summary
}

// colors tell the servers apart, also for the color-blind.
var colors = []color.Color{
	color.RGBA{0x00, 0x72, 0xb2, 0xff}, color.RGBA{0xd5, 0x5e, 0x00, 0xff}, color.RGBA{0x00, 0x9e, 0x73, 0xff},
	color.RGBA{0xcc, 0x79, 0xa7, 0xff}, color.RGBA{0x56, 0xb4, 0xe9, 0xff}, color.RGBA{0xe6, 0x9f, 0x00, 0xff},
}

const (
	height   = 9 * vg.Centimeter
	margin   = 4 * vg.Centimeter   // beside the groups, for the axis
	perGroup = 2.2 * vg.Centimeter // the least width of a group
	perBar   = 0.9 * vg.Centimeter
	edge     = 3 * vg.Millimeter
	textSize = 10
)

// WriteFile draws the chart into an SVG file.
func (c Chart) WriteFile(file string) error {
	p, err := c.plot()
	if err != nil {
		return err
	}
	groups := max(len(c.Groups), 3) // the legend needs some width
	width := margin + font.Length(groups)*max(perGroup, perBar*font.Length(len(c.Bars)+1))
	canvas := vgsvg.New(width, height)
	p.Draw(draw.Crop(draw.New(canvas), edge, -edge, edge, -edge))
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	_, err = canvas.WriteTo(f)
	return errors.Join(err, f.Close())
}

func (c Chart) plot() (*plot.Plot, error) {
	low, high := math.Inf(1), 0.0
	for _, b := range c.Bars {
		if len(b.Values) != len(c.Groups) {
			return nil, fmt.Errorf("chart: %d values of %s for %d groups", len(b.Values), b.Name, len(c.Groups))
		}
		for _, v := range b.Values {
			if v == (stats.Summary{}) {
				continue
			}
			high = max(high, v.Max)
			if v.Min > 0 {
				low = min(low, v.Min)
			}
		}
	}
	if high <= 0 {
		return nil, errors.New("chart: there is nothing that could be drawn")
	}
	p := plot.New()
	p.Title.Text, p.Y.Label.Text = c.Title, c.Unit
	p.Title.TextStyle.Font.Size, p.Title.Padding = textSize+2, vg.Points(6)
	p.Y.Label.TextStyle.Font.Size = textSize
	p.Legend.Top, p.Legend.TextStyle.Font.Size, p.Legend.Padding = true, textSize, vg.Points(2)
	p.NominalX(c.Groups...)
	p.X.Tick.Label.Font.Size, p.X.Tick.Label.YAlign = textSize, text.YTop
	p.X.Min, p.X.Max = -0.5, float64(len(c.Groups))-0.5
	// Above the bars there is room for the legend.
	p.Y.Min, p.Y.Max = 0, high*(1.1+0.08*float64(len(c.Bars)))
	if c.Log {
		p.Y.Scale, p.Y.Tick.Marker = plot.LogScale{}, plot.LogTicks{Prec: -1}
		p.Y.Min, p.Y.Max = math.Pow(10, math.Floor(math.Log10(min(low, high)))), math.Pow(10, math.Ceil(math.Log10(high)+0.3))
	}
	grid := plotter.NewGrid()
	grid.Vertical.Color, grid.Horizontal.Color = nil, color.Gray{0xd8}
	p.Add(grid)
	for i, b := range c.Bars {
		bars := drawn{b, i, len(c.Bars), colors[i%len(colors)]}
		p.Add(bars)
		p.Legend.Add(b.Name, bars)
	}
	return p, nil
}

// drawn are the bars of the i-th of n servers.
type drawn struct {
	Bars
	i, n  int
	color color.Color
}

// Plot draws the bars. Group g is at g on the axis; four fifths of its width are for bars.
func (d drawn) Plot(c draw.Canvas, p *plot.Plot) {
	x, scale := p.Transforms(&c)
	y := func(v float64) vg.Length { return scale(max(v, p.Y.Min)) }
	width := 0.8 / float64(d.n)
	for g, v := range d.Values {
		if v == (stats.Summary{}) {
			continue
		}
		left := float64(g) - 0.4 + width*float64(d.i)
		a, b, floor, top := x(left+width*0.05), x(left+width*0.95), y(p.Y.Min), y(v.Median)
		c.FillPolygon(d.color, []vg.Point{{X: a, Y: floor}, {X: a, Y: top}, {X: b, Y: top}, {X: b, Y: floor}})
		if v.Min == v.Max {
			continue
		}
		middle, cap := (a+b)/2, (b-a)/6
		least, greatest := y(v.Min), y(v.Max)
		c.StrokeLines(draw.LineStyle{Color: color.Gray{0x40}, Width: vg.Points(1)},
			[]vg.Point{{X: middle, Y: least}, {X: middle, Y: greatest}},
			[]vg.Point{{X: middle - cap, Y: least}, {X: middle + cap, Y: least}},
			[]vg.Point{{X: middle - cap, Y: greatest}, {X: middle + cap, Y: greatest}})
	}
}

// Thumbnail draws the mark of the legend.
func (d drawn) Thumbnail(c *draw.Canvas) {
	c.FillPolygon(d.color, []vg.Point{c.Min, {X: c.Min.X, Y: c.Max.Y}, c.Max, {X: c.Max.X, Y: c.Min.Y}})
}
