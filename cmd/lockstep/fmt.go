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
	JSON  bool `name:"json" help:"Print the files, and what is wrong with them, as JSON."`
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
	var report formatReport
	for _, name := range slices.Sorted(maps.Keys(files)) {
		formatted, err := parser.Format(files[name])
		var wrong parser.Diagnostics
		switch {
		case errors.As(err, &wrong):
			for _, d := range wrong {
				d.Pos.File = name
				report.Wrong = append(report.Wrong, d)
			}
			continue
		case err != nil:
			return err
		case bytes.Equal(formatted, files[name]):
			continue
		}
		report.Files = append(report.Files, name)
		if !v.Check {
			if err := os.WriteFile(filepath.FromSlash(name), formatted, 0o666); err != nil {
				return err
			}
		}
	}
	if err := v.print(s, report); err != nil {
		return err
	}
	if len(report.Wrong) > 0 || v.Check && len(report.Files) > 0 {
		return errFindings
	}
	return nil
}

// formatReport is what fmt found.
type formatReport struct {
	Files []string           `json:"files"` // not in the canonical form, or until now
	Wrong parser.Diagnostics `json:"wrong"` // syntax errors; these files stay as they are
}

func (v *format) print(s streams, report formatReport) error {
	if v.JSON {
		return printJSON(s.out, report)
	}
	for _, d := range report.Wrong {
		fmt.Fprintln(s.out, d)
	}
	verdict := "formatted"
	if v.Check {
		verdict = "not in the canonical form"
	}
	for _, name := range report.Files {
		fmt.Fprintf(s.out, "%s: %s\n", name, verdict)
	}
	return nil
}
