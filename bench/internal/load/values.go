package load

import (
	"fmt"
	"math/rand/v2"
	"strconv"
)

// A Kind is a way to store many elements, for asking what memory they take.
type Kind struct {
	Name string
	// Title says in words what is stored.
	Title string
	// count asks how many elements there are.
	count []string
	// write writes n elements.
	write func(c *Conn, n int) error
}

// smallFields is how many fields a hash of the kind "hashes" has; each is an element.
const smallFields = 5

// Kinds are all kinds. Elements differ from each other, and none is a number.
var Kinds = []Kind{
	{"zset", "members of a sorted set, 16 bytes, with a score", []string{"ZCARD", "v"}, func(c *Conn, n int) error {
		random := rand.New(rand.NewPCG(3, 3))
		return byHundreds(c, n, "ZADD", func(add []string, i int) []string {
			return append(add, strconv.FormatFloat(random.Float64(), 'g', 17, 64), part("m", i))
		})
	}},
	{"hash", "fields of a hash, 16 bytes, with values of 16 bytes", []string{"HLEN", "v"}, func(c *Conn, n int) error {
		return byHundreds(c, n, "HSET", func(add []string, i int) []string { return append(add, part("f", i), part("v", i)) })
	}},
	{"list", "elements of a list, 16 bytes", []string{"LLEN", "v"}, func(c *Conn, n int) error {
		return byHundreds(c, n, "RPUSH", func(add []string, i int) []string { return append(add, part("e", i)) })
	}},
	{"set", "members of a set, 16 bytes", []string{"SCARD", "v"}, func(c *Conn, n int) error {
		return byHundreds(c, n, "SADD", func(add []string, i int) []string { return append(add, part("m", i)) })
	}},
	{"stream", "entries of a stream, one field with 16 bytes", []string{"XLEN", "v"}, func(c *Conn, n int) error {
		return c.Pipeline(n, prepareBatch, func(i int) error { return c.Queue("XADD", "v", "*", "field", part("v", i)) })
	}},
	{"hashes", fmt.Sprintf("hashes with keys of 16 bytes, each of %d fields with values of 8 bytes", smallFields), []string{"DBSIZE"}, func(c *Conn, n int) error {
		return c.Pipeline(n, prepareBatch, func(i int) error {
			set := []string{"HSET", part("h", i)}
			for f := range smallFields {
				set = append(set, "field"+strconv.Itoa(f), fmt.Sprintf("v%07d", (i*smallFields+f)%1e7))
			}
			return c.Queue(set...)
		})
	}},
}

// part is the i-th thing of some sort, 16 bytes.
func part(sort string, i int) string { return fmt.Sprintf("%s:%014d", sort, i) }

// byHundreds adds n elements to the value v, a hundred with each command.
func byHundreds(c *Conn, n int, command string, add func(args []string, i int) []string) error {
	return c.Pipeline((n+perCommand-1)/perCommand, inFlight, func(i int) error {
		args := []string{command, "v"}
		for j := i * perCommand; j < min((i+1)*perCommand, n); j++ {
			args = add(args, j)
		}
		return c.Queue(args...)
	})
}

// Write stores n elements in an empty server, and looks whether they are there.
func (k Kind) Write(addr string, n int) error {
	c, err := Dial(addr)
	if err != nil {
		return err
	}
	defer c.Close()
	if err := k.write(c, n); err != nil {
		return err
	}
	got, err := c.Int(k.count...)
	if err == nil && got != n {
		err = fmt.Errorf("%d %s were written, but there are %d", n, k.Name, got)
	}
	return err
}
