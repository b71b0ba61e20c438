import { createHmac } from "node:crypto";
import { beforeAll, describe, expect, test } from "@jest/globals";
import {
  conversationOf,
  eventually,
  hookInstead,
  opened,
  useBridge,
  textsTo,
  timesOf,
  finalStatusOf,
} from "./bridge.ts";

const accountId = "af9945ff-1490-4cad-807d-945c15d88bec";
const secret = "an-integration-test-secret";
const dora = { id: 51, first_name: "Dora" };
const conversationId = conversationOf(dora.id);
const conversation = { id: "amojo-chat", client_id: conversationId };
const day = 86_400_000;

const bridge = useBridge({ AMOCRM_CHANNEL_SECRET: secret });
beforeAll(async () => {
  await opened(bridge, dora);
});

const handIn = async (body: string, signed: string) => {
  const signature = createHmac("sha1", secret).update(signed).digest("hex");
  const url = `${bridge.run.host.url}/amocrm/${bridge.run.scopeId}`;
  const headers = { "X-Signature": signature };
  return (await fetch(url, { method: "POST", body, headers })).status;
};

describe("an authentic hook that is sent again with added line breaks", () => {
  test("is processed once", async () => {
    const { messageId } = await bridge.telegram.customerSays(dora, "react to this");
    const reaction = {
      type: "react",
      emoji: "👍",
      msgid: `${conversationId}-${messageId}`,
      user: { id: "operator" },
      conversation,
    };
    const time = Math.floor(Date.now() / 1000);
    const hook = JSON.stringify({ account_id: accountId, time, action: { reaction } });

    for (let lineBreaks = 0; lineBreaks <= 10; lineBreaks += 1) {
      expect(await handIn(hook + "\n".repeat(lineBreaks), hook)).toBe(200);
    }
    // A later message of the chat arrives after all of these hooks have been processed.
    await bridge.amocrm.operatorSays(conversationId, "the last word");
    await eventually("the last word", () =>
      textsTo(bridge.telegram, dora.id).includes("the last word"),
    );

    const put = bridge.telegram.calls().filter(({ method }) => method === "setMessageReaction");
    expect(put).toHaveLength(1);
  });
});

describe("an operator immediately gets the error", () => {
  test.each(["tg-1000000001-051", "tg-1000000001--51", `tg-1000000001-${"5".repeat(5000)}`])(
    "904 for a conversation id that is almost ours, and no chat gets the message: %.30s",
    async (clientId) => {
      const before = textsTo(bridge.telegram, dora.id).length;
      const around = { conversation: { ...conversation, client_id: clientId } };

      const status = await finalStatusOf(bridge, await hookInstead(bridge, dora.id, {}, around));

      expect(status).toMatchObject({ status: -1, errorCode: 904 });
      expect(textsTo(bridge.telegram, dora.id)).toHaveLength(before);
    },
  );

  test("905 for a template that would expand to gigabytes", async () => {
    const content = "{{a}}".repeat(20_000);
    const params = [{ key: "a", value: "v".repeat(100_000) }];
    const message = { text: "", template: { content, params } };

    const status = await finalStatusOf(bridge, await hookInstead(bridge, dora.id, message));

    expect(status).toMatchObject({ status: -1, errorCode: 905 });
  });

  test("905 with a sentence for a message that was written more than 35 days ago", async () => {
    const old = timesOf(Date.now() - 36 * day);

    const status = await finalStatusOf(bridge, await hookInstead(bridge, dora.id, {}, old));

    expect(status).toMatchObject({ status: -1, errorCode: 905 });
    expect(status.error).toMatch(/более чем через 35 дней/);
    expect((await bridge.parked("too-old")).length).toBe(1);
  });
});

test("a customer sees when a message was written if its hook came days later", async () => {
  const written = Date.now() - 3 * day;

  const id = await hookInstead(bridge, dora.id, { text: "Still there?" }, timesOf(written));

  expect(await finalStatusOf(bridge, id)).toMatchObject({ status: 1 });
  const date = new Date(written).toISOString().slice(0, 10);
  expect(textsTo(bridge.telegram, dora.id).at(-1)).toMatch(
    new RegExp(`^\\[\\S+ ${date} \\d\\d:\\d\\d UTC\\] Still there\\?$`),
  );
});
