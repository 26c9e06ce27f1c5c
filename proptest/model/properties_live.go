package model

var (
	stateProperties, transitionProperties, blindProperties, segmentProperties,
	acknowledgmentProperties, textProperties, outputProperties, timerProperties, userProperties, liveProperties []Property
)
