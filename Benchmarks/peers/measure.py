"""What the peers in Python share: the request on standard input, the clocks, the report on standard output."""

import json
import os
import resource
import sys
import time
from datetime import datetime, timedelta, timezone

now = time.perf_counter_ns


class Failure(Exception):
    """Why a run came to nothing."""


class Request:
    """What is to be measured: one `name=value` a line."""

    def __init__(self, lines):
        values = dict(line.rstrip("\n").split("=", 1) for line in lines if "=" in line)
        self.workload = values["workload"]
        self.url = values.get("url", "")
        self.seconds = float(values.get("seconds", 2))
        self.connections = int(values.get("connections", 8))
        self.tasks = int(values.get("tasks", 64))
        self.rows = int(values.get("rows", 1_000_000))
        self.sql = values.get("sql", "")
        self.truncate = values.get("truncate", "")
        self.check = values.get("check", "")
        self.expected = values.get("expected", "")


class Tally:
    """What came of one pass; the clocks can be stopped for what is no part of the workload."""

    def __init__(self, seconds, is_warm_up):
        self.is_warm_up = is_warm_up
        self.operations = self.rows = self.bytes = 0
        self.latencies = []
        self.excluded = (0, 0.0, 0.0)
        self.begun = clocks()
        self.last = now()
        self.deadline = self.last + int(seconds * 1e9)

    def goes_on(self):
        return self.last < self.deadline

    def finish(self, operations=1, rows=0, bytes=0, begun_at=None):
        """Notes operations that went together; they began when the ones before ended, or at a time of their own."""
        time = now()
        self.latencies.append(time - (self.last if begun_at is None else begun_at))
        self.last = time
        self.operations += operations
        self.rows += rows
        self.bytes += bytes
        return time

    def pause(self):
        self.paused = clocks()

    def resume(self):
        end = clocks()
        self.excluded = tuple(sum + after - before for sum, after, before in zip(self.excluded, end, self.paused))
        self.deadline += now() - self.last
        self.last = now()

    def measurement(self):
        end = clocks()
        wall, user, system = (
            after - before - left for after, before, left in zip(end, self.begun, self.excluded))
        ordered = sorted(self.latencies)

        def percentile(share):
            return ordered[min(len(ordered) - 1, int(len(ordered) * share))] / 1e3 if ordered else 0.0

        return dict(
            operations=self.operations, rows=self.rows, bytes=self.bytes, seconds=wall / 1e9, p50=percentile(0.5),
            p99=percentile(0.99), cpuUser=user, cpuSystem=system, peakResidentKilobytes=peak_resident_kilobytes())


def clocks():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return (now(), usage.ru_utime, usage.ru_stime)


def peak_resident_kilobytes():
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def passes(request):
    """The warm-up, which is thrown away, and the timed pass."""
    yield Tally(min(0.3, request.seconds), True)
    yield Tally(request.seconds, False)


def expect(is_right):
    if not is_right:
        raise Failure("a wrong answer")


def copied_rows(count):
    """The rows of `copy_in`, as the application has them."""
    start = datetime(2024, 1, 1, tzinfo=timezone.utc)
    return [
        (i, i * 7, f"row number {i:09d}", i / 3, start + timedelta(seconds=i)) for i in range(1, count + 1)]


BATCH = 1000
INSERTED = (10, 11, 10, "TESTTESTTEST", 10.333, 12341234, "123412341234")
ACCOUNTS = 100_000
BLOB = 1 << 20


def balance(key):
    return key * 7919 % 10_000


def main(import_peer, packages):
    """Measures once; `import_peer` imports the driver and returns the function that does it."""
    os.environ.setdefault("PGGSSENCMODE", "disable")
    try:
        request = Request(sys.stdin)
        try:
            run = import_peer()
        except ImportError as error:
            raise Failure(f"{error}; python3 -m pip install {packages}") from error
        print(json.dumps(dict(measurement=run(request))), flush=True)
    except Exception as error:
        print(json.dumps(dict(error=f"{type(error).__name__}: {error}" if not isinstance(error, Failure) else str(error))))
        sys.exit(1)
