// A field that only some choices need says so as soon as one of them is made, as the server does when it draws the form.

for (const part of document.querySelectorAll("[data-needed-for]")) {
  const form = part.closest("form");
  const field = part.querySelector("input, select, textarea");
  const mark = part.querySelector(".must, .may");
  const { neededBy, neededFor, must, may } = part.dataset;
  const show = () => {
    const isNeeded = neededFor.split(" ").includes(form.elements[neededBy].value);
    field.required = isNeeded;
    mark.className = isNeeded ? "must" : "may";
    mark.textContent = isNeeded ? must : may;
  };
  form.addEventListener("change", show);
  form.addEventListener("filled", show);
  window.addEventListener("pageshow", show);
  show();
}
