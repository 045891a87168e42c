"""Rules of the cases service, without any input or output: time and reference values are arguments."""
