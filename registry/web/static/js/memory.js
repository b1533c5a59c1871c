// Small choices of whoever uses this browser: which camera, sound or none. Where nothing may be kept, the page forgets.

const PREFIX = "registry.";

export function kept(name) {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

export function keep(name, value) {
  try {
    localStorage.setItem(PREFIX + name, value);
  } catch {
    // A private window: the choice lasts as long as the page.
  }
}
