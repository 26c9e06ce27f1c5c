// Package spec carries the text of TCP inside the programs that read it, so that
// the tool explains, checks and draws it wherever it runs.
package spec

import (
	"embed"
	"io/fs"
	"testing/fstest"
)

//go:embed tcp/*.spec
var files embed.FS

// TCP returns the folder of the text of TCP, as it was when the program was built.
func TCP() fs.FS {
	folder, err := fs.Sub(files, "tcp")
	if err != nil {
		panic(err) // the name is a constant, and valid
	}
	return folder
}

// Copy returns a copy of that folder, to be changed.
func Copy() (fstest.MapFS, error) {
	text := fstest.MapFS{}
	names, err := fs.Glob(TCP(), "*.spec")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		content, err := fs.ReadFile(TCP(), name)
		if err != nil {
			return nil, err
		}
		text[name] = &fstest.MapFile{Data: content}
	}
	return text, nil
}
