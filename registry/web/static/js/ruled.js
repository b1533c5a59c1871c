// The decision rule follows the procedure that is chosen, as long as nobody chose another one; the server does the same.

const NAMES = ["decision_rule", "guard_factor", "target_risk"];

for (const place of document.querySelectorAll("[data-rules]")) {
  const form = place.closest("form");
  const rules = JSON.parse(place.dataset.rules);
  const procedure = form.elements.procedure_version;
  const fields = NAMES.map((name) => form.elements[name]);
  const said = () => fields.map((field) => field.value).join("|");
  let followed = rules[procedure.value]?.join("|");
  const follow = () => {
    const rule = rules[procedure.value];
    if (![followed, "||"].includes(said())) return;
    fields.forEach((field, at) => (field.value = rule?.[at] ?? ""));
    followed = said();
    form.dispatchEvent(new Event("input"));
  };
  procedure.addEventListener("change", follow);
  form.addEventListener("filled", follow);
  follow();
}
