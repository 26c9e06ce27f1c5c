package trace

import "testing"

func TestKindsHaveNames(t *testing.T) {
	seen := map[string]bool{}
	for k := range NumKinds {
		if name := k.String(); name == "" || seen[name] {
			t.Errorf("kind %d is called %q", k, name)
		} else {
			seen[name] = true
		}
	}
	if got := NumKinds.String(); got != "unknown kind" {
		t.Errorf("a kind out of range is called %q", got)
	}
}
