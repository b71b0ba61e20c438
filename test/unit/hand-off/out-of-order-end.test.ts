import { describe, expect, test } from "@jest/globals";
import { isMadeAfter } from "../../../lambdas/hand-off/states.ts";
import { aHandOff } from "../../support/hand-off.ts";

const update = (number: number) => `tg:700:${number}`;
const press = { sentAtSeconds: undefined };

describe("the end of a talk when a later button press comes first", () => {
  test("does not end the talk that the press has started", async () => {
    const { customer, state, shown } = aHandOff({ handOff: "closed" });

    await customer("the meaning of life", press, update(8));
    await customer("/end", { command: "end" }, update(7));

    expect(await state()).toBe("waiting");
    expect(shown().at(-1)).toBe("customer: /end");
  });

  test("does not end the talk that continued with the press", async () => {
    const { customer, state, sentTexts } = aHandOff({ handOff: "operator" });

    await customer("Yes", press, update(8));
    await customer("/end", { command: "end" }, update(7));

    expect(await state()).toBe("operator");
    expect(sentTexts()).toEqual([]);
  });

  test.each([
    { name: "came before it", press: 6, end: 7 },
    { name: "has an id from another sequence of ids", press: 900_000_000, end: 7 },
  ])("ends the talk when the press $name", async (ids) => {
    const { customer, state } = aHandOff({ handOff: "operator" });

    await customer("Yes", press, update(ids.press));
    await customer("/end", { command: "end" }, update(ids.end));

    expect(await state()).toBe("closed");
  });

  test("is followed by the next end, which was requested later", async () => {
    const { customer, state } = aHandOff({ handOff: "operator" });

    await customer("Yes", press, update(8));
    await customer("/end", { command: "end" }, update(7));
    await customer("/end", { command: "end" }, update(9));

    expect(await state()).toBe("closed");
  });
});

test.each([
  { id: undefined, other: update(7), isAfter: false },
  { id: update(8), other: update(7), isAfter: true },
  { id: update(7), other: update(7), isAfter: false },
  { id: update(8), other: "close:tg-700-42", isAfter: false },
  { id: "close:tg-700-42", other: update(7), isAfter: false },
])("$id is later than $other: $isAfter", ({ id, other, isAfter }) => {
  expect(isMadeAfter(id, other)).toBe(isAfter);
});
