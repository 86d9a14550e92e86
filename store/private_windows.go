package store

import "io/fs"

// judgeAccess accepts every regular file: Windows keeps access in lists that a file
// inherits from the user's profile folder, and its mode bits say nothing.
func judgeAccess(string, fs.FileInfo) error { return nil }

func judgeFolder(string, fs.FileInfo) error { return nil }
