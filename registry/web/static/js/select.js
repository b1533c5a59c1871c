// A list whose rows can be picked: pick all of a page, and say how many are picked on the button that changes them.

const form = document.querySelector("[data-selection]");
const button = form?.querySelector("[data-picked]");
const boxes = () => [...form.querySelectorAll(`input[type=checkbox][name="${form.dataset.selection || "tag"}"]`)];

function show() {
  const all = boxes();
  const picked = all.filter((box) => box.checked).length;
  const whole = form.querySelector("[data-all]");
  if (whole) {
    whole.checked = picked > 0 && picked === all.length;
    whole.indeterminate = picked > 0 && picked < all.length;
  }
  if (button) button.querySelector("span").textContent = picked ? `${button.dataset.words} (${picked})` : button.dataset.words;
}

if (button) {
  button.dataset.words = button.querySelector("span").textContent;
  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-all]")) {
      for (const box of boxes()) box.checked = event.target.checked;
    }
    show();
  });
  window.addEventListener("pageshow", show);
}
