"""Speed, as ratios against a floor taken alternately in the same run. `make bench`, `make bench BENCH=scan`."""
