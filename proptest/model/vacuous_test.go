package model

import "testing"

// A property of executions that no world asks is told apart from one that nothing has put to the test.
func TestWhyVacuous(t *testing.T) {
	for i := range Properties {
		if why := WhyVacuous(Properties[i].Name); why != "" {
			t.Errorf("%s: %s", Properties[i].Name, why)
		}
	}
	before := Properties
	defer func() { Properties = before }()
	Properties = append(before[:len(before):len(before)], Property{Name: "soon", Live: &Live{}})
	if why := WhyVacuous("soon"); why != " (no world asks it: write its name behind asks of one)" {
		t.Error(why)
	}
}
