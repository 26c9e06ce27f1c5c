package main

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/lockstep-tcp/lockstep/parser"
)

type format struct {
	folder
	Check bool `help:"Write nothing; list the files that are not in the canonical form."`
}

// Run brings each file into the canonical form. One with a syntax error stays as it is.
func (v *format) Run(s streams) error {
	files, onDisk, err := v.files()
	if err != nil {
		return err
	}
	if !onDisk && !v.Check {
		return errors.New("there is no spec/tcp here; name the folder to format")
	}
	var found error
	for _, name := range slices.Sorted(maps.Keys(files)) {
		formatted, err := parser.Format(files[name])
		var wrong parser.Diagnostics
		switch {
		case errors.As(err, &wrong):
			for _, d := range wrong {
				d.Pos.File = name
				fmt.Fprintln(s.out, d)
			}
			found = errFindings
		case err != nil:
			return err
		case bytes.Equal(formatted, files[name]):
		case v.Check:
			fmt.Fprintf(s.out, "%s: not in the canonical form\n", name)
			found = errFindings
		default:
			if err := os.WriteFile(filepath.FromSlash(name), formatted, 0o666); err != nil {
				return err
			}
			fmt.Fprintf(s.out, "%s: formatted\n", name)
		}
	}
	return found
}
