package config

import (
	"fmt"
	"strings"
)

// Rules that the values of some options obey beyond those of their kind.

func isBaseName(name string) bool { return !strings.ContainsAny(name, `/\`) }

// fileName returns the rule for an option that names a file, or directory,
// within dir.
func fileName(option, what string, mayBeEmpty bool) func(string) error {
	return func(s string) error {
		if s == "" && !mayBeEmpty {
			return fmt.Errorf("%s can't be empty", option)
		}
		if !isBaseName(s) {
			return fmt.Errorf("%s can't be a path, just a %s", option, what)
		}
		return nil
	}
}

func validShutdown(bits int64) error {
	if bits&ShutdownSave != 0 && bits&ShutdownNoSave != 0 {
		return reason("shutdown options SAVE and NOSAVE can't be used simultaneously")
	}
	return nil
}

const maxHostName = 256

func validHostName(s string) error {
	if len(s) >= maxHostName {
		return reason(fmt.Sprintf("Hostnames must be less than %d characters", maxHostName))
	}
	for i := 0; i < len(s); i++ {
		if c := s[i]; !isAlnum(c) && c != '-' && c != '.' {
			return reason("Hostnames may only contain alphanumeric characters, hyphens or dots")
		}
	}
	return nil
}

func validNodeName(s string) error {
	if strings.ContainsAny(s, "!#$%&()*+:;<>?@[]^{|}~\x00") {
		return reason("Announced human node name contained invalid character")
	}
	return nil
}

func isAlnum(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}

// procTitleVars are the variables of proc-title-template, and whether each is
// sure to print something.
var procTitleVars = map[string]bool{
	"title": false, "server-mode": false, "unixsocket": false,
	"listen-addr": true, "config-file": true, "port": true, "tls-port": true,
}

// validProcTitle accepts text with {variables} and {{ for a brace, if it
// prints anything.
func validProcTitle(s string) error {
	const bad = reason("template format is invalid or contains unknown variables")
	prints := false
	for s != "" {
		before, rest, found := strings.Cut(s, "{")
		prints = prints || strings.Trim(before, " ") != ""
		if !found {
			break
		}
		if after, ok := strings.CutPrefix(rest, "{"); ok {
			prints, s = true, after
			continue
		}
		name, after, closed := strings.Cut(rest, "}")
		sure, known := procTitleVars[name]
		if !closed || !known {
			return bad
		}
		prints, s = prints || sure, after
	}
	if !prints {
		return bad
	}
	return nil
}
