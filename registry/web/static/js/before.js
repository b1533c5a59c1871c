// The way one page back in a list, whose pages only know what follows them: the page that somebody came from.

const CAME_FROM = "registry.before.";

/** Remember where the next page was asked for, and lead back there. */
export function leadBack() {
  const back = document.querySelector("a[data-before]");
  const next = document.querySelector(".pager a[rel=next]");
  try {
    next?.addEventListener("click", () => sessionStorage.setItem(CAME_FROM + next.href, location.href));
    const before = sessionStorage.getItem(CAME_FROM + location.href);
    if (!back || !before || new URL(before).origin !== location.origin) return;
    back.href = before;
    back.hidden = false;
  } catch {
    // Nothing is kept in this window: there is still the way to the start.
  }
}
