// Whether anybody answers: asked before a page is left for one that might never come.

const PATIENCE_MS = 5_000;

export async function isReachable(address) {
  try {
    return (await fetch(address, { cache: "no-store", signal: AbortSignal.timeout?.(PATIENCE_MS) })).ok;
  } catch {
    return false;
  }
}
