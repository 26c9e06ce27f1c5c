package main

import "errors"

type graph struct{}

func (graph) Run(s streams) error { return errors.New("not there yet") }
