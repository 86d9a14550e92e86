//go:build !unix

package harden

// Process does nothing where there are no core files.
func Process() {}
