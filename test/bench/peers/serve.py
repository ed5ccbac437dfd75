"""The peers' half of the bench: one timed run for each line on stdin, its milliseconds on stdout."""
import sys
import time


def serve(run):
    print("ready", flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        run()
        print(1e3 * (time.perf_counter() - start), flush=True)
