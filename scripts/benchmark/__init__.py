"""What scripts/bench.py is made of: models, the programs that are timed, and workloads."""
