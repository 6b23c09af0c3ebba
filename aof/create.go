package aof

import (
	"errors"
	"io"
)

// Create is being written.
func Create(o Options, dump func(io.Writer) error) (*Log, error) { return nil, errors.New("pending") }
