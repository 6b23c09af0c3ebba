"""The four things people use Redis for first, with redis-py's plain calls and 8 threads each:

cache    get, set, with and without a time to live
lock     setnx, expire, ttl, delete: one thread inside at a time
queue    rpush, lpop: every element comes out once, in order for each producer
counter  incr, decr: nothing is lost

    python3 four_uses.py [host [port]]

It uses keys that begin with "four_uses:" and removes them. It exits with 1 when the server did something wrong.
"""

import sys
import threading
import time
import traceback

import redis

THREADS = 8
PREFIX = "four_uses:"


def in_threads(function):
    """Runs function(number) in 8 threads, and fails when one of them failed."""
    failures = []

    def guarded(number):
        try:
            function(number)
        except BaseException:
            failures.append(traceback.format_exc())

    threads = [threading.Thread(target=guarded, args=(n,)) for n in range(THREADS)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not failures, failures[0]


def cache(r):
    assert r.get(PREFIX + "nothing") is None

    def use(number):
        mine, shared = f"{PREFIX}cache:{number}", f"{PREFIX}cache:shared"
        for i in range(200):
            value = f"value {i}\r\n".encode() * (i + 1)
            assert r.set(mine, value) is True
            assert r.get(mine) == value
            r.set(shared, number)
            assert 0 <= int(r.get(shared)) < THREADS
        r.set(mine, "short", px=50)
        assert 0 < r.pttl(mine) <= 50
        deadline = time.monotonic() + 10
        while r.get(mine) is not None:
            assert time.monotonic() < deadline, "a key outlives its time"
            time.sleep(0.01)

    in_threads(use)


def lock(r):
    name = PREFIX + "lock"
    inside, most, visits = [], [], []

    def use(number):
        for _ in range(25):
            while not r.setnx(name, number):
                time.sleep(0.001)
            assert r.expire(name, 60) is True
            assert 58 <= r.ttl(name) <= 60
            inside.append(number)
            most.append(len(inside))
            assert int(r.get(name)) == number
            inside.remove(number)
            visits.append(number)
            assert r.delete(name) == 1

    in_threads(use)
    assert max(most) == 1, f"{max(most)} threads had the lock at the same time"
    assert len(visits) == THREADS * 25
    assert r.ttl(name) == -2, "a lock that was given back is gone"
    assert r.setnx(name, "for good") is True
    assert r.ttl(name) == -1, "a lock without a time to live"
    assert r.setnx(name, "again") is False
    assert r.delete(name) == 1 and r.delete(name) == 0


def queue(r):
    name, each = PREFIX + "queue", 500
    taken, guard = [], threading.Lock()

    def use(number):
        if number % 2 == 0:
            for i in range(each):
                assert r.rpush(name, f"{number} {i}") >= 1
            return
        mine = []
        deadline = time.monotonic() + 30
        while True:
            element = r.lpop(name)
            if element is not None:
                mine.append(element.decode())
            with guard:
                if element is not None:
                    taken.append(element.decode())
                if len(taken) == each * THREADS // 2:
                    break
            assert time.monotonic() < deadline, f"only {len(taken)} elements came"
        for producer in range(0, THREADS, 2):
            numbers = [int(e.split()[1]) for e in mine if e.startswith(f"{producer} ")]
            assert numbers == sorted(numbers), "elements of one producer came out of order"

    in_threads(use)
    assert sorted(taken) == sorted(f"{p} {i}" for p in range(0, THREADS, 2) for i in range(each))
    assert r.lpop(name) is None
    assert r.exists(name) == 0, "an empty list is no key"


def counter(r):
    name, rounds = PREFIX + "counter", 500

    def use(number):
        seen = 0
        for i in range(rounds):
            now = r.incr(name)
            assert now >= 1
            if i % 5 == 4:
                r.decr(name)
            r.incr(f"{name}:{number}", 3)
            r.decr(f"{name}:{number}", 2)
            seen += 1
            assert int(r.get(f"{name}:{number}")) == seen

    in_threads(use)
    want = THREADS * (rounds - rounds // 5)
    assert int(r.get(name)) == want, f"{r.get(name)} instead of {want}"


def remove_keys(r):
    for key in r.scan_iter(PREFIX + "*"):
        r.delete(key)


def main():
    host = sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1"
    port = int(sys.argv[2]) if len(sys.argv) > 2 else 6379
    r = redis.Redis(host=host, port=port)
    failed = False
    remove_keys(r)
    for use in cache, lock, queue, counter:
        try:
            use(r)
            print(f"ok      {use.__name__}")
        except Exception:
            failed = True
            print(f"FAILED  {use.__name__}\n{traceback.format_exc()}")
        remove_keys(r)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
