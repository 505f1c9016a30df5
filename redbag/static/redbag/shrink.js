export const LONGEST = 1280
const QUALITY = 0.8

/** How large a picture is drawn: its longest side at most `longest`, never larger than it is. */
export function sizeFor(width, height, longest = LONGEST) {
  const share = Math.min(1, longest / Math.max(width, height))
  return [Math.max(1, Math.round(width * share)), Math.max(1, Math.round(height * share))]
}

/** The picture as a JPEG, upright, its longest side at most `longest` points; the file itself when that is smaller. */
export async function shrunk(file, longest = LONGEST) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" })
  const [width, height] = sizeFor(picture.width, picture.height, longest)
  const canvas = document.createElement("canvas")
  Object.assign(canvas, { width, height })
  const pen = canvas.getContext("2d")
  pen.fillStyle = "#fff"
  pen.fillRect(0, 0, width, height)
  pen.drawImage(picture, 0, 0, width, height)
  const whole = width === picture.width && file.type === "image/jpeg"
  picture.close()
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY))
  if (!blob || (whole && blob.size >= file.size)) return file
  return new File([blob], "photo.jpg", { type: "image/jpeg" })
}
