// A list whose rows can be picked: pick all of a page, and say how many are picked on the button that changes them.

const form = document.querySelector("[data-selection]");
const button = form?.querySelector("[data-picked]");

function show() {
  const boxes = [...form.querySelectorAll("input[name=tag]")];
  const picked = boxes.filter((box) => box.checked).length;
  const all = form.querySelector("[data-all]");
  if (all) {
    all.checked = picked > 0 && picked === boxes.length;
    all.indeterminate = picked > 0 && picked < boxes.length;
  }
  if (button) button.querySelector("span").textContent = picked ? `${button.dataset.words} (${picked})` : button.dataset.words;
}

if (button) {
  button.dataset.words = button.querySelector("span").textContent;
  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-all]")) {
      for (const box of form.querySelectorAll("input[name=tag]")) box.checked = event.target.checked;
    }
    show();
  });
  window.addEventListener("pageshow", show);
}
