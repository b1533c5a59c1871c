// On the pages that people see next: what this browser kept of forms that have arrived since is let go, and of those that
// were sent and have not arrived it is said where they are.

import { forget, keptNames, kept } from "./memory.js";

/** Whether what was sent under a key has arrived; null when nobody can say. */
export async function isSaved(address, key) {
  try {
    const answer = await fetch(address.replace("KEY", encodeURIComponent(key)), { redirect: "error" });
    return answer.ok ? (await answer.json()).saved : null;
  } catch {
    return null;
  }
}

function line(address, title) {
  const link = document.createElement("a");
  link.href = address;
  link.textContent = title ?? address;
  const item = document.createElement("li");
  item.append(link);
  return item;
}

async function look(place) {
  const beginning = `form.${place.dataset.person}.`;
  for (const name of keptNames(beginning)) {
    const { sent, key, title } = JSON.parse(kept(name));
    if (!sent) continue;
    if (await isSaved(place.dataset.saved, key)) {
      forget(name);
      continue;
    }
    place.querySelector("[data-lines]").append(line(name.slice(beginning.length), title));
    place.hidden = false;
  }
}

for (const place of document.querySelectorAll("[data-saved]")) look(place);
