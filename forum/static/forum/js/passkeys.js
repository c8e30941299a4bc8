/**
 * Passkeys: the browser makes one, or shows that it has one, and the form carries what it answers.
 *
 * A form says with `data-passkey` which of the two it wants (`create` or `get`). What the site asks for stands
 * in it as JSON or, with `data-fetched`, is fetched from where the form leads. What went wrong is said in the
 * form's own words, which are attributes of it.
 */

/**
 * What the site asks for, with base64url where the browser wants bytes.
 * @typedef {{ publicKey: Record<string, any> }} Wish
 */

/**
 * @param {string} text base64url
 * @returns {Uint8Array}
 */
export function toBytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
}

/**
 * @param {ArrayBuffer | Uint8Array} bytes
 * @returns {string} base64url
 */
export function toText(bytes) {
  const plain = String.fromCharCode(...new Uint8Array(bytes));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** @param {{ id: string }[]} [known] */
const withBytes = (known = []) => known.map((one) => ({ ...one, id: toBytes(one.id) }));

/**
 * What `navigator.credentials.create` takes. It is always a passkey that is made: one that says who one is, and
 * that is unlocked.
 * @param {Wish} wish
 */
export function toCreate({ publicKey }) {
  return {
    publicKey: {
      ...publicKey,
      challenge: toBytes(publicKey.challenge),
      user: { ...publicKey.user, id: toBytes(publicKey.user.id) },
      excludeCredentials: withBytes(publicKey.excludeCredentials),
      authenticatorSelection: {
        ...publicKey.authenticatorSelection,
        residentKey: "required",
        requireResidentKey: true,
        userVerification: "required",
      },
    },
  };
}

/**
 * What `navigator.credentials.get` takes.
 * @param {Wish} wish
 */
export function toGet({ publicKey }) {
  return {
    publicKey: {
      ...publicKey,
      challenge: toBytes(publicKey.challenge),
      allowCredentials: withBytes(publicKey.allowCredentials),
    },
  };
}

/**
 * What the site is sent. Written out here, because `toJSON` is younger than passkeys are.
 * @param {any} credential
 */
export function toAnswer(credential) {
  const { response } = credential;
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const given = parts.filter((part) => response[part]).map((part) => [part, toText(response[part])]);
  return {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: {
      ...Object.fromEntries(given),
      ...(response.getTransports && { transports: response.getTransports() }),
    },
  };
}

/**
 * Which of the form's words say what went wrong.
 * @param {{ name: string }} error
 * @returns {string}
 */
export function wordsFor({ name }) {
  const known = {
    NotAllowedError: "cancelled",
    AbortError: "cancelled",
    InvalidStateError: "known",
    SecurityError: "place",
    TypeError: "failed",
  };
  return known[name] ?? "impossible";
}

/**
 * @param {HTMLFormElement} form
 * @returns {Promise<Wish>}
 */
async function wishOf(form) {
  if (!("fetched" in form.dataset)) {
    return JSON.parse(form.querySelector("script[type='application/json']").textContent);
  }
  const response = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new TypeError(`${response.status}`);
  return (await response.json()).request_options;
}

/** @param {HTMLFormElement} form */
async function ask(form) {
  const wish = await wishOf(form);
  const credential =
    form.dataset.passkey === "create"
      ? await navigator.credentials.create(toCreate(wish))
      : await navigator.credentials.get(toGet(wish));
  return JSON.stringify(toAnswer(credential));
}

/** @param {HTMLFormElement} form */
function watch(form) {
  /** @type {HTMLElement} */
  const says = form.querySelector("[data-passkey-says]");
  const answer = form.elements.credential;
  const button = form.querySelector("[type=submit]");
  let asking = false;
  const say = (words) => {
    says.textContent = words;
    says.hidden = !words;
  };
  // A page that comes back after an error brings the answer that was wrong along.
  answer.value = "";
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    if (answer.value) return;
    event.preventDefault();
    if (asking) return;
    asking = true;
    button.setAttribute("aria-busy", "true");
    say("");
    try {
      answer.value = await ask(form);
      form.requestSubmit();
    } catch (error) {
      button.removeAttribute("aria-busy");
      say(form.dataset[wordsFor(error)]);
    } finally {
      asking = false;
    }
  });
}

/** On a page with such forms; not where a test only wants the functions. */
if (typeof document !== "undefined") {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (window.PublicKeyCredential) watch(form);
    else if (!("fetched" in form.dataset)) {
      const says = form.querySelector("[data-passkey-says]");
      says.textContent = form.dataset.impossible;
      says.hidden = false;
    }
  }
}
