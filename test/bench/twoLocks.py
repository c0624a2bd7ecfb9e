"""Check-out as the tutorial does it: one lock to load, another to save, so that between them somebody's save is lost.

Also its way to list the files, a look at each. For the benchmark, which needs something to be compared with.
"""

import json
import os
import statistics
import sys
import time
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path

EXTENSIONS = {'.mcam', '.vnc'}

try:
    import fcntl

    def acquire(file):
        fcntl.flock(file, fcntl.LOCK_EX)

    def release(file):
        fcntl.flock(file, fcntl.LOCK_UN)

except ImportError:
    import msvcrt

    def acquire(file):
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)

    def release(file):
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)


@contextmanager
def exclusively(path, mode):
    with open(path, mode) as file:
        acquire(file)
        try:
            yield file
            file.flush()
        finally:
            release(file)


def load(path):
    if not path.exists():
        return {}
    with exclusively(path, 'r+') as file:
        return json.load(file)


def save(path, locks):
    with exclusively(path, 'w') as file:
        json.dump(locks, file, indent=4)


def check_out(path, names, user, message):
    locks = load(path)
    for name in names:
        if name in locks:
            raise SystemExit(f"{name} is held by {locks[name]['user']}.")
        now = datetime.now(timezone.utc).isoformat()
        locks[name] = {'user': user, 'timestamp': now, 'message': message}
    save(path, locks)


def check_in(path, names):
    locks = load(path)
    for name in names:
        del locks[name]
    save(path, locks)


def list_files(repository):
    files = []
    for name in os.listdir(repository):
        path = repository / name
        if path.is_file() and path.suffix in EXTENSIONS:
            files.append({'name': name, 'size': path.stat().st_size})
    return files


def median_of(rounds, job, afterwards=lambda: None):
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        job()
        times.append((time.perf_counter() - started) * 1000)
        afterwards()
    return statistics.median(times)


def main(command, path, *rest):
    path = Path(path)
    if command == 'check-out':
        check_out(path, rest, 'Bob', 'new fixture')
    elif command == 'check-in':
        check_in(path, rest)
    elif command == 'time-check-outs':
        rounds, *names = rest
        print(median_of(int(rounds), lambda: check_out(path, names, 'Bob', 'new fixture'), lambda: check_in(path, names)))
    elif command == 'time-listings':
        print(median_of(int(rest[0]), lambda: list_files(path)))


main(*sys.argv[1:])
