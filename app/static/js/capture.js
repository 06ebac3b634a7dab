// What a field that asks for a file can do with scripts: a photo made smaller before it is sent (its place and its maker
// go with the old pixels), a voice recorded, a signature drawn, the place found. Everything ends in the field of the
// file, so that the page is sent as it would be without scripts.
const SIDE = 1600;
const QUALITY = 0.82;
const VOICE_BITS = 24000; // a second; speech is clear, ten minutes weigh 2 MB
const LONGEST = 10 * 60 * 1000;

const make = (tag, properties = {}) => Object.assign(document.createElement(tag), properties);
const boxOf = (input) => document.querySelector(`[data-for="${input.id}"]`);

function put(input, blob, name) {
  const moved = new DataTransfer();
  moved.items.add(new File([blob], name, { type: blob.type }));
  input.files = moved.files;
}

function say(box, words) {
  const old = box.querySelector("[role=status]");
  (old || box.appendChild(make("p", { className: "hint", role: "status" }))).textContent = words;
  box.hidden = false;
}

function show(box, node) {
  box.querySelector(".shown")?.remove();
  node.classList.add("shown");
  box.append(node);
  box.hidden = false;
}

async function smaller(file) {
  const image = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => createImageBitmap(file));
  const ratio = Math.min(1, SIDE / Math.max(image.width, image.height));
  const canvas = make("canvas", { width: Math.round(image.width * ratio), height: Math.round(image.height * ratio) });
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff"; // a drawing without ground would turn black
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  canvas.setAttribute("aria-hidden", "true");
  return [canvas, await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY))];
}

async function onFile({ target: input }) {
  const file = input.files[0];
  const box = boxOf(input);
  if (!file) return;
  if (input.dataset.file === "image") {
    try {
      const [canvas, blob] = await smaller(file);
      if (input.files[0] !== file) return; // another one was chosen meanwhile
      put(input, blob, "photo.jpg");
      show(box, canvas);
    } catch {
      // A kind of picture that this browser does not open: it is sent as it is, and the server looks at it.
    }
  }
  const isHeavy = input.files[0].size > Number(input.dataset.limit);
  if (isHeavy) input.value = "";
  say(box, isHeavy ? box.dataset.heavy : "");
}

function recorder(input) {
  const box = boxOf(input);
  const button = make("button", { type: "button", className: "button button-secondary", textContent: box.dataset.record });
  let running = null;
  async function start() {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const parts = [];
    const began = Date.now();
    const recording = new MediaRecorder(stream, { audioBitsPerSecond: VOICE_BITS });
    const clock = setInterval(() => {
      const seconds = Math.floor((Date.now() - began) / 1000);
      button.textContent = `${box.dataset.stop} (${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")})`;
      if (seconds * 1000 >= LONGEST) recording.stop();
    }, 500);
    recording.ondataavailable = ({ data }) => parts.push(data);
    recording.onstop = () => {
      clearInterval(clock);
      for (const track of stream.getTracks()) track.stop();
      running = null;
      button.textContent = box.dataset.record;
      const blob = new Blob(parts, { type: recording.mimeType });
      put(input, blob, "voix");
      show(box, make("audio", { className: "sound", controls: true, src: URL.createObjectURL(blob) }));
    };
    recording.start();
    running = recording;
    button.textContent = box.dataset.stop;
  }
  button.onclick = () => {
    if (running) running.stop();
    else start().catch(() => say(box, box.dataset.denied));
  };
  box.prepend(button);
  box.hidden = false;
  // Sent while it records: what was said so far is what is sent.
  input.form.addEventListener("submit", (event) => {
    if (!running) return;
    const { submitter } = event;
    event.preventDefault();
    running.addEventListener("stop", () => setTimeout(() => input.form.requestSubmit(submitter)));
    running.stop();
  });
}

function signature(box) {
  const input = make("input", { type: "file", name: `${box.dataset.signature}:file`, hidden: true });
  const canvas = make("canvas", { width: 600, height: 240, className: "signature" });
  const again = make("button", { type: "button", className: "button button-quiet", textContent: box.dataset.again });
  const pen = canvas.getContext("2d");
  let isDrawn = false;
  const clear = () => {
    isDrawn = false;
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    input.value = "";
  };
  const place = (event) => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    return [((event.clientX - left) / width) * canvas.width, ((event.clientY - top) / height) * canvas.height];
  };
  clear();
  Object.assign(pen, { lineWidth: 4, lineCap: "round", lineJoin: "round", strokeStyle: "#000" });
  canvas.onpointerdown = (event) => {
    canvas.setPointerCapture(event.pointerId);
    pen.beginPath();
    pen.moveTo(...place(event));
  };
  canvas.onpointermove = (event) => {
    if (!event.buttons) return;
    pen.lineTo(...place(event));
    pen.stroke();
    isDrawn = true;
  };
  canvas.onpointerup = () => {
    if (isDrawn) canvas.toBlob((blob) => put(input, blob, "signature.png"));
  };
  again.onclick = clear;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", box.dataset.draw);
  box.append(make("p", { className: "label", textContent: box.dataset.draw }), canvas, again, input);
  box.hidden = false;
}

function here(button) {
  button.hidden = false;
  button.onclick = () => {
    const found = ({ coords }) => {
      const { latitude, longitude, altitude, accuracy } = coords;
      document.getElementById(button.dataset.here).value = [
        latitude.toFixed(5),
        longitude.toFixed(5),
        Math.round(altitude || 0),
        Math.round(accuracy),
      ].join(" ");
    };
    const failed = () => say(button.parentNode, button.dataset.failed);
    navigator.geolocation.getCurrentPosition(found, failed, { enableHighAccuracy: true, timeout: 20000 });
  };
}

if (window.DataTransfer) {
  for (const input of document.querySelectorAll("[data-file]")) {
    input.addEventListener("change", onFile);
    if (input.dataset.file === "audio" && window.MediaRecorder && navigator.mediaDevices) recorder(input);
  }
  document.querySelectorAll("[data-signature]").forEach(signature);
}
if (navigator.geolocation) document.querySelectorAll("[data-here]").forEach(here);
