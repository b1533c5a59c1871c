// A keypad of numbers on a phone may have no minus: a button beside the field that is typed in turns its sign round.

const MINUS = /^[-\u2212]/;

for (const form of document.querySelectorAll("form[data-sign]")) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "sign-button", textContent: "±" });
  button.setAttribute("aria-label", form.dataset.sign);
  let field = null;

  const show = ({ target }) => {
    if (target === button) return;
    field = target.matches?.("[data-signed]") ? target : null;
    if (field) field.after(button);
    else button.remove();
  };
  button.addEventListener("pointerdown", (event) => event.preventDefault()); // the keypad stays open
  button.addEventListener("click", (event) => {
    event.stopPropagation();
    const typed = field.value.trim();
    field.value = MINUS.test(typed) ? typed.slice(1).trimStart() : `-${typed}`;
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  form.addEventListener("focusin", show);
}
