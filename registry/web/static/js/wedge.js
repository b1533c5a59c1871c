// A hand scanner is a keyboard that types faster than anybody and ends with Enter or Tab. It is heard wherever the page
// has its focus, and read both as the characters that arrive and as the keys of a US keyboard, which scanners press:
// another layout, or a Vietnamese one that joins letters, makes other characters of them.

const FASTER_THAN_MS = 60; // a key, in a field, where people type too
const TOGETHER_MS = 500;
const SHORTEST = 11;
const ENDS = new Set(["Enter", "NumpadEnter", "Tab"]);
const SIGNS = { Slash: "/", NumpadDivide: "/", Period: ".", NumpadDecimal: ".", Minus: "-", NumpadSubtract: "-" };

function usKey(event) {
  const letter = event.code.match(/^(?:Key|Digit|Numpad)([A-Z0-9])$/);
  if (letter) return letter[1];
  if (event.code === "Semicolon") return event.shiftKey ? ":" : ";";
  return SIGNS[event.code] ?? "";
}

/** `heard(texts)` gets the ways to read a burst of keys and says whether it was one of our labels. */
export function listenToScanner(heard) {
  let burst = [];

  function tooFastForPeople() {
    const last = burst.slice(-SHORTEST);
    return last.at(-1).at - last[0].at <= FASTER_THAN_MS * (SHORTEST - 1);
  }

  function restore() {
    const [{ field, before }] = burst;
    if (field) field.value = before;
  }

  document.addEventListener(
    "keydown",
    (event) => {
      if (!event.key || event.ctrlKey || event.altKey || event.metaKey) return;
      const ends = ENDS.has(event.code) || ENDS.has(event.key);
      const field = event.target.matches?.("input, textarea") ? event.target : null;
      if (burst.length && event.timeStamp - burst.at(-1).at > TOGETHER_MS) burst = [];
      if (ends && burst.length >= SHORTEST && (!field || tooFastForPeople())) {
        const texts = [burst.map((key) => key.character).join(""), burst.map((key) => key.us).join("")];
        if (heard(texts)) {
          event.preventDefault();
          event.stopImmediatePropagation();
          restore();
        }
        burst = [];
        return;
      }
      const character = event.key.length === 1 ? event.key : "";
      const us = usKey(event);
      if (!character && !us) return;
      burst.push({ character, us, at: event.timeStamp, field, before: field?.value });
    },
    true,
  );
}
