// Whether the laboratory is accredited for what is being written down: asked anew when the laboratory, day, place or points change.

const WAIT = 400; // milliseconds after the last key
const MOST = 40; // points that are asked about
const ABOUT = /^points-\d+-(quantity|unit|nominal|reference|indication|expanded_uncertainty|coverage_factor|stage)$/;

function watch(place) {
  const form = place.closest("form");
  let turn = 0, timer = 0;

  function asked() {
    const words = new URLSearchParams();
    let points = 0;
    for (const [name, value] of new FormData(form)) {
      if (["lab", "performed_on", "on_site", "kind"].includes(name)) words.append(name, value);
      else if (ABOUT.test(name) && value) {
        points += name.endsWith("-quantity") ? 1 : 0;
        if (points <= MOST) words.append(name, value);
      }
    }
    return words;
  }

  async function refresh() {
    const mine = ++turn;
    const words = asked();
    if (!words.get("lab")) return place.replaceChildren();
    try {
      const answer = await fetch(`${place.dataset.accredited}?${words}`);
      if (answer.ok && mine === turn) place.innerHTML = await answer.text();
    } catch {
      // without a connection nothing is said; the record says it once it is saved
    }
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(refresh, WAIT);
  });
  form.addEventListener("filled", refresh);
  refresh();
}

for (const place of document.querySelectorAll("[data-accredited]")) watch(place);
