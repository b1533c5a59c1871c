// Says on which certificate of which laboratory a record will rest, before it is issued.

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
