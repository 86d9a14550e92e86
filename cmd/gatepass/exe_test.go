//go:build !windows

package main

const exe = ""
