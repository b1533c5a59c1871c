// The unit of a measured point stands beside each of its numbers, as the server draws it, while it is typed or copied.

for (const place of document.querySelectorAll("[data-verdicts]")) {
  const form = place.closest("form");
  const show = () => {
    for (const row of place.querySelectorAll("[data-row]")) {
      const unit = row.querySelector('[name$="-unit"]').value.trim();
      for (const shown of row.querySelectorAll("[data-unit]")) shown.textContent = unit;
    }
  };
  for (const name of ["input", "click", "filled"]) form.addEventListener(name, show);
  show();
}
