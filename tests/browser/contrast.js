// Text that is too faint against what lies behind it (WCAG 2, level AA): a list of faults in words.
() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

  /** A function that remembers what it said of each thing: a page has few colours and grounds, and many words. */
  function once(told) {
    const known = new Map();
    return (thing) => known.get(thing) ?? known.set(thing, told(thing)).get(thing);
  }

  /** A CSS colour as red, green, blue and opacity, each 0 to 1. */
  const parts = once((colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].map((part) => part / 255);
  });

  const over = ([r, g, b, a], below) => [r, g, b].map((part, index) => part * a + below[index] * (1 - a));

  const behind = once((element) => {
    const colour = parts(getComputedStyle(element).backgroundColor);
    if (colour[3] === 1) return colour.slice(0, 3);
    return over(colour, element.parentElement ? behind(element.parentElement) : over(parts("canvas"), [1, 1, 1]));
  });

  function light(colour) {
    const [r, g, b] = colour.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }

  const faults = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    if (element.closest("svg, video, .camera, [hidden]")) continue;
    const style = getComputedStyle(element);
    const ground = behind(element);
    const [high, low] = [light(ground), light(over(parts(style.color), ground))].sort((a, b) => b - a);
    const ratio = (high + 0.05) / (low + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) {
      faults.add(`${ratio.toFixed(2)}: “${walker.currentNode.textContent.trim().slice(0, 40)}” in ${element.tagName}.${element.className}`);
    }
  }
  return [...faults];
};
