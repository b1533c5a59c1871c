// An answer about today must not be read tomorrow: a status that was left open is asked for again.

const STALE_AFTER_MS = 5 * 60 * 1000;
const asked = Date.now();

function askAgain() {
  if (document.visibilityState === "visible" && Date.now() - asked > STALE_AFTER_MS) location.reload();
}

document.addEventListener("visibilitychange", askAgain);
window.addEventListener("pageshow", (event) => event.persisted && location.reload());
