package amount

import "testing"

func TestOf(t *testing.T) {
	for n, want := range []string{"0 bugs", "1 bug", "2 bugs"} {
		if got := Of(n, "bug"); got != want {
			t.Errorf("%s instead of %s", got, want)
		}
	}
	if got := Of(2, "property"); got != "2 properties" {
		t.Errorf("%s", got)
	}
}
