import { describe, expect, test } from "@jest/globals";
import { aHandOff } from "../../support/hand-off.ts";

describe("amoCRM sorts by time, so", () => {
  test("the bot's answer comes between its message and the next message", async () => {
    const { crm, customer } = aHandOff();
    await customer("hello");
    await customer("and you?");

    await customer("/operator", { command: "operator" });
    await customer("/end", { command: "end" });

    const times = crm.messages().map(({ sentAtMillis }) => sentAtMillis);
    expect(times).toHaveLength(8);
    expect(times).toEqual(times.toSorted((one, other) => one - other));
  });
});
