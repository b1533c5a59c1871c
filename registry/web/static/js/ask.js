// Asking the server for what a page keeps for a time without a connection.

const PATIENCE_MS = 20_000;
const TROUBLES = new Set(["signed_out", "forbidden"]);

/** What stands between an answer and one that is well; null is no answer. */
export function troubleIn(answer) {
  if (answer?.type === "opaqueredirect" || answer?.status === 401) return "signed_out";
  return answer?.status === 403 ? "forbidden" : "offline";
}

/** What an address answers, as JSON. Raises an Error that is named after the trouble; see `troubleOf`. */
export async function getJson(address) {
  const signal = AbortSignal.timeout?.(PATIENCE_MS);
  const answer = await fetch(address, { credentials: "same-origin", redirect: "manual", cache: "no-store", signal });
  if (answer.ok) return answer.json();
  throw new Error(troubleIn(answer));
}

/** signed_out, forbidden, or offline for whatever else went wrong. */
export function troubleOf(error) {
  return TROUBLES.has(error.message) ? error.message : "offline";
}
