"""The peers' half of the bench: one timed run for each line on stdin, its milliseconds on stdout, times `factor`: for
runs that do only a part of the work."""
import sys
import time


def serve(run, factor=1):
    print("ready", flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        run()
        print(factor * 1e3 * (time.perf_counter() - start), flush=True)
