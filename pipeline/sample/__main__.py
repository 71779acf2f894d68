"""`python -m pipeline.sample [--seed N] [--out DIR]`: make the sample pulls, their configuration and answer key."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from pipeline.sample.frame import DEFAULT_SEED, SAMPLE_DIR
from pipeline.sample.generate import build, write


def main() -> None:
    """Read the two options and write the sample."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.sample", description=__doc__)
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="same seed, same bytes")
    parser.add_argument("--out", type=Path, default=SAMPLE_DIR, help="folder to write to")
    options = parser.parse_args()
    world = build(options.seed)
    write(world, options.out)
    counts = ", ".join(f"{name} {count}" for name, count in sorted(world.planted.items()))
    sys.stdout.write(
        f"{len(world.records)} charges, {len(world.expected)} expected findings; planted: {counts or 'nothing'}\n"
    )


if __name__ == "__main__":
    main()
