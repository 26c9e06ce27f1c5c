package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing/fstest"
	"time"

	table "github.com/lockstep-tcp/lockstep/internal/requirements"
	"github.com/lockstep-tcp/lockstep/parser"
	"github.com/lockstep-tcp/lockstep/proptest/mutation"
	"github.com/lockstep-tcp/lockstep/spec"
)

// patch is edited copies of files of the text.
type patch struct {
	text   fs.FS             // with the copies in the places of the files
	copies map[string]string // the user's paths, by the names of the files
	asks   []string          // those that hold worlds or properties, which are compiled in
	draws  []string          // … figures, which only the scenarios play
	runs   bool              // one of them holds something of the machine
}

// runPatch asks who notices what the user has edited. A machine is interpreted, which is
// faster; but worlds and properties are compiled into the tool that asks.
func (m *mutate) runPatch(ctx context.Context, s streams) error {
	p, err := m.patched()
	if err != nil {
		return err
	}
	if m.Against, err = p.against(m.Against); err != nil {
		return err
	}
	if len(p.asks) > 0 {
		return m.built(ctx, s, p)
	}
	x, err := mutation.Patched(p.text)
	if err != nil {
		return err
	}
	return m.run(ctx, s, []*mutation.Subject{x})
}

// patched reads the copies.
func (m *mutate) patched() (*patch, error) {
	p := &patch{copies: map[string]string{}}
	text, err := spec.Copy()
	if err != nil {
		return nil, err
	}
	before, _ := parser.Load(text)
	for _, file := range m.Patch {
		b, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("-patch: %w; it takes edited copies of files of spec/tcp", err)
		}
		name := filepath.Base(file)
		switch was := text[name]; {
		case was == nil:
			return nil, fmt.Errorf("%s: the text has no file of that name; it has %v", file, slices.Sorted(maps.Keys(text)))
		case p.copies[name] != "":
			return nil, fmt.Errorf("%s and %s are copies of one file", p.copies[name], file)
		case bytes.Equal(was.Data, b):
			return nil, fmt.Errorf("%s is the same as in the text", file)
		}
		p.copies[name], text[name] = file, &fstest.MapFile{Data: b}
	}
	after, found := parser.Load(text, table.RFC9293())
	if after == nil {
		return nil, fmt.Errorf("the text has mistakes with the patch in it:\n\n%w", p.named(found))
	}
	p.text = text
	for _, file := range m.Patch {
		p.sort(filepath.Base(file), before, after)
	}
	return p, nil
}

// named gives findings the paths of the files that the user has edited.
func (p *patch) named(found parser.Diagnostics) parser.Diagnostics {
	for i := range found {
		p.name(&found[i].Pos)
		for j := range found[i].Related {
			p.name(&found[i].Related[j].Pos)
		}
	}
	return found
}

func (p *patch) name(at *parser.Pos) {
	if file := p.copies[at.File]; file != "" {
		at.File = file
	}
}

// sort finds out what a file holds, before or after it was edited.
func (p *patch) sort(name string, texts ...*parser.Spec) {
	asks, draws, runs := false, false, false
	for _, text := range texts {
		if text == nil {
			continue // what is built in is a text, or nothing would run
		}
		for _, f := range text.Files {
			runs = runs || f.Name == name && len(f.Items) > 0
		}
		for _, x := range text.Named() {
			if x.Pos.File == name {
				asks = asks || x.Kind == "world" || x.Kind == "property" || x.Kind == "term"
				draws = draws || x.Kind == "scenario"
			}
		}
		for _, x := range text.Ghosts {
			asks = asks || x.Pos.File == name
		}
	}
	if asks {
		p.asks = append(p.asks, name)
	}
	if draws {
		p.draws = append(p.draws, name)
	}
	p.runs = p.runs || runs || !asks && !draws
}

