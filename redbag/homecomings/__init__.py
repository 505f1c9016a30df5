"""What the home looks at when somebody is back: papers about resuscitation, new allergies, what must be asked today."""
