// Keeps the count on the wall fresh; without this script the « Refresh » link does it.
const PERIOD_MS = 4000;
const LONGEST_MS = 60000;

const count = document.getElementById("count");
const arrived = document.querySelector("#arrived strong");
const words = document.getElementById("count-words");
let wait = PERIOD_MS;

async function refresh() {
  try {
    const answer = await fetch(count.dataset.href, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const { submitted, arrived: came } = await answer.json();
    wait = PERIOD_MS;
    // Written only when it changes: the region is announced at each writing.
    if (count.textContent !== String(submitted)) {
      count.textContent = String(submitted);
      arrived.textContent = String(came);
      words.textContent = submitted === 1 || submitted === 0 ? words.dataset.one : words.dataset.many;
    }
  } catch {
    // The Wi-Fi of the room: ask less and less often, the last count stays.
    wait = Math.min(wait * 2, LONGEST_MS);
  }
  setTimeout(refresh, wait);
}

setTimeout(refresh, PERIOD_MS);
