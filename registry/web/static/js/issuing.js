// Says on which certificate of which laboratory a record will rest, before it is issued, and what a number of one's own says.

for (const line of document.querySelectorAll("[data-issuing]")) {
  const form = line.closest("form");
  const { certificate_no: number, lab } = form.elements;
  const say = () => {
    const [chosen] = lab.selectedOptions;
    const words = lab.value ? line.dataset.words : line.dataset.own;
    line.textContent = words.replace("{number}", `“${number.value.trim()}”`).replace("{lab}", chosen?.textContent ?? "");
  };
  form.addEventListener("input", say);
  form.addEventListener("filled", say);
  say();
}

for (const place of document.querySelectorAll("[data-own-labs]")) {
  const { lab, certificate_no: number } = place.closest("form").elements;
  const own = place.dataset.ownLabs.split(" ");
  const [ours, theirs] = place.children;
  const mark = number.closest(".field").querySelector(".must, .may");
  const say = () => {
    ours.hidden = !lab.value || !own.includes(lab.value);
    theirs.hidden = !lab.value || own.includes(lab.value);
    number.required = !theirs.hidden;
    mark.className = number.required ? "must" : "may";
    mark.textContent = number.required ? place.dataset.must : place.dataset.may;
  };
  lab.form.addEventListener("input", say);
  lab.form.addEventListener("filled", say);
  say();
}
