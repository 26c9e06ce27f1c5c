package counterexample

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode"
)

// The files that Save writes.
const (
	TraceFile   = "trace.json"    // to be replayed
	CaptureFile = "trace.pcapng"  // the packets
	TestFile    = "trace_test.go" // to be pasted
)

// ReadTrace reads a trace of something that was written as JSON, and nothing beside.
func ReadTrace(b []byte, trace any, of string) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(trace); err != nil {
		return fmt.Errorf("no trace of %s: %w", of, InWords(err))
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the trace")
	}
	return nil
}

// InWords says what is wrong with a file in words of the file, and not of Go.
func InWords(err error) error {
	var wrong *json.UnmarshalTypeError
	switch {
	case !errors.As(err, &wrong):
		return err
	case wrong.Field == "":
		return fmt.Errorf("it holds %s where something else should stand", wrong.Value)
	}
	return fmt.Errorf("%s can't be a %s", wrong.Field, wrong.Value)
}

// Save writes the failure's files into a folder of its own below the one given, and
// returns that folder.
func (c *Counterexample) Save(folder string) (string, error) {
	folder = filepath.Join(folder, slug(c.Name))
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return "", err
	}
	b, err := json.MarshalIndent(c.Trace, "", "  ")
	if err != nil {
		return "", err
	}
	var capture bytes.Buffer
	if err := c.Capture(&capture); err != nil {
		return "", fmt.Errorf("capturing the trace: %w", err)
	}
	for name, content := range map[string][]byte{
		TraceFile: append(b, '\n'), CaptureFile: capture.Bytes(), TestFile: []byte(c.test()),
	} {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o666); err != nil {
			return "", err
		}
	}
	return folder, nil
}

// test is the Go test, with what must be done first.
func (c *Counterexample) test() string {
	if c.First == "" {
		return c.Test
	}
	return "// First " + c.First + ": without that, this fails, or tests nothing.\n\n" + c.Test
}

// words are the words of a name.
func words(name string) []string {
	return strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// slug is a name fit for a file: data-FIN-is-taken.
func slug(name string) string { return strings.Join(words(name), "-") }

// TestName is a name fit for a Go test: TestDataFINIsTaken.
func TestName(name string) string {
	s := "Test"
	for _, word := range words(name) {
		s += strings.ToUpper(word[:1]) + word[1:]
	}
	return s
}
