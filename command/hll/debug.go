package hll

// PFDEBUG and PFSELFTEST: a look inside, for tests of servers and clients.

import (
	"encoding/binary"
	"math"
	"strconv"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store/ds/hll"
)

var debugSpecs = []command.Spec{
	{Name: "pfdebug", Group: command.HyperLogLog, Summary: "Shows the registers or the representation of a HyperLogLog.",
		Since: "2.8.9", Complexity: "O(1)", Arity: 3,
		Flags: command.Write | command.DenyOOM | command.Admin | command.System, Syntax: "subcommand key",
		Keys: command.KeyAt(2, command.RW|command.Access), Run: pfdebug},
	{Name: "pfselftest", Group: command.HyperLogLog, Summary: "Checks that HyperLogLogs work.",
		Since: "2.8.9", Complexity: "O(1)", Arity: 1,
		Flags: command.Admin | command.System, Run: pfselftest},
}

func pfdebug(c *command.Ctx) {
	if command.EqualFold(c.Args[1], "simd") {
		debugSIMD(c)
		return
	}
	e := c.Tx.Write(c.Args[2])
	if e == nil {
		c.Out.Error("ERR The specified key does not exist")
		return
	}
	if _, ok := sketchOf(c, e); !ok {
		return
	}
	s := unshared(c, e)
	switch sub := c.Args[1]; {
	case command.EqualFold(sub, "getreg"):
		getRegisters(c, s)
	case command.EqualFold(sub, "decode"):
		decode(c, s)
	case command.EqualFold(sub, "encoding"):
		if s.Dense() {
			c.Out.Status("dense")
		} else {
			c.Out.Status("sparse")
		}
	case command.EqualFold(sub, "todense"):
		converted := !s.Dense()
		if _, ok := makeDense(c, s); ok {
			c.Out.Bool(converted)
		}
	default:
		c.Out.Errorf("ERR Unknown PFDEBUG subcommand '%s'", sub)
	}
}

// debugSIMD takes the switch for vector instructions, of which there are none here.
func debugSIMD(c *command.Ctx) {
	if !command.EqualFold(c.Args[2], "on") && !command.EqualFold(c.Args[2], "off") {
		c.Out.Error("ERR Argument must be ON or OFF")
		return
	}
	c.Out.Status("disabled")
}

// makeDense gives the key the dense representation, and returns it. It replies an error when the value is corrupt.
func makeDense(c *command.Ctx, s hll.Sketch) (dense hll.Sketch, ok bool) {
	if s.Dense() {
		return s, true
	}
	dense, err := s.AppendDense(nil)
	if err != nil {
		c.Out.Error(errCorrupt)
		return nil, false
	}
	c.Tx.SetRaw(c.Args[2], dense)
	return dense, true
}

// getRegisters replies all registers. It makes the value dense, as Redis does.
func getRegisters(c *command.Ctx, s hll.Sketch) {
	s, ok := makeDense(c, s)
	if !ok {
		return
	}
	c.Out.Array(hll.Registers)
	for i := range hll.Registers {
		c.Out.Int(int64(s.Register(i)))
	}
}

// decode replies the runs of a sparse value: "z:length", "Z:length" for a long one, "v:value,length".
func decode(c *command.Ctx, s hll.Sketch) {
	if s.Dense() {
		c.Out.Error("ERR HLL encoding is not sparse")
		return
	}
	if len(s) > hll.MaxSparseSize {
		c.Out.Error(errCorrupt)
		return
	}
	var text []byte
	s.Runs(func(value uint8, length int, extended bool) {
		if len(text) > 0 {
			text = append(text, ' ')
		}
		switch {
		case value > 0:
			text = strconv.AppendInt(append(text, "v:"...), int64(value), 10)
			text = append(text, ',')
		case extended:
			text = append(text, "Z:"...)
		default:
			text = append(text, "z:"...)
		}
		text = strconv.AppendInt(text, int64(length), 10)
	})
	c.Out.Bulk(text)
}

const (
	// selfTestElements is how many elements PFSELFTEST counts.
	selfTestElements = 1_000_000
	// tolerance is how many times the standard error an estimate may be wrong.
	tolerance = 6
)

// pfselftest counts elements in a sparse and in a dense value, and compares both at each power of ten.
func pfselftest(c *command.Ctx) {
	limit := sparseLimit(c)
	sparse := hll.New(nil)
	dense, err := sparse.AppendDense(nil)
	first := c.Tx.Rand(math.MaxInt64)
	var element [8]byte
	for n, check := uint64(1), uint64(1); n <= selfTestElements && err == nil; n++ {
		binary.LittleEndian.PutUint64(element[:], n^first)
		dense, _, _ = dense.Add(element[:], limit)
		if sparse, _, err = sparse.Add(element[:], limit); err != nil || n != check {
			continue
		}
		check *= 10
		a, _ := dense.Count()
		b, _ := sparse.Count()
		if a != b {
			c.Out.Error("TESTFAILED dense/sparse disagree")
			return
		}
		off := math.Abs(float64(a) - float64(n))
		if off > math.Ceil(tolerance*standardError*float64(n)) {
			c.Out.Errorf("TESTFAILED Too big error. card:%d abserr:%.0f", n, off)
			return
		}
	}
	if err != nil {
		c.Out.Error("TESTFAILED " + err.Error())
		return
	}
	c.Out.OK()
}

// standardError is that of an estimate from 16384 registers, relative to it: 1.04/√16384.
const standardError = 1.04 / 128
