import { describe, expect, test } from "@jest/globals";
import { eventually, useBridge, textsIn } from "./bridge.ts";

const bridge = useBridge({ AMOCRM_API_TOKEN: "" });

describe("without an API token", () => {
  test("no main-API call is made, and amoCRM makes the contact and the lead itself", async () => {
    const { telegram, amocrm } = bridge;

    await telegram.customerSays({ id: 71, first_name: "Stranger" }, "anybody there?");

    await eventually("the message", () => textsIn(amocrm, "tg-1000000001-71").length > 0);
    expect(amocrm.calls().filter(({ path }) => path.startsWith("/api/"))).toEqual([]);
    expect(amocrm.calls()[0]?.path).toMatch(/\/chats$/);
    expect(amocrm.leads()).toHaveLength(1);
  });
});
