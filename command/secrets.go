package command

import "slices"

// redacted stands where a secret stood.
var redacted = []byte("(redacted)")

// Shown is the arguments of a call as others may see them: the same, unless there are secrets among them.
func (s *Spec) Shown(args [][]byte) [][]byte {
	if s.Secrets == nil {
		return args
	}
	shown := slices.Clone(args)
	for _, i := range s.Secrets(args) {
		shown[i] = redacted
	}
	return shown
}

// SecretsFrom makes all arguments from the one at index first on secrets.
func SecretsFrom(first int) func(args [][]byte) []int {
	return func(args [][]byte) (secrets []int) {
		for i := first; i < len(args); i++ {
			secrets = append(secrets, i)
		}
		return secrets
	}
}
