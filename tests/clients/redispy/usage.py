"""What else users of redis-py do: pipelines, transactions, pub/sub in a thread, locks, scripts, blocking pops, streams.

    python3 usage.py [host [port]]

It flushes the server's database 0, and exits with 1 when something is not as with Redis.
"""

import sys
import threading
import time

import redis
from redis.exceptions import LockError, LockNotOwnedError, NoScriptError, ResponseError

PATIENCE = 20  # seconds that something may take that happens by itself


def until(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it never came to pass"
        time.sleep(0.005)


def in_threads(n, function):
    failures = []

    def guarded(number):
        try:
            function(number)
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=guarded, args=(i,)) for i in range(n)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    if failures:
        raise failures[0]


def pipelines(r):
    with r.pipeline(transaction=False) as p:
        for i in range(1000):
            p.set(f"k{i}", i).incr(f"k{i}")
        assert p.execute() == [x for i in range(1000) for x in (True, i + 1)]
        p.lpush("k0", "x").get("k1")
        failed, two = p.execute(raise_on_error=False)
        assert isinstance(failed, ResponseError) and str(failed).startswith("WRONGTYPE") and two == "2"
    with r.pipeline() as p:
        p.multi()
        assert p.hset("h", mapping={"a": 1, "b": 2}).hgetall("h").expire("h", 60).execute() == [2, {"a": "1", "b": "2"}, True]
        try:
            p.incr("h").execute()
            raise AssertionError("a hash was incremented")
        except ResponseError as error:
            assert "WRONGTYPE" in str(error) and "INCRBY h 1" in str(error)


def transactions(r):
    r.set("n", 0)

    def add(p):
        n = int(p.get("n"))
        p.multi()
        p.set("n", n + 1)
        return n

    seen = []
    in_threads(8, lambda _: [seen.append(r.transaction(add, "n", value_from_callable=True)) for _ in range(25)])
    assert sorted(seen) == list(range(200)) and r.get("n") == "200"
    with r.pipeline() as p:
        p.watch("n")
        r.incr("n")
        p.multi()
        p.incr("n")
        try:
            p.execute()
            raise AssertionError("the key had changed")
        except redis.WatchError:
            pass


def pubsub(r):
    heard = []
    sub = r.pubsub(ignore_subscribe_messages=True)
    sub.subscribe(news=lambda m: heard.append((m["channel"], m["data"])))
    sub.psubscribe(**{"ne*": lambda m: heard.append((m["pattern"], m["channel"], m["data"]))})
    thread = sub.run_in_thread(sleep_time=0.01, daemon=True)
    until(lambda: r.publish("news", "first") == 2)
    until(lambda: len(heard) >= 2)
    heard.clear()
    for i in range(100):
        assert r.publish("news", i) == 2
    until(lambda: len(heard) == 200)
    assert heard == [x for i in range(100) for x in (("news", str(i)), ("ne*", "news", str(i)))]
    assert r.pubsub_channels() == ["news"] and r.pubsub_numsub("news") == [("news", 1)] and r.pubsub_numpat() == 1
    thread.stop()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    until(lambda: r.publish("news", "nobody") == 0)


def locks(r):
    inside, visits = [], []

    def visit(number):
        for _ in range(10):
            with r.lock("room", timeout=60, sleep=0.002):
                inside.append(number)
                assert inside == [number], "not alone"
                visits.append(number)
                inside.clear()

    in_threads(8, visit)
    assert len(visits) == 80 and not r.exists("room")

    mine = r.lock("l", timeout=10)
    assert mine.acquire(blocking=False) and mine.owned() and mine.locked()
    assert not r.lock("l").acquire(blocking=False)
    assert mine.extend(20) and 25 < r.pttl("l") / 1000 <= 30
    assert mine.extend(20, replace_ttl=True) and 15 < r.pttl("l") / 1000 <= 20
    assert mine.reacquire() and 5 < r.pttl("l") / 1000 <= 10
    r.set("l", "another's")
    for use in mine.release, mine.reacquire, lambda: mine.extend(1):
        mine.local.token = mine.local.token or b"lost"  # release forgets it whatever comes of it
        try:
            use()
            raise AssertionError("the lock of another")
        except LockNotOwnedError:
            pass
    assert r.get("l") == "another's"
    brief = r.lock("brief", timeout=0.1)
    assert brief.acquire()
    assert r.lock("brief", timeout=10).acquire(blocking_timeout=PATIENCE)
    try:
        brief.release()
        raise AssertionError("its time was over")
    except LockError:
        pass


