"""Singular value decompositions of torch on a random matrix (m, n); prints one JSON line of milliseconds.

usage: python bench_init.py M N RANK LOWRANK_RUNS FULL_RUNS
"""

import json
import sys
import time

import torch

m, n, rank, lowrank_runs, full_runs = map(int, sys.argv[1:])
torch.manual_seed(0)
w = torch.randn(m, n)


def milliseconds(run, runs):
    times = []
    for _ in range(runs):
        begun = time.perf_counter()
        run()
        times.append((time.perf_counter() - begun) * 1000)
    return times


with torch.no_grad():
    torch.svd_lowrank(w[:256, :256], q=8)  # warm-up
    lowrank = milliseconds(lambda: torch.svd_lowrank(w, q=rank, niter=4), lowrank_runs)
    full = milliseconds(lambda: torch.linalg.svd(w, full_matrices=False), full_runs)
print(json.dumps({"lowrank": lowrank, "full": full, "torch": torch.__version__}))
