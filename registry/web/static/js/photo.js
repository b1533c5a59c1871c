// What a photo is, told from its first bytes as the server tells it: its name and what the browser calls it prove nothing.

const HEAD = 12;
const JPEG = /^\xff\xd8\xff/;
const PNG = /^\x89PNG\r\n\x1a\n/;
const WEBP = /^RIFF[^]{4}WEBP/;

/** Why a file is no photo that the server takes: "kind" or "large"; nothing where it is one. */
export async function faultOf(file, mostBytes) {
  if (file.size > mostBytes) return "large";
  const head = String.fromCharCode(...new Uint8Array(await file.slice(0, HEAD).arrayBuffer()));
  return [JPEG, PNG, WEBP].some((known) => known.test(head)) ? "" : "kind";
}
