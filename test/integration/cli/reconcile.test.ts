import { beforeAll, describe, expect, test } from "@jest/globals";
import { findLostHooks, openReconcilerPorts } from "../../../cli/amocrm/find-lost-hooks.ts";
import { readChannel } from "../../../cli/amocrm/connection.ts";
import { fixedSecret } from "../../../lambdas/model/runtime.ts";
import { openSecrets } from "../../../cli/secrets.ts";
import { findStage } from "../../../cli/stage/open-stage.ts";
import { eventually, textsIn, textsTo } from "../bridge.ts";
import { useLaptop } from "./laptop.ts";

const conversationId = "tg-1000000001-74";

const laptop = useLaptop();
beforeAll(async () => {
  await laptop.telegram.customerSays({ id: 74, first_name: "Customer" }, "hello");
  await eventually("the chat", () => textsIn(laptop.amocrm, conversationId).length > 0);
});

describe("bridge reconcile", () => {
  test("finds nothing when no hook was lost", async () => {
    const { code, json } = await laptop.ask(["reconcile", "--since", "2h"]);

    expect(code).toBe(0);
    expect(json).toMatchObject({ stage: "laptop", found: 0, notRead: [], stopped: [] });
    expect(json["chats"]).toBeGreaterThan(0);
  });

  test("delivers a lost message once", async () => {
    await laptop.amocrm.operatorSays(conversationId, "first");
    await eventually("the first answer", () => textsTo(laptop.telegram, 74).length === 1);
    laptop.amocrm.faults.add({ match: "hook", dropRequest: true });
    await laptop.amocrm.operatorSays(conversationId, "lost");
    // Four minutes later, when the hook cannot be on its way any more.
    const now = () => Date.now() + 4 * 60_000;
    const stage = await findStage({}, { env: { BRIDGE_RUN_FILE: laptop.runFile } });
    const channel = await readChannel(stage, openSecrets(stage));
    const ports = openReconcilerPorts(stage, fixedSecret(channel), now);
    const look = () => findLostHooks(Date.now() - 3_600_000, ports);

    expect(await look()).toMatchObject({ found: 1, notRead: [], stopped: [] });
    await eventually("the lost answer", () => textsTo(laptop.telegram, 74).length === 2);
    expect(await look()).toMatchObject({ found: 0 });
    expect(textsTo(laptop.telegram, 74).at(-1)).toContain("lost");
  });

  test("a channel that is not connected is a failure with the fix", async () => {
    const { fields } = await laptop.readSecret("AmocrmChannelSecretId");
    const unconnected = JSON.stringify({ ...fields, scopeId: "" });
    await laptop.writeSecret("AmocrmChannelSecretId", unconnected);

    const done = await laptop.bridge(["reconcile", "--since", "2h"]);

    await laptop.writeSecret("AmocrmChannelSecretId", JSON.stringify(fields));
    expect(done).toMatchObject({ code: 1, output: "" });
    expect(done.errors).toBe(
      "bridge reconcile: the channel is not connected yet: connect it with npx bridge connect\n",
    );
  });

  test.each([
    { args: ["reconcile"], says: "--since is missing" },
    { args: ["reconcile", "--since", "8d"], says: "7d at most" },
  ])("$args is wrong usage", async ({ args, says }) => {
    const done = await laptop.bridge(args);

    expect(done).toMatchObject({ code: 2, output: "" });
    expect(done.errors).toContain(says);
  });
});
