// Make a large photo small before it is sent: any file input with data-shrink (its width in pixels at most).
// The picture is drawn anew, upright and without what the camera wrote into it; the site checks it all the same.
const TALLEST = 2400, HEAVIEST = 350000;

for (const input of document.querySelectorAll("input[type=file][data-shrink]")) {
  input.addEventListener("change", async () => {
    const [file] = input.files;
    const says = document.getElementById("shrunk");
    says.textContent = "";
    if (!file) return;
    try {
      const drawn = await createImageBitmap(file, { imageOrientation: "from-image" });
      const share = Math.min(1, Number(input.dataset.shrink) / drawn.width, TALLEST / drawn.height);
      if (share === 1 && file.size < HEAVIEST && /^image\/(jpeg|png)$/.test(file.type)) return;
      const canvas = document.createElement("canvas");
      canvas.width = Math.max(Math.round(drawn.width * share), 1);
      canvas.height = Math.max(Math.round(drawn.height * share), 1);
      const paint = canvas.getContext("2d");
      paint.fillStyle = "#FFFFFF";
      paint.fillRect(0, 0, canvas.width, canvas.height);
      paint.drawImage(drawn, 0, 0, canvas.width, canvas.height);
      let small;
      for (const quality of [0.85, 0.75, 0.6, 0.45]) {
        small = await new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
        if (small.size < HEAVIEST) break;
      }
      const carried = new DataTransfer();
      carried.items.add(new File([small], "picture.jpg", { type: "image/jpeg" }));
      input.files = carried.files;
      says.textContent = `Made smaller: ${canvas.width} × ${canvas.height} pixels, ${Math.round(small.size / 1000)} kB.`;
    } catch {
      // No picture that this browser can draw: the site says what is wrong with it.
    }
  });
}
