"""A projection built anew from its topic, beside the live one, and put in its place while reads go on."""
