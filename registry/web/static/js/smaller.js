// A phone's photo as large as it is worth: its 50 MB become some hundred kB.

const SIDE = 2560;
const SMALL_ENOUGH = 1_500_000;
const QUALITY = 0.85;
const SHRINKABLE = /^image\/(jpeg|png|webp|heic|heif|avif)$/;

/** The picture at most SIDE pixels wide and high, as JPEG; the file itself when that gains nothing or cannot be done. */
export async function smaller(file) {
  if (!SHRINKABLE.test(file.type) || (file.size <= SMALL_ENOUGH && file.type === "image/jpeg")) return file;
  let picture;
  try {
    picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return file;
  }
  const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
  if (scale === 1 && file.size <= SMALL_ENOUGH && file.type !== "image/heic" && file.type !== "image/heif") return file;
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const brush = canvas.getContext("2d");
  brush.fillStyle = "white"; // JPEG knows no transparency
  brush.fillRect(0, 0, canvas.width, canvas.height);
  brush.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const drawn = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  if (!drawn || drawn.size >= file.size) return file;
  return new File([drawn], file.name.replace(/\.[a-z0-9]+$/i, "") + ".jpg", { type: "image/jpeg" });
}
