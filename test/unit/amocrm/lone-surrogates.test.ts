import { afterEach, describe, expect, test } from "@jest/globals";
import { chatsApiCrm, chatsApiHistory } from "../../../lambdas/amocrm/chats/client.ts";
import { mainApiContacts } from "../../../lambdas/amocrm/main-api/contacts.ts";
import { chatsApiScope } from "../../../lambdas/amocrm/chats/scope.ts";
import { Client, channel } from "../../local/simulators/support/amocrm-client.ts";
import { aFakeSecret } from "../../support/fake-secret.ts";

const cut = "cut emoji \ud83d";
const whole = "cut emoji \ufffd";
const customer = { id: "tg-42", name: cut, language: "en" } as const;

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});
const anAccount = async () => {
  const { amocrm } = await Client.start();
  closers.push(() => amocrm.close());
  return amocrm;
};

describe("a lone surrogate reaches amoCRM as U+FFFD", () => {
  test("in a message, a customer's name, a file's name and a status for the operator", async () => {
    const amocrm = await anAccount();
    const secret = aFakeSecret({ scopeId: amocrm.scopeId, current: channel.channelSecret });
    const scope = chatsApiScope({ origin: amocrm.origin, channel: secret, now: Date.now });
    const history = chatsApiHistory(scope, Date.now);
    const crm = chatsApiCrm({ scope, history, bot: channel.bot });
    const message = {
      conversationId: "tg-700-42",
      msgid: "tg-700-42-5",
      customer,
      from: "customer",
      sentAtMillis: 1_700_000_000_500,
      silent: false,
      content: {
        type: "file",
        text: cut,
        address: "http://127.0.0.1:1/a.pdf",
        fileName: `${cut}.pdf`,
        sizeBytes: undefined,
        durationSeconds: undefined,
      },
    } as const;

    await crm.openChat("tg-700-42", customer);
    const id = await crm.sendMessage(message);
    await crm.setDeliveryStatus(id, { statusCode: -1, errorCode: 905, error: cut });

    expect(amocrm.messages()).toMatchObject([
      {
        text: whole,
        sender: { name: whole },
        content: { file_name: `${whole}.pdf` },
        deliveryStatus: [{ error: whole }],
      },
    ]);
  });

  test("in the name of a contact", async () => {
    const amocrm = await anAccount();
    const token = aFakeSecret({ token: channel.apiToken });
    const contacts = mainApiContacts({ origin: amocrm.origin, token, now: Date.now });

    await contacts.create({ name: cut, requestId: "tg-700-42" });

    expect(amocrm.contacts()).toMatchObject([{ name: whole }]);
  });
});
