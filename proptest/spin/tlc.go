package spin

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/lockstep-tcp/lockstep/gen/tla"
)

// ErrNoTLC means that nobody has said where TLC is, or that there is no Java.
var ErrNoTLC = errors.New("spin: needs Java, and in LOCKSTEP_TLC the path of tla2tools.jar, which has TLC (no Debian package has it)")

var (
	generated = regexp.MustCompile(`(\d+) states generated, (\d+) distinct states found, 0 states left`)
	violated  = regexp.MustCompile(`(?m)^Error: (.*)$`)
)

// TLC checks a module that ExportTLA wrote. Like Run, it answers with what is broken;
// an error means that the search could not be made.
func TLC(ctx context.Context, dir string, module, cfg []byte) (*Result, error) {
	jar := os.Getenv("LOCKSTEP_TLC")
	if _, err := exec.LookPath("java"); jar == "" || err != nil {
		return nil, ErrNoTLC
	}
	for name, b := range map[string][]byte{tla.Module + ".tla": module, tla.Module + ".cfg": cfg} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			return nil, err
		}
	}
	began := time.Now()
	cmd := exec.CommandContext(ctx, "java", "-XX:+UseSerialGC", "-cp", jar, "tlc2.TLC", "-workers", "1", tla.Module)
	cmd.Dir = dir
	b, err := cmd.CombinedOutput()
	out, r := string(b), &Result{Elapsed: time.Since(began)}
	if m := violated.FindStringSubmatch(out); m != nil {
		r.Broken = m[1]
		if strings.Contains(out, "Parsing or semantic analysis failed") || !strings.Contains(m[1], "violated") {
			return nil, fmt.Errorf("TLC: %s\n%s", m[1], out)
		}
		return r, nil
	}
	m := generated.FindStringSubmatch(out)
	if err != nil || m == nil {
		return nil, fmt.Errorf("TLC ended without a report: %v\n%s", err, out)
	}
	r.States, r.Steps = number(m[2]), number(m[1])-1 // TLC counts coming to the initial state
	return r, nil
}
