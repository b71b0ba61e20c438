import { expect, test } from "@jest/globals";
import { afterEntry, emptyModel } from "../../../local/page/app/model.ts";
import { lateEvents } from "../../../local/page/app/way/order.ts";
import { fact } from "./page-model.ts";

test("the mark of a late event outlives the hops of the events after it, which are bounded", () => {
  let model = emptyModel();
  const add = (eventId: string, fields: Readonly<Record<string, unknown>> = {}) => {
    const hop = fact(eventId, "HookAccepted", fields);
    model = afterEntry(model, { kind: "hop", number: 1, hop }, 0);
  };
  add("late-one", { late: "reconciled" });
  for (let count = 0; count < 2500; count += 1) add(`event-${count}`);

  expect(model.hopsOf.size).toBe(2000);
  expect(model.hopsOf.has("event-0")).toBe(false);
  expect(lateEvents(model)).toEqual(new Map([["late-one", "reconciled"]]));
});
