// A reader of QR codes: the browser's own where it can, else the one served beside this file.

const VENDOR = new URL("../vendor/barcode-detector/", import.meta.url);
const FORMATS = ["qr_code"];

async function native() {
  if (!("BarcodeDetector" in globalThis)) return null;
  const supported = await globalThis.BarcodeDetector.getSupportedFormats().catch(() => []);
  return supported.includes("qr_code") ? new globalThis.BarcodeDetector({ formats: FORMATS }) : null;
}

async function served() {
  const { BarcodeDetector, prepareZXingModule } = await import(new URL("ponyfill.js", VENDOR).href);
  prepareZXingModule({ overrides: { locateFile: (path) => new URL(path, VENDOR).href } });
  return new BarcodeDetector({ formats: FORMATS });
}

/** An object with detect(source) → [{rawValue}]; rejects when neither reader can be had. */
export async function qrDetector() {
  return (await native()) ?? served();
}
