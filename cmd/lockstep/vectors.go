package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/lockstep-tcp/lockstep/internal/vectors"
)

type vectorRun struct {
	File  string `arg:"" help:"Tab-separated vectors; internal/vectors/doc.go tells how to read them."`
	Rules bool   `help:"A vector also fails if a rule that it names did not fire."`
	JSON  bool   `name:"json" help:"Print the results as JSON."`
}

// Run runs the vectors of the file against the machine of generated/tcp.
func (v *vectorRun) Run(s streams) error {
	file, err := os.Open(v.File)
	if err != nil {
		return err
	}
	defer file.Close()
	all, err := vectors.Read(v.File, file)
	if err != nil {
		fmt.Fprintf(s.err, "%v\n", err)
		if len(all) == 0 {
			return fmt.Errorf("nothing in %s could be run", v.File)
		}
	}
	results := vectors.RunAll(all)
	_, wrong := vectors.Count(results, v.Rules)
	if v.JSON {
		if err := printJSON(s.out, results); err != nil {
			return err
		}
	} else if err := vectors.Report(s.out, results, v.Rules); err != nil {
		return err
	}
	if wrong > 0 || err != nil {
		return errFindings
	}
	return nil
}

func printJSON(w io.Writer, value any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(value)
}
