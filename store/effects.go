package store

import "github.com/miniredisd/miniredisd/resp"

// effects are RESP commands of one unit, back to back. They begin in firstDB and end in curDB: SELECTs are among them when
// the unit changed databases.
type effects struct {
	body           []byte
	only           []byte // the first one, as long as there is no other: it lies elsewhere, and body is empty
	n              int
	firstDB, curDB int
}

// maxKeptEffects is how large a buffer for effects may stay with its client, in bytes.
const maxKeptEffects = 64 << 10

func (f *effects) reset() {
	if cap(f.body) > maxKeptEffects {
		f.body = nil
	}
	f.body, f.only, f.n = f.body[:0], nil, 0
}

// bytes are all of them, as long as what addRaw was given stays as it is.
func (f *effects) bytes() []byte {
	if f.only != nil {
		return f.only
	}
	return f.body
}

// add appends a command that is executed in db.
func (f *effects) add(db int, args [][]byte) {
	f.begin(db)
	f.body = resp.AppendCommand(f.body, args...)
	f.n++
}

// addRaw is add for a command in RESP.
func (f *effects) addRaw(db int, raw []byte) {
	f.begin(db)
	if f.n == 0 {
		f.only = raw
	} else {
		f.body = append(f.body, raw...)
	}
	f.n++
}

// begin makes body ready for a command in db.
func (f *effects) begin(db int) {
	f.body, f.only = append(f.body, f.only...), nil
	if f.n == 0 {
		f.firstDB, f.curDB = db, db
	}
	if db != f.curDB {
		f.body = resp.AppendCommand(f.body, []byte("SELECT"), AppendInt(nil, int64(db)))
		f.curDB = db
		f.n++
	}
}
