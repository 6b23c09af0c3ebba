"""Runs the Python of docs/patterns.md against a server.

    python3 patterns.py [host [port]]

It executes every python block of the document in order, and then uses the functions that they define. It flushes the
server's database 0, and exits with 1 when something is not as the document says.
"""

import pathlib
import re
import sys
import threading

import redis

DOCUMENT = pathlib.Path(__file__).parents[3] / "docs" / "patterns.md"


class Database:
    """What the cache of the document stands before."""

    def __init__(self):
        self.users = {1: {"id": 1, "name": "Ada"}}
        self.queries = 0

    def user(self, id):
        self.queries += 1
        return dict(self.users[id])

    def set_user(self, user):
        self.users[user["id"]] = dict(user)


def in_threads(n, function):
    threads = [threading.Thread(target=function, args=(i,)) for i in range(n)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()


def cache(doc, r):
    db = Database()
    assert doc["get_user"](db, 1)["name"] == "Ada"
    assert doc["get_user"](db, 1)["name"] == "Ada"
    assert db.queries == 1 and 58 <= r.ttl("user:1") <= 60
    doc["put_user"](db, {"id": 1, "name": "Ada Lovelace"})
    assert doc["get_user"](db, 1)["name"] == "Ada Lovelace"
    r.delete("user:1")
    db.queries = 0
    in_threads(20, lambda _: doc["get_user"](db, 1))
    assert db.queries == 1, f"{db.queries} queries for one row"
    assert r.keys("user:*") == [b"user:1"]


def lock(doc, r):
    ttl = []
    assert doc["beginners_lock"](lambda: ttl.append(r.ttl("lock")))
    assert 8 <= ttl[0] <= 10 and not r.exists("lock")
    r.setnx("lock", "left behind")
    assert not doc["beginners_lock"](lambda: None) and r.ttl("lock") == -1

    token = doc["acquire"]("room", 60000)
    assert token and doc["acquire"]("room", 60000) is None
    assert 59000 < r.pttl("room") <= 60000
    assert doc["release"]("room", token) is True
    assert doc["release"]("room", token) is False
    other = doc["acquire"]("room", 60000)
    assert doc["release"]("room", token) is False, "the lock of another"
    assert r.get("room").decode() == other

    inside, most = [], []

    def visit(number):
        for _ in range(10):
            while (mine := doc["acquire"]("hall", 60000)) is None:
                pass
            inside.append(number)
            most.append(len(inside))
            inside.remove(number)
            assert doc["release"]("hall", mine)

    in_threads(8, visit)
    assert len(most) == 80 and max(most) == 1


def queue(doc, r):
    done, stopping = [], threading.Event()

    def do(job):
        done.append(job)
        if len(done) == 500:
            stopping.set()

    workers = [threading.Thread(target=doc["work"], args=(do, stopping)) for _ in range(4)]
    for w in workers:
        w.start()
    for i in range(0, 500, 10):
        doc["put"](*range(i, i + 10))
    for w in workers:
        w.join(timeout=30)
    assert sorted(map(int, done)) == list(range(500))


def counter(doc, r):
    def count(_):
        for _ in range(50):
            doc["like"]("page")
            doc["like"]("page")
            doc["unlike"]("page")

    in_threads(8, count)
    assert r.get("likes:page") == b"400"
    # Should a minute end in between, the counts begin anew; then once more.
    for _ in range(2):
        r.delete(*r.keys("rate:*") or ["none"])
        allowed = [doc["allow"]("alice", 3) for _ in range(5)]
        if len(r.keys("rate:*")) == 1:
            break
    assert allowed == [True, True, True, False, False]
    assert 118 <= r.ttl(r.keys("rate:*")[0]) <= 120


def main():
    host = sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1"
    port = int(sys.argv[2]) if len(sys.argv) > 2 else 6379
    r = redis.Redis(host=host, port=port)
    r.flushdb()
    doc = {}
    text = DOCUMENT.read_text()
    server = 'host="127.0.0.1", port=6379'
    assert text.count(server) == 1
    for block in re.findall(r"```python\n(.*?)```", text.replace(server, f'host="{host}", port={port}'), re.DOTALL):
        exec(block, doc)
    for use in cache, lock, queue, counter:
        use(doc, r)
        print(f"ok      {use.__name__}")
    r.flushdb()


if __name__ == "__main__":
    main()
