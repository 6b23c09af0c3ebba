package strings_test

import (
	"fmt"
	gostrings "strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const infinite = "-ERR increment would produce NaN or Infinity"

func TestIncrbyfloat(t *testing.T) {
	check(t, []row{
		{"INCRBYFLOAT new 10.5", "$4 10.5"},
		{"INCRBYFLOAT new -10.5", "$1 0"},
		{"INCRBYFLOAT new -0", "$1 0"},
		{"INCRBYFLOAT new -1e-20", "$1 0"},
		{"SET n 5.0e3", "+OK"},
		{"INCRBYFLOAT n 2.0e2", "$4 5200"},
		{"SET n 3", "+OK"},
		{"INCRBYFLOAT n 1.1", "$3 4.1"},
		{"SET n 17179869184", "+OK"},
		{"INCRBYFLOAT n 1.5", "$13 17179869185.5"},
		{"SET n 9223372036854775807", "+OK"},
		{"INCRBYFLOAT n 1", "$19 9223372036854775808"},
		{"INCRBYFLOAT list 1", wrongType},
		{"INCRBYFLOAT list x", wrongType},
		{"INCRBYFLOAT n x", notFloat},
		{"SET s abc", "+OK"},
		{"INCRBYFLOAT s 1", notFloat},
		{`SET s ""`, "+OK"},
		{"INCRBYFLOAT s 1", notFloat},
		{"INCRBYFLOAT n inf", infinite},
		{"INCRBYFLOAT n -Infinity", infinite},
		{"INCRBYFLOAT n nan", notFloat},
		{"SET s -inf", "+OK"},
		{"INCRBYFLOAT s +inf", infinite},
		{"SET s 1e4932", "+OK"},
		{"INCRBYFLOAT s 1e4932", infinite},
		{"INCRBYFLOAT s -1e4932", "$1 0"},
	})
}

// The numbers that C's strtold takes, and the texts that "%.17Lf" makes of them without trailing zeros.
func TestNumbers(t *testing.T) {
	for _, tc := range []struct{ text, sum string }{
		{"+1", "1"}, {"1.", "1"}, {".5", "0.5"}, {"-.5", "-0.5"}, {"1E2", "100"}, {"1e+2", "100"}, {"1e-2", "0.01"},
		{"0x10", "16"}, {"0X1p4", "16"}, {"0x.8", "0.5"}, {"0x1.8p-1", "0.75"}, {"-0xAp0", "-10"}, {"00012", "12"},
		{"0e999999999", "0"}, {"0x0p999999999", "0"}, {"1e-4940", "0"}, {"0x1p-16445", "0"}, {"0x1.0001p-16446", "0"},
		{"0.1", "0.1"}, {"3.0e0", "3"}, {"1.23456789012345678", "1.23456789012345678"},
		{"1.234567890123456789", "1.23456789012345679"}, {"0.0000000000000000051", "0.00000000000000001"}, {"0.000000000000000005", "0"},
		{"18446744073709551615", "18446744073709551615"}, {"18446744073709551617", "18446744073709551616"},
		{"1e22", "10000000000000000000000"}, {"123456789012345678901234567890", "123456789012345678899921813504"},
		{"0.5", "0.5"}, {"0x1.00000000000000018p0", "1.00000000000000000"},
		{gostrings.Repeat("0", 5000) + "7", "7"},
	} {
		reply := newUnit(t).bulk("INCRBYFLOAT k " + tc.text)
		require.Equal(t, trimmed(tc.sum), reply, tc.text)
	}
	for _, text := range []string{"+", "-", ".", "e5", "1e", "1e+", "1ex", "0x", "0xg", "1_000", "0b1", "0o7", "1p4", "0x1p", "1..2", "1.2.3",
		"1e1.5", "--1", "infin", "infinityx", "nan(1)", "1e4933", "-1e4933", "1e99999999999999999999", "1e-4952", "0x1p16384",
		"0x1p-16446", "1,5", "1x", gostrings.Repeat("0", 5119) + "7"} {
		require.Equal(t, notFloat, newUnit(t).Do("INCRBYFLOAT k "+text), text)
	}
	for _, text := range []string{" 1", "1 ", "\t1", "1\x00", "\x00"} {
		u := newUnit(t)
		u.Run([][]byte{[]byte("INCRBYFLOAT"), []byte("k"), []byte(text)})
		require.Equal(t, notFloat+"\r\n", string(u.Out.Buf), "%q", text)
	}
}

// trimmed takes the zeros off that a text of 17 digits behind the point ends with.
func trimmed(text string) string {
	if gostrings.Contains(text, ".") {
		text = gostrings.TrimRight(gostrings.TrimRight(text, "0"), ".")
	}
	return text
}

// What is printed is read again, and whatever comes in does no harm.
func FuzzIncrbyfloat(f *testing.F) {
	for _, s := range []string{"1.5", "0x1.8p3", "1e4932", "-inf", "1e-4950", "+.5e+3", "0x.p1", "1e999999999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, number string) {
		u := newUnit(t)
		u.Run([][]byte{[]byte("INCRBYFLOAT"), []byte("k"), []byte(number)})
		if u.Out.Buf[0] == '-' {
			return
		}
		value := u.bulk("GET k")
		require.LessOrEqual(t, len(value), 5*1024)
		require.Equal(t, fmt.Sprintf("$%d %s", len(value), value), u.Do("INCRBYFLOAT k 0"))
	})
}
