// Answers rest sealed on the phone, with a key drawn from the token of their response (docs/method/offline.md).
const { subtle } = crypto;
const bytesOf = (text) => new TextEncoder().encode(text);
const hexOf = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
const random = (size) => crypto.getRandomValues(new Uint8Array(size));

export const hashOf = async (content) =>
  hexOf(await subtle.digest("SHA-256", typeof content === "string" ? bytesOf(content) : content));

// A key that can be used and not read: scripts cannot take it out of the browser.
export async function keyOf(token) {
  const base = await subtle.importKey("raw", bytesOf(token), "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: random(0), info: bytesOf("tresse") };
  return subtle.deriveKey(how, base, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

export async function seal(key, content) {
  const iv = random(12);
  const bytes = content instanceof ArrayBuffer ? content : bytesOf(JSON.stringify(content));
  return { iv, data: await subtle.encrypt({ name: "AES-GCM", iv }, key, bytes) };
}

export const unsealBytes = ({ key, iv, data }) => subtle.decrypt({ name: "AES-GCM", iv }, key, data);
export const unseal = async (row) => JSON.parse(new TextDecoder().decode(await unsealBytes(row)));

// As surveys/tokens.py makes them: 144 bits, 24 characters.
export const newToken = () => btoa(String.fromCharCode(...random(18))).replace(/\+/g, "-").replace(/\//g, "_");
export const newName = () => hexOf(random(8));

const SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
// The receipt that a response will have (surveys/tokens.py), spelled.
export async function receiptOf(token) {
  const digest = await hashOf(`receipt:${token}`);
  const code = Array.from({ length: 8 }, (_, place) => SIGNS[parseInt(digest.substr(2 * place, 2), 16) % 32]).join("");
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}
