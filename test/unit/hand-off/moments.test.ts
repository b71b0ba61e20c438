import { describe, expect, test } from "@jest/globals";
import { aHandOff } from "../../support/hand-off.ts";

describe("amoCRM sorts by time, so", () => {
  test("the bot's answer comes between its message and the next message", async () => {
    const { crm, customer } = aHandOff();
    await customer("hello");
    await customer("and you?");

    await customer("/operator", { command: "operator" });
    await customer("/end", { command: "end" });

    const moments = crm.messages().map(({ sentAtMillis }) => sentAtMillis);
    expect(moments).toHaveLength(8);
    expect(moments).toEqual(moments.toSorted((one, other) => one - other));
  });
});
