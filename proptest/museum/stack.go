package museum

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/lockstep-tcp/lockstep/gen/golang"
	"github.com/lockstep-tcp/lockstep/gen/ir"
	"github.com/lockstep-tcp/lockstep/proptest"
	"github.com/lockstep-tcp/lockstep/proptest/counterexample"
)

const module = "github.com/lockstep-tcp/lockstep"

// ErrNoCheckout says that nothing can be compiled here.
var ErrNoCheckout = errors.New("this is compiled with the go command from a checkout of " + module +
	": install Go (https://go.dev/dl), and run this inside the source tree")

// Root finds the checkout that a folder belongs to.
func Root(folder string) (string, error) {
	at, err := filepath.Abs(folder)
	if err != nil {
		return "", err
	}
	for begin := at; ; {
		content, err := os.ReadFile(filepath.Join(at, "go.mod"))
		if err == nil && strings.HasPrefix(string(content), "module "+module+"\n") {
			return at, nil
		}
		above := filepath.Dir(at)
		if above == at {
			return "", fmt.Errorf("%s is in no checkout: %w", begin, ErrNoCheckout)
		}
		at = above
	}
}

// test plants the bug into the runtime by an overlay and runs the test that must fail.
func (e *Entry) test(ctx context.Context, o Options) (r Result, err error) {
	root := o.Root
	if root == "" {
		root = "."
	}
	if root, err = Root(root); err != nil {
		return r, err
	}
	changed, err := e.changed(root)
	if err != nil {
		return r, err
	}
	folder, err := os.MkdirTemp("", "lockstep-trace-")
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(folder)
	trace := filepath.Join(folder, counterexample.TraceFile)
	out, failure, err := GoTest(ctx, root, changed, "-timeout=2m", "-run="+e.Check.Run, e.Check.Package, "-lockstep.trace="+trace)
	if err != nil {
		return r, err
	}
	return judge(e, out, failure, trace)
}

// GoTest runs go test in a checkout in which some files, by their paths, have other
// contents; one without contents is not there. failure is what the command says of the
// tests, err that it did not run.
func GoTest(ctx context.Context, root string, changed map[string][]byte, args ...string) (out string, failure, err error) {
	return goCommand(ctx, root, changed, append([]string{"test", "-count=1", "-vet=off"}, args...)...)
}

// GoBuild builds a program of such a checkout; failure is what the compiler says of it.
func GoBuild(ctx context.Context, root string, changed map[string][]byte, program, folder string) (out string, failure, err error) {
	return goCommand(ctx, root, changed, "build", "-buildvcs=false", "-o", program, folder)
}

func goCommand(ctx context.Context, root string, changed map[string][]byte, args ...string) (out string, failure, err error) {
	tool, err := exec.LookPath("go")
	if err != nil {
		return "", nil, fmt.Errorf("%w (%w)", ErrNoCheckout, err)
	}
	folder, err := os.MkdirTemp("", "lockstep-overlay-")
	if err != nil {
		return "", nil, err
	}
	defer os.RemoveAll(folder)
	overlay, err := overlay(root, folder, changed)
	if err != nil {
		return "", nil, err
	}
	cmd := exec.CommandContext(ctx, tool, slices.Insert(args, 1, "-overlay="+overlay)...)
	cmd.Dir, cmd.Env = root, append(os.Environ(), "GOTMPDIR="+folder) // what it leaves when it is killed goes with the folder
	apart(cmd)
	cmd.WaitDelay = time.Second // from an interruption on
	b, failure := cmd.CombinedOutput()
	if ctx.Err() != nil {
		end(cmd) // what it has started, too: compilers, and the test
	}
	return string(b), failure, ctx.Err()
}

// overlay writes the changed files into a folder, and the file that tells the go
// command to take them for the real ones.
func overlay(root, folder string, changed map[string][]byte) (name string, err error) {
	replace := map[string]string{}
	for file, content := range changed {
		if content == nil {
			replace[filepath.Join(root, filepath.FromSlash(file))] = ""
			continue
		}
		copied := filepath.Join(folder, strings.ReplaceAll(file, "/", "_"))
		if err := os.WriteFile(copied, content, 0o600); err != nil {
			return "", err
		}
		replace[filepath.Join(root, filepath.FromSlash(file))] = copied
	}
	b, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	name = filepath.Join(folder, "overlay.json")
	return name, os.WriteFile(name, b, 0o600)
}

// changed returns the files of the module that the bug changes. Of a changed text
// that is the package generated from it.
func (e *Entry) changed(root string) (map[string][]byte, error) {
	if e.Where == Runtime {
		return e.patched(func(name string) ([]byte, error) { return os.ReadFile(filepath.Join(root, filepath.FromSlash(name))) })
	}
	text, err := PatchedText(e)
	if err != nil {
		return nil, err
	}
	program, err := compile(text)
	if err != nil {
		return nil, fmt.Errorf("museum entry %s: the changed text: %w", e.ID, err)
	}
	return Generated(program)
}

// What the go command prints of a failing test.
var (
	failedTest = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)`)
	crash      = regexp.MustCompile(`(?m)^panic: (.*)`)
	again      = regexp.MustCompile(`(?m)^(\s*again: ).*`) // on the code that ships, which has not the bug
)

// judge looks at what has become of a test, and at the trace that it has written. A test
// that did not run, or could not be compiled, has found nothing.
func judge(e *Entry, out string, failure error, trace string) (r Result, err error) {
	r.Output = again.ReplaceAllString(out, "${1}lockstep museum -run "+e.ID)
	var exit *exec.ExitError
	switch {
	case strings.Contains(out, "no tests to run"):
		return r, fmt.Errorf("museum entry %s: there is no test %s in %s", e.ID, e.Check.Run, e.Check.Package)
	case failure == nil:
		return r, nil
	case !errors.As(failure, &exit):
		return r, failure
	}
	if all := failedTest.FindAllStringSubmatch(out, -1); all != nil {
		r.Test = all[len(all)-1][1] // behind those that it is part of
	}
	if r.By = r.Test; r.By == "" {
		m := crash.FindStringSubmatch(out)
		if m == nil {
			return r, fmt.Errorf("museum entry %s: %s did not run:\n%s", e.ID, e.Check.Package, bytes.TrimSpace([]byte(out)))
		}
		r.By = "panic: " + m[1]
	}
	r.Killed = true
	return r, r.read(trace)
}

// read takes what a test has found from the trace that it has written. A test that crashes
// has written none.
func (r *Result) read(trace string) error {
	b, err := os.ReadFile(trace)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	}
	t, err := proptest.ReadTrace(b)
	if err != nil {
		return err
	}
	r.By, r.Case, r.Packets, r.Steps, r.Shrunk = t.Property, t.Case, t.Packets, t.Steps, t.Shrunk
	return nil
}

// Generated is the files of generated/tcp that a program gives, by their paths in a checkout.
func Generated(p *ir.Program) (map[string][]byte, error) {
	code, err := golang.Emit(p, textFolder)
	if err != nil {
		return nil, err
	}
	changed := map[string][]byte{}
	for name, content := range code {
		changed["generated/tcp/"+name] = content
	}
	return changed, nil
}
