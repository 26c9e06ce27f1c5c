package main

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"github.com/lockstep-tcp/lockstep/spec"
)

// home is where the text of TCP lies in a clone.
const home = "spec/tcp"

// folder is the argument of verbs that read a specification.
type folder struct {
	Folder string `arg:"" optional:"" help:"Folder with *.spec files; without it spec/tcp, or where there is none the text this tool was built with."`
}

// files reads the texts by name, as messages shall give it. On disk tells
// whether they are files that could be written.
func (f folder) files() (files map[string][]byte, onDisk bool, err error) {
	dir := f.Folder
	if dir == "" {
		dir = home
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			files, err := readSpecs(spec.TCP(), home)
			return files, false, err
		}
	}
	switch info, err := os.Stat(dir); {
	case err != nil:
		return nil, false, fmt.Errorf("%w; name a folder with .spec files", err)
	case !info.IsDir():
		return nil, false, fmt.Errorf("%s is a file, and a text is all .spec files of a folder together; name the folder: %s", dir, filepath.Dir(dir))
	}
	files, err = readSpecs(os.DirFS(dir), filepath.ToSlash(filepath.Clean(dir)))
	return files, true, err
}

func readSpecs(fsys fs.FS, dir string) (map[string][]byte, error) {
	names, err := fs.Glob(fsys, "*.spec")
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("%s has no .spec files; name a folder that has", dir)
	}
	files := map[string][]byte{}
	for _, name := range names {
		if files[path.Join(dir, name)], err = fs.ReadFile(fsys, name); err != nil {
			return nil, err
		}
	}
	return files, nil
}
