// A whole number is told back in groups beside its field while it is typed; what can be read two ways is left to the server.

const PLAIN = /^([+\-−]?)0*([0-9]{4,18})$/u;
const GROUPED = /^([+\-−]?)([1-9][0-9]{0,2}(?:(?<sign>[., ])[0-9]{3})(?:\k<sign>[0-9]{3}){0,4})$/u;
const CURRENCY = /\s*(?:đ|₫|đồng|vnđ|vnd)\.?$/iu;
const [GROUP, POINT] = document.documentElement.lang === "vi" ? [".", ","] : [",", "."];

/** The number in groups, or nothing where there is none to tell. */
export function told(typed) {
  const text = typed.trim().replaceAll(/\s+/gu, " ").replace(CURRENCY, "");
  const found = PLAIN.exec(text) ?? GROUPED.exec(text);
  if (!found || (found.groups?.sign === POINT && found[2].split(POINT).length === 2)) return "";
  const digits = found[2].replaceAll(/[., ]/gu, "");
  return found[1].replace("-", "−") + digits.replaceAll(/\B(?=(?:[0-9]{3})+$)/gu, GROUP);
}

for (const field of document.querySelectorAll("[data-whole]")) {
  const place = document.createElement("output");
  place.className = "help";
  place.htmlFor = field.id;
  field.after(place);
  const tell = () => {
    const number = told(field.value);
    place.textContent = number && `= ${number} ${field.dataset.whole}`.trim();
  };
  field.addEventListener("input", tell);
  tell();
}
