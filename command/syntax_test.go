package command

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// shape writes a tree down in one line: name:type, the token before it, #n the key spec, then o m t for the flags.
func shape(args []Arg) string {
	parts := make([]string, len(args))
	for i := range args {
		a := &args[i]
		var b strings.Builder
		if a.HasToken() {
			b.WriteString(a.Token + " ")
		}
		b.WriteString(a.Name + ":" + string(a.Type))
		if a.KeySpec >= 0 {
			b.WriteString("#" + string(rune('0'+a.KeySpec)))
		}
		for _, f := range a.FlagNames() {
			b.WriteString(map[string]string{"optional": "?", "multiple": "*", "multiple_token": "+"}[f])
		}
		if a.Args != nil {
			b.WriteString("{" + shape(a.Args) + "}")
		}
		parts[i] = b.String()
	}
	return strings.Join(parts, ", ")
}

func TestParseSyntax(t *testing.T) {
	for _, tt := range []struct{ name, syntax, tree, formatted string }{
		{"none", " ", "", ""},
		{"set", "key value [NX | XX] [GET] [EX seconds:integer | PX milliseconds:integer | KEEPTTL]",
			"key:key#0, value:string, condition:oneof?{NX nx:pure-token, XX xx:pure-token}, GET get:pure-token?, " +
				"expiration:oneof?{EX seconds:integer, PX milliseconds:integer, KEEPTTL keepttl:pure-token}",
			"key value [NX | XX] [GET] [EX seconds | PX milliseconds | KEEPTTL]"},
		{"mset", "key value [key value ...]", "data:block*{key:key#0, value:string}", "key value [key value ...]"},
		{"del", "key [key ...]", "key:key#0*", "key [key ...]"},
		{"pfadd", "key [element [element ...]]", "key:key#0, element:string?*", "key [element [element ...]]"},
		{"lcs", "key1:key key2:key#0 [LEN] [MINMATCHLEN min-match-len:integer]",
			"key1:key#0, key2:key#0, LEN len:pure-token?, MINMATCHLEN min-match-len:integer?",
			"key1 key2 [LEN] [MINMATCHLEN min-match-len]"},
		{"copy", "source:key destination:key [DB destination-db:integer] [REPLACE]",
			"source:key#0, destination:key#1, DB destination-db:integer?, REPLACE replace:pure-token?",
			"source destination [DB destination-db] [REPLACE]"},
		{"scan", "cursor:integer [MATCH pattern:pattern] [COUNT count:integer] [TYPE type]",
			"cursor:integer, MATCH pattern:pattern?, COUNT count:integer?, TYPE type:string?",
			"cursor [MATCH pattern] [COUNT count] [TYPE type]"},
		{"zadd", "key [NX | XX] [GT | LT] [change:CH] [increment:INCR] score:double member [score member ...]",
			"key:key#0, condition:oneof?{NX nx:pure-token, XX xx:pure-token}, comparison:oneof?{GT gt:pure-token, LT lt:pure-token}, " +
				"CH change:pure-token?, INCR increment:pure-token?, data:block*{score:double, member:string}",
			"key [NX | XX] [GT | LT] [CH] [INCR] score member [score member ...]"},
		{"numkeys", "destination:key numkeys:integer key [key ...] [WEIGHTS weight:integer [weight ...]] [AGGREGATE <SUM | MIN | MAX>]",
			"destination:key#0, numkeys:integer, key:key#1*, WEIGHTS weight:integer?*, " +
				"AGGREGATE aggregate:oneof?{SUM sum:pure-token, MIN min:pure-token, MAX max:pure-token}",
			"destination numkeys key [key ...] [WEIGHTS weight [weight ...]] [AGGREGATE <SUM | MIN | MAX>]"},
		{"token repeated", "(ON | OFF) [PREFIX prefix [PREFIX prefix ...]]",
			"on_off:oneof{ON on:pure-token, OFF off:pure-token}, PREFIX prefix:string?*+",
			"<ON | OFF> [PREFIX prefix [PREFIX prefix ...]]"},
		{"block with token", "[LIMIT offset:integer count:integer]", "LIMIT limit:block?{offset:integer, count:integer}", "[LIMIT offset count]"},
		{"token of the first", "[COUNT count:integer [ANY]]",
			"count-block:block?{COUNT count:integer, ANY any:pure-token?}", "[COUNT count [ANY]]"},
		{"block with token, repeated", "key [GET encoding offset:integer [GET encoding offset ...]]",
			"key:key#0, GET get:block?*+{encoding:string, offset:integer}", "key [GET encoding offset [GET encoding offset ...]]"},
		{"block repeated without its token", "FVS field value [field value ...]",
			"FVS fvs:block*{field:string, value:string}", "FVS field value [field value ...]"},
		{"group with token", "GROUP group_consumer:(group consumer) [NOACK] STREAMS streams:(key [key ...] id [id ...])",
			"GROUP group_consumer:block{group:string, consumer:string}, NOACK noack:pure-token?, " +
				"STREAMS streams:block{key:key#0*, id:string*}",
			"GROUP group consumer [NOACK] STREAMS key [key ...] id [id ...]"},
		{"symbols", "<auto-id:* | id> trim:[<MAXLEN | MINID> [equal:= | approximately:~] threshold]",
			"auto-id_id:oneof{* auto-id:pure-token, id:string}, trim:block?{maxlen_minid:oneof{MAXLEN maxlen:pure-token, MINID minid:pure-token}, " +
				"equal_approximately:oneof?{= equal:pure-token, ~ approximately:pure-token}, threshold:string}",
			"<* | id> [<MAXLEN | MINID> [= | ~] threshold]"},
		{"empty token", `<key | empty-string:"">`, `key_empty-string:oneof{key:key#0,  empty-string:pure-token}`, `<key | "">`},
		{"repeated groups", "filter:(a | b c) ... [(GET d) ...] [op:(E | f) ...]",
			"filter:oneof*{a:string, b-block:block{b:string, c:string}}, GET d:string?*+, op:oneof?*{E e:pure-token, f:string}",
			"<a | b c> [<a | b c> ...] [GET d [GET d ...]] [<E | f> [<E | f> ...]]"},
		{"group repeated in full", "(ADDR a | b) [(ADDR a | b) ...]", "a_b:oneof*{ADDR a:string, b:string}", "<ADDR a | b> [<ADDR a | b> ...]"},
		{"one-part block", "pattern:(pattern:pattern) ...", "pattern:block*{pattern:pattern}", "pattern [pattern ...]"},
		{"optional after a token", "[FULL full:([COUNT count:integer])]", "FULL full:block?{COUNT count:integer?}", "[FULL [COUNT count]]"},
		{"tokens alone", "(host port:integer | NO ONE)",
			"host-block_no-block:oneof{host-block:block{host:string, port:integer}, no-block:block{NO no:pure-token, ONE one:pure-token}}",
			"<host port | NO ONE>"},
		{"keys within", "key [BY pattern:pattern#1] [STORE destination:key]",
			"key:key#0, BY pattern:pattern#1?, STORE destination:key#2?", "key [BY pattern] [STORE destination]"},
		{"quoted", "'ip:port' [yes/no] key:string", "ip:port:string, yes/no:string?, key:string", "ip:port [yes/no] key"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			args, err := ParseSyntax(tt.syntax)
			require.NoError(t, err)
			require.Equal(t, tt.tree, shape(args))
			require.Equal(t, tt.formatted, FormatSyntax(args))
		})
	}
}

