// Shows what the type that was typed proposes for a new asset; without it the same is said once the asset is saved.

const place = document.querySelector("[data-proposal]");
const type = document.querySelector("[name=instrument_type]");
const owner = document.querySelector("[name=owner]");
const kinds = document.querySelectorAll("[name=kind]");
let asked = 0;

async function show() {
  const turn = ++asked;
  const words = { type: type.value.trim() };
  if (owner.value) words.owner = owner.value;
  const kind = [...kinds].find((one) => one.checked);
  if (kind) words.kind = kind.value;
  let text = "";
  if (words.type) {
    try {
      const answer = await fetch(`${place.dataset.proposal}?${new URLSearchParams(words)}`);
      if (answer.ok) text = await answer.text();
    } catch {
      // Without a connection nothing is shown; saving says it.
    }
  }
  if (turn === asked) place.innerHTML = text;
}

if (place) {
  type.addEventListener("change", show);
  for (const one of [owner, ...kinds]) one.addEventListener("change", show);
  if (type.value) show();
}
