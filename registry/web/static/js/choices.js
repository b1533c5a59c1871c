// Fields that belong to one choice are shown with it, and those under a fold are unfolded. Without scripts all are there.

const form = document.querySelector("main form.form");

function show() {
  const said = new FormData(form);
  for (const part of form.querySelectorAll("[data-when]")) {
    const wanted = said.get(part.dataset.when) === part.dataset.is;
    part.hidden = !wanted;
    for (const field of part.querySelectorAll("input, select, textarea")) field.disabled = !wanted;
  }
}

function unfold(event) {
  for (const fold of form.querySelectorAll("[data-open-when]")) {
    if (event.target.name === fold.dataset.openWhen && event.target.value === fold.dataset.is) fold.open = true;
  }
}

form.addEventListener("change", (event) => {
  unfold(event);
  show();
});
form.addEventListener("filled", show); // with what was kept, see typed.js
window.addEventListener("pageshow", show);
show();
