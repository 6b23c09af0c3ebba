package resp

// KeysAhead looks at the commands that are whole at the head of buf without taking them, and appends to keys the first argument
// of each, behind its name, which most often is its key: for who wants to have those at hand before it comes to them. It ends
// at limit commands, or before the first that is not of the usual form, and returns how many bytes it has looked through.
func KeysAhead(keys [][]byte, buf []byte, limit int) (_ [][]byte, n int) {
	for ; limit > 0; limit-- {
		count, pos := shortNumber(buf, n)
		if pos == 0 || buf[n] != '*' {
			break
		}
		var key []byte
		for i := range count {
			if pos >= len(buf) || buf[pos] != '$' {
				return keys, n
			}
			size, at := shortNumber(buf, pos)
			if at == 0 || size+2 > len(buf)-at {
				return keys, n
			}
			if i == 1 {
				key = buf[at : at+size]
			}
			pos = at + size + 2
		}
		if key != nil {
			keys = append(keys, key)
		}
		n = pos
	}
	return keys, n
}
