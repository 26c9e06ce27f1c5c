// Package gen compiles the text of a protocol into everything derived from it.
package gen

import (
	"io/fs"

	"github.com/lockstep-tcp/lockstep/gen/golang"
	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/parser"
)

// Generate returns the generated files by path.
func Generate(fsys fs.FS) (map[string][]byte, error) {
	spec, found := parser.Load(fsys)
	if spec == nil {
		return nil, found
	}
	p, err := ir.New(spec, ir.Amended())
	if err != nil {
		return nil, err
	}
	return golang.Emit(p, "spec/tcp")
}
