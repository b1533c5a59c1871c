// The service worker that opens the counting page again without a connection; it is told which files the page needs.

const OURS = "/static/";
const SETTLED_MS = 500;

function files() {
  const names = performance.getEntriesByType("resource").map((entry) => entry.name);
  return [...new Set(names.filter((name) => new URL(name).origin === location.origin && new URL(name).pathname.startsWith(OURS)))];
}

/** Keep this page and its files for a time without a connection, the camera's reader too once it was loaded. */
export async function watchOver(address) {
  if (!navigator.serviceWorker) return;
  try {
    await navigator.serviceWorker.register(address, { scope: new URL(".", new URL(address, location.href)).pathname });
    const { active } = await navigator.serviceWorker.ready;
    let soon = 0;
    const tell = () => {
      clearTimeout(soon);
      soon = setTimeout(() => active.postMessage({ page: location.href, files: files() }), SETTLED_MS);
    };
    tell();
    new PerformanceObserver(tell).observe({ type: "resource" });
  } catch {
    // Without one the page still counts while it is open.
  }
}
