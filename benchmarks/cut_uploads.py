"""1,000 uploads cut off in the middle of their body, then 100 good ones: are all stored, and as fast as before?

    python benchmarks/cut_uploads.py [--cut 1000] [--good 100]

Half of the cut ones are pages of answers, half are files. SQLite by default, PostgreSQL by DATABASE_URL.
"""

import argparse
import socket
import sys
import tempfile
import time

from answer_pages import Client, Server, seed, settings_environment, start_response

PORT = 5873


def cut(code, cookie, number):
    """Promise a body of 100,000 bytes, send a piece of it, go away."""
    path = f"/r/{code}/p/q0" if number % 2 else "/studies/none/questionnaires/"
    kind = "application/x-www-form-urlencoded" if number % 2 else "multipart/form-data; boundary=xxx"
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\nContent-Type: {kind}\r\n"
        "Content-Length: 100000\r\n\r\n"
    )
    piece = "--xxx\r\nContent-Disposition: form-data; name=file; filename=f.xlsx\r\n\r\n" + "x" * (number * 37 % 4000)
    with socket.create_connection(("127.0.0.1", PORT), timeout=10) as connection:
        connection.sendall((head + piece).encode())


def send_good(code, count):
    """Answer `count` pages, one after the other; return how long each took, in ms."""
    client, took = Client(PORT), []
    while len(took) < count:
        headers, pages = start_response(client, code)
        for path, body in pages[: count - len(took)]:
            begun = time.perf_counter()
            answer, _ = client.ask("POST", path, body, headers)
            took.append((time.perf_counter() - begun) * 1000)
            assert answer.status == 303, answer.status
    return took


def stored(environment):
    from sqlalchemy import create_engine, text

    with create_engine(environment["DATABASE_URL"]).connect() as connection:
        return connection.execute(text("SELECT count(*) FROM answer")).scalar()


def p95(times):
    return sorted(times)[int(0.95 * len(times))]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cut", type=int, default=1000)
    parser.add_argument("--good", type=int, default=100)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = settings_environment(folder)
        code = seed(environment)
        server = Server("wsgi:app", PORT, environment).start()
        try:
            send_good(code, 40)
            before = send_good(code, options.good)
            headers, _pages = start_response(Client(PORT), code)
            base = stored(environment)
            begun = time.perf_counter()
            for number in range(options.cut):
                cut(code, headers["Cookie"], number)
            spent = time.perf_counter() - begun
            after = send_good(code, options.good)
            kept = stored(environment) - base
            time.sleep(1)
            later = send_good(code, options.good)
        finally:
            server.stop()
    print(f"{options.cut} cut uploads in {spent:.1f} s; then {kept} of {options.good} good pages stored")
    print(
        f"p95 before {p95(before):.1f} ms, right behind them {p95(after):.1f} ms, a second later {p95(later):.1f} ms "
        f"(n={options.good} each)"
    )
    return 0 if kept == options.good else 1


if __name__ == "__main__":
    sys.exit(main())