func TestParseSyntaxErrors(t *testing.T) {
	for syntax, want := range map[string]string{
		"key [":                  "column 6: an argument is missing",
		"key []":                 "column 6: an argument is missing",
		"key [NX | ]":            "column 11: an argument is missing",
		"key [NX":                `column 8: "]" expected, not ""`,
		"key (a]":                `column 7: ")" expected, not "]"`,
		"host port | NO":         `column 11: unexpected "|"`,
		"key ]":                  `column 5: unexpected "]"`,
		"key count:interger":     `column 5: unknown type "interger"`,
		"key Count":              `column 5: "Count" is neither a name nor a token`,
		"GET Count":              `column 5: "Count" is neither a name nor a token`,
		"key 'a":                 `column 5: "'a" is neither a name nor a token`,
		"key a: b":               `column 5: "a:" needs a type or a group right behind the colon`,
		"key a:key#x":            `column 5: "x" is no index of a key spec`,
		"key a:key#128":          `column 5: "128" is no index of a key spec`,
		"key [kay ...]":          "column 5: this repeats something else than what stands before it",
		"[a b c [b d ...]]":      "column 8: this repeats something else than what stands before it",
		"[a [b ...] [b ...]]":    "column 4: this repeats something else than what stands before it",
		"a [a ...] [a ...]":      "column 11: this repeats something else than what stands before it",
		"key ...":                "column 8: \"...\" outside of brackets",
		"...":                    "column 1: nothing to repeat before \"...\"",
		"(a ...)":                "column 8: \"...\" inside of round brackets; it belongs behind them",
		"(a [a ...]) ...":        "column 13: repeated twice",
		"[a | b ...]":            `column 11: "]" expected, not "]"`,
		strings.Repeat("[", 17):  "column 17: more than 16 brackets within each other",
		strings.Repeat("(", 1e5): "column 17: more than 16 brackets within each other",
	} {
		_, err := ParseSyntax(syntax)
		require.EqualError(t, err, want, syntax[:min(len(syntax), 40)])
	}
}

// What is rendered can be read again, save for names that need quotes, which the documentation does not have.
func FuzzParseSyntax(f *testing.F) {
	for _, s := range []string{
		"key value [NX | XX] [GET] [EX seconds:integer | KEEPTTL]",
		"key value [key value ...]", "[PREFIX prefix [PREFIX prefix ...]]", "[LIMIT offset count] [COUNT count [ANY]]",
		"<auto-id:* | id> trim:[<MAXLEN | MINID> [equal:= | approximately:~] threshold]",
		"filter:(a | b c) ... [(GET d) ...] [op:(E | f) ...]", "[FULL full:([COUNT count:integer])]", `<key | ""> k:key#3`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		args, err := ParseSyntax(s)
		if err != nil || len(s) > 200 || strings.Contains(s, "'") {
			return
		}
		checkTree(t, args)
		formatted := FormatSyntax(args)
		again, err := ParseSyntax(formatted)
		require.NoError(t, err, formatted)
		checkTree(t, again)
	})
}

func checkTree(t *testing.T, args []Arg) {
	for i := range args {
		a := &args[i]
		isGroup := a.Type == ArgOneOf || a.Type == ArgBlock
		require.NotEmpty(t, a.Name)
		require.NotEmpty(t, a.Type)
		require.Equal(t, isGroup, len(a.Args) > 0)
		require.GreaterOrEqual(t, a.KeySpec, -1)
		require.False(t, a.MultipleToken && (!a.Multiple || a.Token == ""))
		require.False(t, a.Type == ArgOneOf && len(a.Args) < 2)
		checkTree(t, a.Args)
	}
}
