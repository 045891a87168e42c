"""Facts of the past handed to a service's handlers once more: what already happened does not happen again."""
