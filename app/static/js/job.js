// Shows how far a job is without loading the page again; loads it once when the job is over.
const card = document.querySelector("[data-job]");
const PAUSE = 1500;

async function look() {
  try {
    const answer = await fetch(card.dataset.job, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const job = await answer.json();
    if (!job.unfinished) {
      location.reload();
      return;
    }
    show(job);
  } catch {
    // No network for a moment: the next look will do.
  }
  setTimeout(look, PAUSE);
}

function show({ progress, step }) {
  const bar = card.querySelector("progress");
  const [label, value] = card.querySelectorAll(".progress-label span");
  const percent = Math.round(progress * 100);
  bar.value = percent;
  bar.setAttribute("aria-label", step);
  if (label.textContent !== step) label.textContent = step;
  value.textContent = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" }).format(percent / 100);
}

if (card) setTimeout(look, PAUSE);
