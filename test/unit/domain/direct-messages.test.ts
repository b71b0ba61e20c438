import { describe, expect, test } from "@jest/globals";
import { createJobs } from "../../../lambdas/domain/jobs.ts";
import { operatorTyping } from "../../../lambdas/domain/operator-signs.ts";
import { askForPhone } from "../../../lambdas/domain/phone-talk.ts";
import type { CustomerEvent } from "../../../lambdas/model/message.ts";
import { aDeliveryBench } from "../../support/delivery-bench.ts";
import { aCustomerEvent, anEnvelope } from "../../support/events.ts";
import { aFakeCrm } from "../../support/fake-crm.ts";
import { aFakeMessenger } from "../../support/fake-messenger.ts";
import { jobDependencies } from "../../support/job-dependencies.ts";

const chatId = "-1002-dm42";
const conversationId = `tg-700-${chatId}`;

/** An administrator of the channel writes to a customer. */
const written = async (crm = aFakeCrm({ bot: true }), changes: Partial<CustomerEvent> = {}) => {
  const messenger = aFakeMessenger();
  const decodeTelegram = () =>
    aCustomerEvent({ conversationId, chatId, isOutgoing: true, ...changes });
  const deps = jobDependencies({ crm, messenger, decodeTelegram });
  const bench = aDeliveryBench(createJobs(deps));
  const id = "tg:700:1";
  await bench.attempt({ direction: "to-amocrm", id, envelope: anEnvelope({ id }) });
  return { crm, messenger, deps, state: bench.ledger.entry(id)?.state };
};

describe("direct messages of a channel", () => {
  test("are shown as outgoing and silently where an administrator writes, and remembered as ours", async () => {
    const { crm, messenger, deps, state } = await written();

    expect(state).toBe("sent");
    expect(crm.messages()).toMatchObject([{ from: "bot", silent: true, conversationId }]);
    expect(messenger.sent).toEqual([]);
    expect((await deps.conversations.find(conversationId))?.echoedAtMillis).toBeDefined();
  });

  test("of an administrator are left out where amoCRM knows no bot of the channel", async () => {
    const { crm, state } = await written(aFakeCrm({ bot: false }));

    expect([state, crm.messages()]).toEqual(["ignored", []]);
  });

  test("have no typing and no button for a number", () => {
    const deps = jobDependencies({ askPhone: "at-start" });
    const typing = { kind: "typing", conversationId, untilSeconds: 1_800_000_000 } as const;
    const event = aCustomerEvent({ conversationId, chatId });

    expect(operatorTyping(typing, deps)).toMatchObject({ kind: "ignore" });
    expect(askForPhone("at-start", event, undefined, deps)).toEqual([]);
  });
});
