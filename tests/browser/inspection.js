// What a careful eye sees on the page that is open: a list of faults in words.
// Called with {width, locale}: the viewport's width in CSS pixels and the language the page should be in.
({ width, locale, touch }) => {
  const MAIN_TARGETS = "button, .button, .tab, summary, select, textarea, label.choice, input:not([type=hidden], [type=radio], [type=checkbox])";
  const LEAST_TARGET = 44;
  const faults = [];
  const root = document.documentElement;

  const seen = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && element.getClientRects().length > 0;
  const all = (selector) => [...document.querySelectorAll(selector)].filter(seen);
  const shown = (element) => element.outerHTML.replace(/\s+/g, " ").slice(0, 120);
  const referred = (element, attribute) => (element.getAttribute(attribute) ?? "").split(/\s+/).filter(Boolean);

  function name(element) {
    const labelled = referred(element, "aria-labelledby").map((id) => document.getElementById(id)?.textContent ?? "").join(" ");
    const label = [...(element.labels ?? [])].map((one) => one.textContent).join(" ");
    const pictures = [...element.querySelectorAll("img[alt], svg title")].map((one) => one.alt ?? one.textContent).join(" ");
    return [element.getAttribute("aria-label") ?? "", labelled, label, element.textContent, pictures].join(" ").trim();
  }

  if (root.scrollWidth > width) {
    const widest = all("body *").filter((one) => one.getBoundingClientRect().right > width + 0.5).slice(-3);
    faults.push(`wider than its window: ${root.scrollWidth} > ${width}; ${widest.map(shown).join(" | ")}`);
  }
  if (root.lang !== locale) faults.push(`says it is in “${root.lang}”`);
  if (!document.title.trim()) faults.push("has no title");
  if (all("h1").length !== 1) faults.push(`has ${all("h1").length} first headings`);
  if (document.querySelectorAll("main").length !== 1) faults.push("has not exactly one main part");

  let level = 0;
  for (const heading of all("h1, h2, h3, h4, h5, h6")) {
    const next = Number(heading.tagName[1]);
    if (next > level + 1 && level > 0) faults.push(`skips a level before ${shown(heading)}`);
    level = next;
  }
  for (const control of all("input:not([type=hidden]), select, textarea")) {
    const label = [...(control.labels ?? [])].some((one) => one.textContent.trim());
    if (!label && !control.getAttribute("aria-label") && !control.getAttribute("aria-labelledby")) faults.push(`no label: ${shown(control)}`);
  }
  for (const control of all("a[href], button, summary, [role=button], [role=region]")) {
    if (!name(control)) faults.push(`no name: ${shown(control)}`);
  }
  for (const picture of document.querySelectorAll("img:not([alt])")) faults.push(`no words for ${shown(picture)}`);
  for (const element of document.querySelectorAll("[aria-describedby], [aria-labelledby], label[for], a[href^='#']")) {
    const target = element.getAttribute("for") ?? element.getAttribute("href")?.slice(1);
    const wanted = [...referred(element, "aria-describedby"), ...referred(element, "aria-labelledby"), ...(target ? [target] : [])];
    for (const id of wanted) if (!document.getElementById(id)) faults.push(`points to nothing (${id}): ${shown(element)}`);
  }
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  for (const id of new Set(ids.filter((one, index) => ids.indexOf(one) !== index))) faults.push(`two things are called ${id}`);

  const across = [...document.querySelectorAll("main :is(a[href], button, summary, input:not([type=hidden]), select, textarea)")].filter(seen);
  const clipped = (one) => one && (getComputedStyle(one).clipPath !== "none" || clipped(one.parentElement));
  for (const control of across.filter((one) => !clipped(one))) {
    control.scrollIntoView({ block: "center", behavior: "instant" });
    const [box] = control.getClientRects();
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    const hit = document.elementFromPoint(x, y);
    if (hit && !control.contains(hit) && !hit.contains(control)) faults.push(`${shown(hit)} lies over ${shown(control)}`);
  }
  scrollTo({ top: 0, behavior: "instant" });

  if (touch) {
    for (const target of all(MAIN_TARGETS)) {
      const box = target.getBoundingClientRect();
      if (Math.min(box.width, box.height) < LEAST_TARGET - 0.5) {
        faults.push(`too small for a thumb, ${Math.round(box.width)} × ${Math.round(box.height)}: ${shown(target)}`);
      }
    }
  }
  return faults;
};
