// Keeps the gauges of quotas fresh; without this script, loading the page again does it.
const PERIOD_MS = 10000;
const LONGEST_MS = 120000;

const box = document.querySelector("[data-gauges]");
let wait = PERIOD_MS;

async function refresh() {
  try {
    const answer = await fetch(box.dataset.gauges, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    for (const gauge of (await answer.json()).gauges) show(gauge);
    wait = PERIOD_MS;
  } catch {
    // No network for a moment: ask less and less often, the last counts stay.
    wait = Math.min(wait * 2, LONGEST_MS);
  }
  setTimeout(refresh, wait);
}

function show({ id, share, words }) {
  const cell = document.getElementById(`gauge-${id}`);
  if (!cell) return;
  const said = cell.querySelector(".gauge-words");
  if (said.textContent !== words) said.textContent = words;
  const bar = cell.querySelector("progress");
  if (bar && share !== null) bar.value = Math.round(share * 100);
}

if (box) setTimeout(refresh, PERIOD_MS);
