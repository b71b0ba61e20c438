import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { quotedIn, startOperatedLaptop } from "./procedure.ts";

let laptop: Awaited<ReturnType<typeof startOperatedLaptop>>;
beforeAll(async () => {
  laptop = await startOperatedLaptop();
});
afterAll(async () => {
  await laptop.close();
});

test("operators' messages whose hooks were lost arrive once, together with messages in flight", async () => {
  const [search = []] = quotedIn("Running a wide reconcile");
  await laptop.aCustomer(73);
  await laptop.aCustomer(74);
  await laptop.operatorSays(73, "before");
  await laptop.customerHas(73, ["before"]);
  laptop.amocrm.faults.add({ match: "hook", dropRequest: true, times: 2 });
  await laptop.operatorSays(73, "lost one");
  await laptop.operatorSays(73, "lost two");
  laptop.telegram.faults.add({ match: "sendMessage", chatId: "74", delayMillis: 2000 });
  await laptop.operatorSays(74, "in flight");

  const [found] = await laptop.followLater(search);

  expect(found).toMatchObject({ code: 0 });
  expect(found?.output).toContain("lost hooks found:  2");
  expect(await laptop.customerHas(73, ["before", "lost one", "lost two"])).toEqual([
    "before",
    expect.stringContaining("lost one"),
    expect.stringContaining("lost two"),
  ]);
  expect(await laptop.customerHas(74, ["in flight"])).toEqual(["in flight"]);
  const [again] = await laptop.followLater(search);
  expect(again?.output).toContain("lost hooks found:  0");
});
