package rdb

// LZF, the compression of longer strings (LibLZF by Marc Lehmann, whose format this is). A control byte begins each piece:
//
//	000lllll              l+1 bytes follow as they are
//	lllooooo oooooooo     l+2 bytes (l from 1 to 6) are those o+1 bytes before
//	111ooooo llllllll oooooooo   l+9 bytes, likewise

const (
	lzfMaxLiteral = 32
	lzfMaxOffset  = 1 << 13
	lzfMaxMatch   = 9 + 255
	lzfHashBits   = 13
)

// lzfDecompress undoes the compression of n bytes. It reports false for input that is broken or of another length.
func lzfDecompress(in []byte, n int) (out []byte, ok bool) {
	// A byte of input makes at most lzfMaxMatch/3 of output: what promises more is broken, and gets no memory.
	if n < 0 || n > len(in)*lzfMaxMatch {
		return nil, false
	}
	out = make([]byte, 0, n)
	for len(in) > 0 {
		control := int(in[0])
		in = in[1:]
		if control < lzfMaxLiteral {
			count := control + 1
			if count > len(in) || len(out)+count > n {
				return nil, false
			}
			out = append(out, in[:count]...)
			in = in[count:]
			continue
		}
		count := control >> 5
		if count == 7 {
			if len(in) == 0 {
				return nil, false
			}
			count += int(in[0])
			in = in[1:]
		}
		count += 2
		if len(in) == 0 {
			return nil, false
		}
		from := len(out) - (control&0x1f<<8 | int(in[0])) - 1
		in = in[1:]
		if from < 0 || len(out)+count > n {
			return nil, false
		}
		for i := range count { // may read what it has just written
			out = append(out, out[from+i])
		}
	}
	return out, len(out) == n
}

// lzfCompress returns in compressed, or nil when that would not be shorter than limit.
func lzfCompress(in []byte, limit int) []byte {
	var seen [1 << lzfHashBits]int32 // 1 + where three bytes of that hash were last
	out := make([]byte, 0, limit)
	literal := 0 // where the bytes that were not matched begin
	flush := func(end int) bool {
		for literal < end {
			n := min(end-literal, lzfMaxLiteral)
			if len(out)+1+n >= limit {
				return false
			}
			out = append(append(out, byte(n-1)), in[literal:literal+n]...)
			literal += n
		}
		return true
	}
	for i := 0; i+2 < len(in); {
		h := lzfHash(in[i:])
		at := int(seen[h]) - 1
		seen[h] = int32(i + 1)
		if at < 0 || i-at > lzfMaxOffset || in[at] != in[i] || in[at+1] != in[i+1] || in[at+2] != in[i+2] {
			i++
			continue
		}
		length := 3
		for length < lzfMaxMatch && i+length < len(in) && in[at+length] == in[i+length] {
			length++
		}
		if !flush(i) || len(out)+3 >= limit {
			return nil
		}
		offset := i - at - 1
		if length-2 < 7 {
			out = append(out, byte((length-2)<<5|offset>>8), byte(offset))
		} else {
			out = append(out, byte(7<<5|offset>>8), byte(length-9), byte(offset))
		}
		i += length
		literal = i
	}
	if !flush(len(in)) {
		return nil
	}
	return out
}

// lzfHash is a hash of the first three bytes.
func lzfHash(p []byte) uint32 {
	v := uint32(p[0]) | uint32(p[1])<<8 | uint32(p[2])<<16
	return v * 2654435761 >> (32 - lzfHashBits)
}
