package places

import "testing"

func TestFind(t *testing.T) {
	here := "internal/requirements/"
	for _, place := range []string{here + "requirements.go:Table", here + "requirements.go:Status", here + "requirements.go:Done", here + "rfc9293.tsv"} {
		if err := Find("../..", place); err != nil {
			t.Errorf("%s: %v", place, err)
		}
	}
	for _, place := range []string{here + "requirements.go:Tables", here + "no.go:Table", here + "requirements.go"} {
		if Find("../..", place) == nil {
			t.Errorf("%s was found", place)
		}
	}
	for test, want := range map[string]bool{
		"internal/places.TestFind": true, "internal/requirements.TestNothing": false,
		"internal/vectors.TestReadErrors/f:2: x": false, "internal/vectors.TestReadErrors/no_such": false,
		"internal/requirements": false,
	} {
		if err := FindTest("../..", test); (err == nil) != want {
			t.Errorf("%s: %v", test, err)
		}
	}
}
