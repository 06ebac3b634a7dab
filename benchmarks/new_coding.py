"""What a new coding costs the server, in a transcript of 1,500 words and in one of 45,000, in turns."""

import argparse
import http.client
import json
import random
import re
import statistics
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

from coding_corpus import TOKEN, Corpus, served_corpus

SHORT, LONG = 1_500, 45_000
TICKS = 100


class Browser:
    """One kept connection, with session cookie and token."""

    def __init__(self, corpus: Corpus) -> None:
        self.connection = http.client.HTTPConnection(urlsplit(corpus.address).netloc)
        self.headers = {"Cookie": f"tresse-session={TOKEN}"}
        self.connection.request("GET", f"/studies/bench/transcripts/{corpus.transcripts[SHORT]}", headers=self.headers)
        answer = self.connection.getresponse()
        page = answer.read().decode()
        cookie = answer.getheader("Set-Cookie", "").split(";")[0]
        self.headers["Cookie"] += "; " + cookie
        self.headers["X-CSRFToken"] = re.search(r'data-csrf="([^"]+)"', page)[1]
        self.headers["Content-Type"] = "application/json"

    def code(self, transcript, start: int, code) -> float:
        """Put a code; return the milliseconds it took."""
        body = json.dumps({"start": start, "end": start + 60, "codes": [str(code)]})
        moment = time.perf_counter()
        self.connection.request("POST", f"/studies/bench/transcripts/{transcript}/codings", body, self.headers)
        answer = self.connection.getresponse()
        answer.read()
        if answer.status != 200:
            message = f"refused: {answer.status}"
            raise RuntimeError(message)
        return (time.perf_counter() - moment) * 1000


def cpu_of(pid: int) -> float:
    """Return the milliseconds of processor used by a process and its children."""
    total = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, fields = stat.read_text().rsplit(")", 1)
        except OSError:
            continue
        values = fields.split()
        if int(name.split()[0]) == pid or int(values[1]) == pid:
            total += int(values[11]) + int(values[12])
    return total * 1000 / TICKS


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=400, help="codings in each transcript")
    options = parser.parse_args()
    with served_corpus({SHORT: 40, LONG: 1000}) as corpus:
        browser, chance = Browser(corpus), random.Random(1)
        walls: dict[int, list[float]] = {SHORT: [], LONG: []}
        processor = {SHORT: 0.0, LONG: 0.0}
        batch = 50
        for _ in range(options.each // batch):
            for words in (SHORT, LONG):
                before = cpu_of(corpus.server_pid)
                for _ in range(batch):
                    # Anywhere in the text: the cost must not depend on the place either.
                    start = chance.randrange(0, words * 5)
                    walls[words].append(browser.code(corpus.transcripts[words], start, chance.choice(corpus.codes)))
                processor[words] += cpu_of(corpus.server_pid) - before
    for words, times in walls.items():
        times.sort()
        print(
            f"{words} words: median {statistics.median(times):.1f} ms, 95th {times[int(len(times) * 0.95)]:.1f} ms, "
            f"processor {processor[words] / len(times):.1f} ms, n = {len(times)}"
        )
    wall = statistics.median(walls[LONG]) / statistics.median(walls[SHORT])
    print(f"ratio {LONG} / {SHORT}: median {wall:.2f}, processor {processor[LONG] / processor[SHORT]:.2f}")
    sys.exit(wall > 1.3)


if __name__ == "__main__":
    main()
