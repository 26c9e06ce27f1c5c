// Command regenerate is `lockstep gen` without the rest of the tool: it depends on
// no generated code, so it runs even while what it made last does not compile.
package main

import (
	"flag"
	"fmt"
	"io/fs"
	"os"

	"github.com/lockstep-tcp/lockstep/gen"
	"github.com/lockstep-tcp/lockstep/internal/requirements"
	"github.com/lockstep-tcp/lockstep/parser"
)

func main() {
	text := flag.String("text", "spec/tcp", "folder of the text")
	dir := flag.String("o", "generated", "folder of the generated files")
	flag.Parse()
	changes, err := regenerate(os.DirFS(*text), *dir)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for _, name := range changes.Stale {
		fmt.Println("wrote", name)
	}
	for _, name := range changes.Orphans {
		fmt.Println("removed", name)
	}
}

// regenerate refuses what lockstep gen refuses, and writes what it writes.
func regenerate(text fs.FS, dir string) (gen.Changes, error) {
	if _, found := parser.Load(text, requirements.RFC9293()); found.HasErrors() {
		return gen.Changes{}, found
	}
	return gen.Write(text, dir)
}
