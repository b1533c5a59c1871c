// Follows work in the background: draws how far it is, and loads the page anew when it is done.

const PAUSE = 1500;
const PARTS = ["[data-progress]", "[data-state]"]; // how far it is, and what it is at where the page says that too

function redraw(here, next) {
  if (here && next && here.textContent !== next.textContent) here.replaceChildren(...next.childNodes);
}

async function follow() {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const next = page.querySelector("[data-progress]");
      if (!next) {
        location.reload();
        return;
      }
      for (const part of PARTS) redraw(document.querySelector(part), page.querySelector(part));
    }
  } catch {
    // the connection is gone for a moment; the next look may find it again
  }
  setTimeout(follow, PAUSE);
}

setTimeout(follow, PAUSE);
