import { afterEach, expect, test } from "@jest/globals";
import { h } from "preact";
import { render } from "preact-render-to-string";
import { emptyModel } from "../../../local/page/app/model.ts";
import { Phone } from "../../../local/page/app/phone/phone.tsx";
import { model } from "../../../local/page/app/store.ts";
import type { RunFacts } from "../../../local/page/stream.ts";

afterEach(() => {
  model.value = emptyModel();
});

test("a run with a real bot shows its link and QR code in place of the simulated phone", () => {
  const ownBot = { username: "shop_bot", link: "https://t.me/shop_bot", qrCode: "<svg/>" };
  const run = { id: "run-1", isTelegramSimulated: false, ownBot } as RunFacts;
  model.value = { ...emptyModel(), run, isCaughtUp: true };
  const shown = render(h(Phone, {}));

  expect(shown).toContain('href="https://t.me/shop_bot"');
  expect(shown).toContain('alt="QR code of @shop_bot"');
  expect(shown).toContain('src="data:image/svg+xml,%3Csvg%2F%3E"');
  expect(shown).not.toContain("<textarea");
});
