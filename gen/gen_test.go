package gen

import (
	"os"
	"testing"
)

func TestWrite(t *testing.T) {
	files, err := Generate(os.DirFS("../spec/tcp"))
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range files {
		if err := os.WriteFile("/tmp/gentcp/"+name, b, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}
