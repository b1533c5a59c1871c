// Tags as the server reads them: forgiving to type, checked by their last character, so that a misread one is noticed
// without asking anybody. See registry/assets/tags.py.

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH = 11;
const MODULUS = 0b100101;
const READ_AS = { O: "0", I: "1", L: "1" };

function doubled(value) {
  const twice = value << 1;
  return twice >= ALPHABET.length ? twice ^ MODULUS : twice;
}

/** Whether Σ xⁱ·cᵢ = 0 over GF(32). */
function fits(tag) {
  let total = 0;
  for (let place = tag.length - 1; place >= 0; place -= 1) total = doubled(total) ^ ALPHABET.indexOf(tag[place]);
  return total === 0;
}

function spelt(text) {
  const bare = text.normalize("NFKC").toUpperCase().replace(/[\s._‐-—-]/g, "");
  const tag = bare.replace(/[OIL]/g, (letter) => READ_AS[letter]);
  return tag.length === LENGTH && [...tag].every((letter) => ALPHABET.includes(letter)) ? tag : null;
}

/** The tag that was typed or read, or null when it is none. */
export function parse(text) {
  const tag = spelt(text);
  return tag && fits(tag) ? tag : null;
}

/** Whether a text is spelt as a tag is and none: a character is wrong, or two are swapped. */
export function isMistyped(text) {
  const tag = spelt(text);
  return Boolean(tag) && !fits(tag);
}

/** A tag as people read it aloud. */
export function grouped(tag) {
  return `${tag.slice(0, 4)}-${tag.slice(4, 8)}-${tag.slice(8)}`;
}

/** The tag on a label: an address of one of these hosts, or a bare tag; null for anything else. */
export function onLabel(text, hosts) {
  const bare = text.trim();
  let address;
  try {
    address = new URL(bare);
  } catch {
    return parse(bare);
  }
  const ours = hosts.some((host) => host.toLowerCase() === address.host.toLowerCase());
  return ours ? parse(address.pathname.match(/\/s\/([^/]+)\/?$/i)?.[1] ?? "") : null;
}

/** The tag in what a hand scanner typed: its signs come out wrong when its keyboard is not the computer's. */
export function fromKeys(text, hosts) {
  const ending = text.match(/[^0-9a-z]s[^0-9a-z]([0-9a-z]{11})[^0-9a-z]*$/i);
  return onLabel(text, hosts) ?? (ending ? parse(ending[1]) : null);
}
