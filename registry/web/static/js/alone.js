// One tab of a browser at a time works on a record that is kept on the device: two would send what the other still changes.

const SOON_MS = 400;

function forever() {
  return new Promise(() => {});
}

/**
 * Resolves when this tab is the one. Meanwhile `waits(take)` hears that another tab has it, and `take()` takes it over;
 * `lost()` hears that another one took it from here.
 */
export function alone(name, { waits, lost }) {
  if (!navigator.locks) return Promise.resolve();
  return new Promise((resolve) => {
    const pending = new AbortController();
    const hold = (options) => {
      const held = () => {
        clearTimeout(soon);
        resolve();
        return forever();
      };
      return navigator.locks.request(name, options, held);
    };
    const take = () => {
      pending.abort();
      hold({ steal: true }).catch(lost);
    };
    const soon = setTimeout(() => waits(take), SOON_MS);
    hold({ signal: pending.signal }).catch((error) => pending.signal.aborted || lost(error));
  });
}