// against is the layers to ask: without the user's word, all that see what the files hold.
func (p *patch) against(layers []string) ([]string, error) {
	if len(layers) == 0 {
		if p.runs || len(p.asks) > 0 {
			layers = append(layers, "verify")
		}
		if len(p.draws) > 0 {
			layers = append(layers, "scenarios")
		}
		return layers, nil
	}
	for layer, files := range map[string][]string{"verify": p.asks, "scenarios": p.draws} {
		if len(files) > 0 && !slices.Contains(layers, layer) {
			return nil, fmt.Errorf("of what %s holds only %s sees anything: add it to -against, or leave -against out", p.copies[files[0]], layer)
		}
	}
	return layers, nil
}

// built builds this tool from the patched text, and lets it tell who notices.
func (m *mutate) built(ctx context.Context, s streams, p *patch) error {
	folder, err := os.MkdirTemp("", "lockstep-patch-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	before, err := mutation.Here()
	if err != nil {
		return err
	}
	b, err := json.Marshal(before)
	if err != nil {
		return err
	}
	list := filepath.Join(folder, "before.json")
	if err := os.WriteFile(list, b, 0o600); err != nil {
		return err
	}
	shown := newProgress(s.err)
	shown.show("building the tool from the patched text")
	program := filepath.Join(folder, "lockstep.exe") // the suffix that one system needs does no harm on others
	err = mutation.Build(ctx, ".", p.text, program, "./cmd/lockstep")
	shown.clear()
	switch {
	case ctx.Err() != nil:
		return errors.New("interrupted")
	case err != nil:
		return fmt.Errorf("%s: worlds and properties are compiled in: %w", p.copies[p.asks[0]], err)
	}
	return handOver(ctx, s, program, m.again(list)...)
}

// again is the arguments by which the tool that was built goes on.
func (m *mutate) again(before string) []string {
	args := []string{"mutate", "--before=" + before, "--workers=" + fmt.Sprint(m.Workers)}
	for _, file := range m.Patch {
		args = append(args, "--patch="+file)
	}
	for _, layer := range m.Against {
		args = append(args, "--against="+layer)
	}
	if m.Bound != nil {
		args = append(args, "--bound="+fmt.Sprint(*m.Bound))
	}
	if m.Out != "" {
		args = append(args, "--out="+m.Out)
	}
	if m.Table {
		args = append(args, "--table")
	}
	if m.JSON {
		args = append(args, "--json")
	}
	return args
}

// handOver lets another program end what this one has begun.
func handOver(ctx context.Context, s streams, program string, args ...string) error {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Stdout, cmd.Stderr = s.out, s.err
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	err := cmd.Run()
	switch cmd.ProcessState.ExitCode() {
	case fine:
		return nil
	case findings:
		return errFindings
	case trouble:
		return errTold
	}
	if ctx.Err() != nil {
		return errors.New("interrupted")
	}
	return err
}

// compiledIn is the patch with which this tool was built.
func (m *mutate) compiledIn() (*mutation.Subject, error) {
	b, err := os.ReadFile(m.Before)
	if err != nil {
		return nil, err
	}
	var before mutation.Asked
	if err := json.Unmarshal(b, &before); err != nil {
		return nil, fmt.Errorf("%s: %w", m.Before, err)
	}
	return mutation.Built(&before)
}

// applied is what makes the patched text that of this source tree, where a trace of it is
// walked; "": there is no patch.
func (m *mutate) applied() string {
	if len(m.Patch) == 0 {
		return ""
	}
	words := []string{"cp"}
	for _, file := range append(slices.Clone(m.Patch), home) {
		words = append(words, shellWord(file))
	}
	return "apply the patch: " + strings.Join(words, " ") + " && go generate ./..."
}

// copied is a place of the text in the file that the user has edited.
func (m *mutate) copied(place string) string {
	for _, file := range m.Patch {
		if line, ok := strings.CutPrefix(place, home+"/"+filepath.Base(file)+":"); ok {
			return file + ":" + line
		}
	}
	return place
}
