import assert from "node:assert/strict";
import { it } from "node:test";

import { toAnswer, toBytes, toCreate, toGet, toText, wordsFor } from "../../forum/static/forum/js/passkeys.js";

const buffer = (...bytes) => new Uint8Array(bytes).buffer;

it("bytes are written in base64url and read again", () => {
  for (const bytes of [[], [0], [255, 254], [251, 239, 190], Array.from({ length: 256 }, (_, byte) => byte)]) {
    const text = toText(new Uint8Array(bytes));
    assert.match(text, /^[\w-]*$/);
    assert.deepEqual([...toBytes(text)], bytes);
  }
  assert.equal(toText(buffer(251, 239, 190)), "----");
});

it("what is made is always a passkey", () => {
  const { publicKey } = toCreate({
    publicKey: {
      challenge: "AQI",
      user: { id: "Aw", name: "alice" },
      excludeCredentials: [{ type: "public-key", id: "BA" }],
      authenticatorSelection: { residentKey: "discouraged", userVerification: "preferred" },
      extensions: { credProps: true },
    },
  });
  assert.deepEqual([...publicKey.challenge], [1, 2]);
  assert.deepEqual([...publicKey.user.id], [3]);
  assert.equal(publicKey.user.name, "alice");
  assert.deepEqual([...publicKey.excludeCredentials[0].id], [4]);
  assert.deepEqual(publicKey.authenticatorSelection, {
    residentKey: "required",
    requireResidentKey: true,
    userVerification: "required",
  });
  assert.deepEqual(publicKey.extensions, { credProps: true });
});

it("whoever logs in need not be known", () => {
  const { publicKey } = toGet({ publicKey: { challenge: "AQI", rpId: "localhost" } });
  assert.deepEqual(publicKey.allowCredentials, []);
  assert.equal(publicKey.rpId, "localhost");
});

it("the answer has what there is and nothing else", () => {
  const answer = toAnswer({
    id: "BA",
    rawId: buffer(4),
    type: "public-key",
    getClientExtensionResults: () => ({ credProps: { rk: true } }),
    response: { clientDataJSON: buffer(5), signature: buffer(6), userHandle: null },
  });
  assert.deepEqual(answer, {
    id: "BA",
    rawId: "BA",
    type: "public-key",
    clientExtensionResults: { credProps: { rk: true } },
    response: { clientDataJSON: "BQ", signature: "Bg" },
  });
});

it("whatever goes wrong has words", () => {
  assert.equal(wordsFor({ name: "NotAllowedError" }), "cancelled");
  assert.equal(wordsFor({ name: "InvalidStateError" }), "known");
  assert.equal(wordsFor({ name: "SecurityError" }), "place");
  assert.equal(wordsFor({ name: "TypeError" }), "failed");
  assert.equal(wordsFor({ name: "NotSupportedError" }), "impossible");
});
