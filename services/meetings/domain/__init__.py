"""The rules of the council. Pure: no input or output, and time is an argument."""
