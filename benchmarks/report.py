"""`docs/benchmarks.md`, rendered from what was measured."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from benchmarks.results import END_TO_END, INGEST, JUDGING, Chain, Results, Target, Yardsticks, marginal, targets
from benchmarks.step import FOLDERS, Measured
from benchmarks.yardsticks import SCAN_RUNS, SCAN_SQL, SCAN_THREADS

_SLOWEST = 12
_STEPS = {
    "land": "landing: bytes compressed, hashed and made durable",
    "raw": "raw load: pages taken apart, objects keyed",
    "staging": "staging models: typed",
    "core": "core models",
    "validation": "validation models: rules on records and their history",
    "pricing": "pricing models: prices, lines, findings",
    "reconciliation": "reconciliation models",
    "verdicts": "verdict models",
}

_INTRODUCTION = """\
# Benchmarks
How long the pipeline takes from landed pages to reconciled CDRs, on one machine. `make bench` measured it and wrote
this page; no test asks for these times.
"""

_READING = f"""\
## How to read it
The CDRs come from a seeded stream (`benchmarks/stream.py`): eight operators in as many countries, 70 % OCPI 2.2.1 and
15 % each of 2.1.1 and 2.3.0, about 2.4 KB a CDR, 400 tariffs of which half have restrictions, one to six charging
periods, 2.7 on average. Every CDR embeds its tariffs; of 5 % half claim another total than their tariff gives and half
have another fault. No EVSE and no token is used twice at once. Each CDR has its session; tariffs, locations and tokens
were received before.

Every step has a process of its own and goes through the code of the night: `land_path`, `load_raw`, and dbt on one
folder of models. Data tests and the Great Expectations suites are not part of it.

- **busy** is the time in which at least one model ran; dbt may run two at a time. For landing and raw it is the wall
  time.
- **sum** adds up what each model took.
- **wall** also holds what dbt needs besides: reading the project, starting and recording each model. It hardly grows
  with the number of CDRs.
- **cpu** is processor time, of all threads and of all that dbt does besides. It is the one to compare when others use
  the machine too, which the load average at the start of each step tells.
- **peak** is the most memory that the process held, the engine's cache included.

One thread means one for the engine and one model at a time (`ROAMLEDGER_THREADS`). Speeds and ratios use busy seconds.
Ingest is raw load and staging, end to end is raw load to reconciliation without the rules, judging is the rules and
the verdicts; landing stands apart, since it is done when pulls arrive.

The yardsticks read the same CDRs, one JSON object a line, uncompressed and in the file cache. Reading is
`{SCAN_SQL.replace("?", "'objects.ndjson'")}`
on {SCAN_THREADS} threads, best of {SCAN_RUNS}. The `json.loads` loop is plain Python. The oracle (`tests/oracle`)
prices one CDR after the other, already parsed, in plain Python too.

## How to measure again
`make bench` takes 100,000 and 1,000,000 CDRs, `make bench COUNTS=5000000` others, `make bench BENCH="--marginal"` also
500,000 for the cost of one more CDR. A million needs about 7 GB below `data/bench`, where the streams stay for the next
time; `results.json` there holds every model's time. Nothing else should run meanwhile.
"""


def render(results: Results) -> str:
    """The whole page."""
    parts = [_INTRODUCTION, _machine(results), _aims(results)]
    for yardsticks in results.yardsticks:
        chains = [chain for chain in results.chains if chain.count == yardsticks.count]
        parts.append(_count(yardsticks, chains))
    parts += [_slowest(results), _READING]
    return "\n".join(part for part in parts if part)


def _machine(results: Results) -> str:
    return _table(("machine", ""), [(name, value) for name, value in results.machine.items()])


def _aims(results: Results) -> str:
    count = results.counts[-1]
    rows: list[Target] = targets(results, count)
    more = marginal(results, results.most_threads)
    if more:
        rows.append(more)
    head = f"## Against the aims, {count:,} CDRs\n"
    verdicts = {True: "yes", False: "no", None: "not measured"}
    return head + _table(
        ("", "measured", "aim", "met"), [(row.title, row.text, row.aim, verdicts[row.is_met]) for row in rows]
    )


def _count(yardsticks: Yardsticks, chains: Sequence[Chain]) -> str:
    text = f"## {yardsticks.count:,} CDRs, {yardsticks.object_bytes / 1e6:,.0f} MB of JSON\n"
    for chain in chains:
        rows = [_row(title, chain, name) for name, title in _STEPS.items() if name in chain.steps]
        for title, names in (("**ingest**", INGEST), ("**end to end**", END_TO_END), ("**judging**", JUDGING)):
            seconds = chain.seconds(*names)
            if seconds is not None:
                steps = [chain.steps[name] for name in names]
                peak = _megabytes(max(step.peak_bytes for step in steps))
                rows.append((title, *_times(*steps), _speed(chain.count, seconds), peak, ""))
        threads = "one thread" if chain.threads == 1 else f"{chain.threads} threads"
        text += f"\n### {threads.capitalize()}\n" if len(chains) > 1 else ""
        text += _table(
            ("step", "busy s", "sum s", "wall s", "cpu s", "CDRs/s", "peak MB", "load"), rows, numbers_from=1
        )
        if chain.failure:
            text += f"\nThis chain ended early: {chain.failure}.\n"
    rows = [
        (
            title,
            f"{yardsticks.seconds(name):.2f}",
            f"{yardsticks.cpu_seconds(name):.2f}",
            _speed(yardsticks.count, yardsticks.seconds(name)),
        )
        for name, title in (
            ("scan", f"DuckDB reads the objects, {SCAN_THREADS} threads"),
            ("loads", "`json.loads` loop, scaled from a sample"),
            ("oracle", "the oracle's loop, scaled from a sample"),
        )
    ]
    return text + "\n" + _table(("yardstick", "s", "cpu s", "CDRs/s"), rows, numbers_from=1)


def _row(title: str, chain: Chain, name: str) -> tuple[str, ...]:
    step = chain.steps[name]
    return (
        title,
        *_times(step),
        _speed(chain.count, step.busy_s),
        _megabytes(step.peak_bytes),
        f"{step.load_average:.1f}",
    )


def _times(*steps: Measured) -> list[str]:
    """Busy, sum, wall and processor seconds of the steps together."""
    columns = zip(*((step.busy_s, step.sum_s, step.wall_s, step.cpu_s) for step in steps), strict=True)
    return [f"{sum(column):.1f}" for column in columns]


def _speed(count: int, seconds: float) -> str:
    return f"{count / seconds:,.0f}"


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f}"


def _slowest(results: Results) -> str:
    """The models that took longest for the largest count that got that far."""
    chain = next((each for each in reversed(results.chains) if FOLDERS[0] in each.steps), None)
    if chain is None:
        return ""
    known = [folder for folder in FOLDERS if folder in chain.steps]
    known = [folder for folder in FOLDERS if folder in chain.steps]
    nodes = [(node.seconds, folder, node.name) for folder in known for node in chain.steps[folder].nodes]
    slowest = sorted(nodes, reverse=True)[:_SLOWEST]
    rows = [(f"`{name}`", folder, f"{seconds:.1f}") for seconds, folder, name in slowest]
    head = f"## Slowest models, {chain.count:,} CDRs, threads {chain.threads}\n"
    return head + _table(("model", "folder", "s"), rows, numbers_from=2)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], numbers_from: int = 99) -> str:
    rule = ["---:" if at >= numbers_from else "---" for at in range(len(head))]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in (head, rule, *rows))
