package importer

import "testing"

// Cheap lowers the bounds of key derivation for a test that reads many files.
func Cheap(tb testing.TB) {
	scrypt, argon, iterations := maxScryptSteps, maxArgonWork, maxIterations
	maxScryptSteps, maxArgonWork, maxIterations = 1<<10, 1<<18, 2000
	tb.Cleanup(func() { maxScryptSteps, maxArgonWork, maxIterations = scrypt, argon, iterations })
}
