// On the page of a record: what this browser kept of forms that have arrived since is let go.

import { forget, keptNames, kept } from "./memory.js";

const place = document.querySelector("[data-saved]");

for (const name of keptNames(`form.${place.dataset.person}.`)) {
  const { sent, key } = JSON.parse(kept(name));
  if (!sent) continue;
  const answer = await fetch(place.dataset.saved.replace("KEY", encodeURIComponent(key))).catch(() => null);
  if (answer?.ok && (await answer.json()).saved) forget(name);
}
