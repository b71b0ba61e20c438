import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { formatDate, signRequest } from "../../../lambdas/amocrm/webhook/signature.ts";
import { quotedIn, startOperatedLaptop } from "./procedure.ts";

let laptop: Awaited<ReturnType<typeof startOperatedLaptop>>;
beforeAll(async () => {
  laptop = await startOperatedLaptop();
});
afterAll(async () => {
  await laptop.close();
});

/** Does what disabling the integration does: amoCRM deletes the connection and sends no hooks. */
const disconnect = async () => {
  const { channelId, channelSecret, accountId } = laptop.settings.amocrm;
  const path = `/v2/origin/custom/${channelId}/disconnect`;
  const body = Buffer.from(JSON.stringify({ account_id: accountId }));
  const request = { method: "DELETE", path, date: formatDate(new Date()), body };
  const headers = { ...signRequest(request, channelSecret) };
  const answer = await fetch(laptop.amocrm.origin + path, { method: "DELETE", headers, body });
  expect(answer.status).toBe(200);
};

test("messages of both sides from the time without the channel arrive after it is connected again", async () => {
  const [reconnect = []] = quotedIn("Reconnecting the channel");
  await laptop.aCustomer(87);
  await laptop.aCustomer(88);
  laptop.telegram.faults.add({ match: "sendMessage", chatId: "88", delayMillis: 2000 });
  await laptop.operatorSays(88, "in flight");
  await disconnect();
  await laptop.customerSays(87, "waits");
  await laptop.customerSays(87, "and this");
  await laptop.operatorSays(87, "without a hook");
  await laptop.logged("the refusal", "DeliveryDeferred", "amoCRM answered 404");

  const [connected] = await laptop.follow(reconnect.slice(0, 1));
  const [found] = await laptop.followLater(reconnect.slice(1));

  expect([connected?.code, found?.code]).toEqual([0, 0]);
  const seen = await laptop.operatorHas(87, ["hello", "without a hook", "waits", "and this"]);
  expect(seen.filter((text) => text !== "without a hook")).toEqual(["hello", "waits", "and this"]);
  expect(await laptop.customerHas(87, ["without a hook"])).toEqual([
    expect.stringContaining("without a hook"),
  ]);
  expect(await laptop.customerHas(88, ["in flight"])).toEqual(["in flight"]);
  expect(await laptop.parkedNow()).toEqual([]);
});
