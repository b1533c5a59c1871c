// Labels are printed as the picture of the first page shows them: once something else is chosen, that is looked at first.

const choice = document.querySelector("#choice");
const print = document.querySelector("[data-print-labels]");
const stale = document.querySelector("[data-stale]");
const picture = document.querySelector("[data-shown]");

function differs(one) {
  if (one.type === "hidden") return false;
  if (one.type === "radio" || one.type === "checkbox") return one.checked !== one.defaultChecked;
  return "defaultValue" in one && one.value !== one.defaultValue;
}

function compare() {
  const other = [...choice.elements].some(differs);
  print.hidden = other;
  stale.hidden = !other;
  picture.classList.toggle("first-page-stale", other);
}

if (print) {
  choice.addEventListener("input", compare);
  choice.addEventListener("change", compare);
  addEventListener("pageshow", compare); // a page that was gone back to keeps what was typed
  compare();
}
