"""`python -m tests.ocpi.server --port 0 --state FILE [--requests FILE]`: the server as its own process.

The state is JSON: `{"server": {"versions": ["2.2.1"], "page_size": 10, ...}, "objects": {"cdrs": [...]},
"faults": [{"kind": "reset", "module": "cdrs", "at": 1, "times": 1}], "random": {"seed": 1, "probability": 0.1}}`, all
parts optional. The first line printed is the port; it ends when its standard input does. Requests are appended to
`--requests` as JSON lines on the way out.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from tests.ocpi.server.serving import Server


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.ocpi.server", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--state", type=Path)
    parser.add_argument("--requests", type=Path)
    options = parser.parse_args()
    state = json.loads(options.state.read_bytes()) if options.state else {}
    with Server(port=options.port, **state.get("server", {})) as server:
        for module, items in state.get("objects", {}).items():
            server.put(module, *items)
        for fault in state.get("faults", []):
            server.fail(**fault)
        if "random" in state:
            server.fail_at_random(**state["random"])
        sys.stdout.write(f"{server.port}\n")
        sys.stdout.flush()
        sys.stdin.read()
        if options.requests:
            lines = [
                json.dumps({"part": r.part, "path": r.path, "query": r.query, "headers": r.headers, "fault": r.fault})
                for r in server.requests
            ]
            options.requests.write_text("".join(line + "\n" for line in lines), encoding="utf-8")


if __name__ == "__main__":
    main()
