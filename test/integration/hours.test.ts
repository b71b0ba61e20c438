import { describe, expect, test } from "@jest/globals";
import { conversationOf, eventually, shown, textsIn, textsTo, useBridge } from "./bridge.ts";

const aCustomer = (id: number, language_code = "en") => ({
  id,
  first_name: `Anna ${id}`,
  language_code,
});

/** The one working minute of the week has passed, or comes in some days. */
const mostlyClosed = () => {
  const days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
  const inThreeDays = days[(new Date().getUTCDay() + 3) % 7] ?? "mon";
  return JSON.stringify({ timeZone: "UTC", week: { [inThreeDays]: ["09:00-09:01"] } });
};

describe("outside working hours", () => {
  const bridge = useBridge({ WORKING_HOURS: mostlyClosed() });
  const notices = (id: number) =>
    textsTo(bridge.telegram, id).filter((text) => /not at work|не работают/.test(text));

  test("a customer gets one notice, and operators see it beside the messages", async () => {
    const { messageId: first } = await bridge.telegram.customerSays(aCustomer(901), "Hello");
    await shown(bridge, 901, first);
    const { messageId: second } = await bridge.telegram.customerSays(aCustomer(901), "Anybody?");
    await shown(bridge, 901, second);
    await eventually("the notice", () => notices(901).length > 0);

    expect(notices(901)).toEqual([expect.stringMatching(/\w+day, .* at 9:00 AM UTC\.$/)]);
    expect(textsIn(bridge.amocrm, conversationOf(901))).toEqual([
      "Hello",
      notices(901)[0],
      "Anybody?",
    ]);
    const copy = bridge.amocrm.messages().find(({ text }) => text === notices(901)[0]);
    expect(copy).toMatchObject({ direction: "bot", silent: true });
  });

  test("a customer with Telegram in Russian reads it in Russian", async () => {
    await bridge.telegram.customerSays(aCustomer(902, "ru"), "Привет");
    await eventually("the notice", () => notices(902).length > 0);

    expect(notices(902)).toEqual([expect.stringMatching(/Начало работы: .* 09:00 UTC\.$/)]);
  });
});
