// Package harden takes away what the operating system would otherwise offer to
// others: core files and a look into the memory of a process that holds seeds
// and passwords.
package harden
