"""The questions of `bitacora-bench reports` put to DuckDB, over the rows that reports read (`--keep` writes them as CSV).

Usage: duckdb_peers.py facts.csv... ; prints the 95th percentile of each question in milliseconds.
"""

import os
import sys
import tempfile
import time

import duckdb

THREADS = 2
TIMES = 20
# The last year, as the questions to the server have it, in UTC.
YEAR = "started_at >= 1735689600000000 AND started_at < 1766188800000000"
MEASURES = ", ".join(
    f"count({m}), sum({m}), quantile_disc({m}, [0.5, 0.9])" for m in ("wait_ms", "talk_ms", "hold_ms", "acw_ms")
)
COLUMNS = {
    column: "BIGINT"
    for column in "started_at kind col agent ring_group wait_ms talk_ms hold_ms acw_ms".split()
}
QUESTIONS = {
    "a year by day, ring group and code, counted": f"SELECT started_at // 86400000000, ring_group, col, count(*), sum(talk_ms) FROM facts WHERE {YEAR} GROUP BY ALL",
    "a year by day and agent, with p50 and p90 of four measures": f"SELECT started_at // 86400000000, agent, {MEASURES} FROM facts WHERE {YEAR} GROUP BY ALL",
    "three years by month and agent, with p50 and p90 of four measures": f"SELECT date_trunc('month', make_timestamp(started_at)), agent, {MEASURES} FROM facts GROUP BY ALL",
    "three years by agent and code, counted": "SELECT agent, col, count(*), sum(talk_ms) FROM facts GROUP BY ALL",
}


def p95(times: list[float]) -> float:
    return sorted(times)[max(0, -(-len(times) * 95 // 100) - 1)] * 1000


def main() -> None:
    print(f"DuckDB {duckdb.__version__}, {THREADS} threads")
    for path in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as place:
            file = os.path.join(place, "facts.duckdb")
            with duckdb.connect(file, config={"threads": THREADS}) as db:
                began = time.perf_counter()
                db.execute(f"CREATE TABLE facts AS SELECT * FROM read_csv(?, header = true, columns = {COLUMNS})", [path])
                rows = db.execute("SELECT count(*) FROM facts").fetchone()[0]
                print(f"{rows}: loaded from CSV in {time.perf_counter() - began:.1f} s")
                for what, sql in QUESTIONS.items():
                    times = []
                    for _ in range(TIMES):
                        began = time.perf_counter()
                        db.execute(sql).fetchall()
                        times.append(time.perf_counter() - began)
                    print(f"{rows}: {what}: {p95(times):.1f} ms")


if __name__ == "__main__":
    main()
