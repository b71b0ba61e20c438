import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { eventually } from "../bridge.ts";
import { quotedIn, startOperatedLaptop } from "./procedure.ts";

let laptop: Awaited<ReturnType<typeof startOperatedLaptop>>;
beforeAll(async () => {
  laptop = await startOperatedLaptop();
});
afterAll(async () => {
  await laptop.close();
});

test("parked messages arrive after the cause is repaired, and so do messages in flight", async () => {
  const [list = [], send = [], listAgain = []] = quotedIn("Redriving what was parked");
  await laptop.aCustomer(71);
  await laptop.aCustomer(72);
  laptop.telegram.faults.add({
    match: "sendMessage",
    chatId: "71",
    status: 400,
    body: { ok: false, error_code: 400, description: "Bad Request: message is not right" },
    times: 2,
  });
  await laptop.operatorSays(71, "first");
  await laptop.operatorSays(71, "second");
  await eventually("both among the parked", async () => (await laptop.parkedNow()).length === 2);
  laptop.telegram.faults.add({ match: "sendMessage", chatId: "72", delayMillis: 2000 });
  await laptop.operatorSays(72, "in flight");

  const [listed, dry] = await laptop.follow(list);
  expect(listed?.output.match(/refused-by-telegram/g)).toHaveLength(2);
  expect(dry?.output).toContain("would be sent again: 2");
  const [sent] = await laptop.follow(send);
  expect(sent).toMatchObject({ code: 0, errors: "" });

  const got = await laptop.customerHas(71, ["first", "second"]);
  expect(got).toEqual([expect.stringContaining("first"), expect.stringContaining("second")]);
  expect(await laptop.customerHas(72, ["in flight"])).toEqual(["in flight"]);
  const [after] = await laptop.follow(listAgain);
  expect(after).toMatchObject({ code: 0, output: "nothing is parked\n" });
});
