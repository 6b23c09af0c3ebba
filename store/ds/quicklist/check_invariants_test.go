//go:build invariants

package quicklist

// checkEvery is after how many steps the model test checks the structure.
const checkEvery = 1