def scripts(r):
    text = f"-- {time.time_ns()}\n" + "return {redis.call('INCRBY', KEYS[1], ARGV[1]), ARGV[1] / 2, {ok = 'FINE'}, false}"
    add = r.register_script(text)
    assert add(keys=["n"], args=[3]) == [3, 1, "FINE", None]  # EVALSHA, NOSCRIPT, SCRIPT LOAD, EVALSHA
    assert add(keys=["n"], args=[3]) == [6, 1, "FINE", None]
    with r.pipeline() as p:  # a pipeline asks with SCRIPT EXISTS first
        fresh = r.register_script(f"-- {time.time_ns()}\nreturn redis.call('GET', KEYS[1])")
        p.set("n", 10)
        add(keys=["n"], args=[5], client=p)
        fresh(keys=["n"], client=p)
        assert p.execute() == [True, [15, 2, "FINE", None], "15"]
    assert r.script_exists(add.sha, "f" * 40) == [True, False]
    try:
        r.evalsha("f" * 40, 0)
        raise AssertionError("no such script")
    except NoScriptError:
        pass
    assert r.eval("return #ARGV", 0, "a", "b") == 2
    assert r.eval("return cjson.encode({a = 1})", 0) == '{"a":1}'
    r.hset("h", "f", "v")
    try:
        r.eval("return redis.call('INCR', KEYS[1])", 1, "h")
        raise AssertionError("a hash was incremented")
    except ResponseError as error:
        assert str(error).startswith("WRONGTYPE") and "script: " in str(error)


def blocking(r):
    got = []
    waiting = [threading.Thread(target=lambda: got.append(r.blpop(["l", "m"], timeout=PATIENCE))),
               threading.Thread(target=lambda: got.append(r.bzpopmin("z", timeout=PATIENCE)))]
    for w in waiting:
        w.start()
    until(lambda: r.info("clients")["blocked_clients"] == 2)
    r.rpush("m", "x")
    waiting[0].join(PATIENCE)
    r.zadd("z", {"y": 1.5})
    waiting[1].join(PATIENCE)
    assert got == [("m", "x"), ("z", "y", 1.5)]
    began = time.monotonic()
    assert r.blpop("l", timeout=0.2) is None and time.monotonic() - began >= 0.19


def streams(r):
    for i in range(5):
        r.xadd("s", {"n": i}, id=f"1-{i + 1}")
    r.xgroup_create("s", "g", id="0")
    [[name, entries]] = r.xreadgroup("g", "ada", {"s": ">"}, count=3)
    assert name == "s" and entries == [(f"1-{i + 1}", {"n": str(i)}) for i in range(3)]
    assert r.xack("s", "g", "1-1") == 1
    assert r.xpending("s", "g") == {"pending": 2, "min": "1-2", "max": "1-3", "consumers": [{"name": "ada", "pending": 2}]}
    assert [e[0] for e in r.xautoclaim("s", "g", "charles", min_idle_time=0)[1]] == ["1-2", "1-3"]
    assert r.xinfo_stream("s")["length"] == 5 and r.xtrim("s", maxlen=2, approximate=False) == 3


def main():
    host = sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1"
    port = int(sys.argv[2]) if len(sys.argv) > 2 else 6379
    r = redis.Redis(host=host, port=port, decode_responses=True)
    for use in pipelines, transactions, pubsub, blocking, streams, locks, scripts:
        r.flushdb()
        use(r)
        print(f"ok      {use.__name__}")
    r.flushdb()


if __name__ == "__main__":
    main()
