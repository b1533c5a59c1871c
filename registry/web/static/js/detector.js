// A reader of label codes: the browser's own where it reads all of them, else the one served beside this file.

const VENDOR = new URL("../vendor/barcode-detector/", import.meta.url);
const FORMATS = ["qr_code", "data_matrix"];

async function native() {
  if (!("BarcodeDetector" in globalThis)) return null;
  const supported = await globalThis.BarcodeDetector.getSupportedFormats().catch(() => []);
  const reads = FORMATS.every((format) => supported.includes(format));
  return reads ? new globalThis.BarcodeDetector({ formats: FORMATS }) : null;
}

async function served() {
  const { BarcodeDetector, prepareZXingModule } = await import(new URL("ponyfill.js", VENDOR).href);
  prepareZXingModule({ overrides: { locateFile: (path) => new URL(path, VENDOR).href } });
  return new BarcodeDetector({ formats: FORMATS });
}

let reader = null;

/** An object with detect(source) → [{rawValue}]; rejects when neither reader can be had. */
export function labelDetector() {
  reader ??= native().then((found) => found ?? served());
  reader.catch(() => (reader = null));
  return reader;
}

/** The texts of the codes on a photo. */
export async function textsOf(photo) {
  const [detector, picture] = await Promise.all([labelDetector(), createImageBitmap(photo)]);
  const codes = await detector.detect(picture);
  picture.close();
  return codes.map((code) => code.rawValue);
}
