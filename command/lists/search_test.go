package lists_test

import "testing"

func TestLpos(t *testing.T) {
	const zeroRank = "-ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... " +
		"or use negative to start from the end of the list"
	u := newUnit(t)
	u.PutString("string", "value")
	u.PutList("l", "a", "b", "c", "1", "2", "3", "c", "c")
	u.rows(t, []row{
		{"LPOS l a", ":0"}, {"LPOS l 1", ":3"}, {"LPOS l x", "$-1"}, {"LPOS l 01", "$-1"}, {"LPOS nothing a", "$-1"},
		{"LPOS l c RANK 2", ":6"}, {"LPOS l c RANK -1", ":7"}, {"LPOS l c RANK 4", "$-1"}, {"LPOS l c RANK -4", "$-1"},
		{"LPOS l c COUNT 0", "*3 :2 :6 :7"}, {"LPOS l c COUNT 2", "*2 :2 :6"}, {"LPOS l c count 2 rank -2", "*2 :6 :2"},
		{"LPOS l c COUNT 9223372036854775807", "*3 :2 :6 :7"}, {"LPOS l x COUNT 1", "*0"}, {"LPOS nothing c COUNT 0", "*0"},
		{"LPOS l c MAXLEN 2", "$-1"}, {"LPOS l c MAXLEN 3", ":2"}, {"LPOS l c MAXLEN 0", ":2"},
		{"LPOS l c MAXLEN 7 COUNT 0", "*2 :2 :6"}, {"LPOS l c COUNT 0 RANK -1 MAXLEN 2", "*2 :7 :6"},
		{"LPOS l c MAXLEN 9223372036854775807 RANK 9223372036854775807", "$-1"},
		{"LPOS l c RANK -9223372036854775807 COUNT 0", "*0"},
		{"LPOS l c RANK -9223372036854775808", outOfSign},
		{"LPOS l c RANK 0", zeroRank}, {"LPOS l c RANK x", notInt}, {"LPOS string c RANK 0", zeroRank},
		{"LPOS l c COUNT -1", "-ERR COUNT can't be negative"}, {"LPOS l c COUNT x", "-ERR COUNT can't be negative"},
		{"LPOS l c MAXLEN -1", "-ERR MAXLEN can't be negative"}, {"LPOS l c MAXLEN x", "-ERR MAXLEN can't be negative"},
		{"LPOS l c RANK", syntax}, {"LPOS l c RANK 1 COUNT", syntax}, {"LPOS l c ANK 1", syntax},
		{"LPOS string c", wrongType}, {"LPOS string c COUNT 1", wrongType},
	})
	u.Out.Proto = 3
	u.rows(t, []row{{"LPOS l x", "_"}, {"LPOS nothing x", "_"}, {"LPOS l x COUNT 1", "*0"}})
}
