"""What all benchmarks share: rounds, servers, processes, results, table, plot."""
