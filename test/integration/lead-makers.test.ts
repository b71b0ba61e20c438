import { describe, expect, test } from "@jest/globals";
import { conversationOf, shown, useBridge } from "./bridge.ts";
import type { Bridge } from "./bridge.ts";

/** A stranger writes. Returns the methods of the main API that the bridge called, and the leads. */
async function strangerWrites(bridge: Bridge, chatId: number) {
  const before = bridge.amocrm.calls().length;
  const customer = { id: chatId, first_name: `Customer ${chatId}` };
  const { messageId } = await bridge.telegram.customerSays(customer, "Good morning");
  const message = await shown(bridge, chatId, messageId);
  const calls = bridge.amocrm
    .calls()
    .slice(before)
    .filter(({ path }) => path.startsWith("/api/"));
  return {
    hasCalls: calls.length > 0,
    leads: bridge.amocrm
      .leads()
      .filter(({ conversationId }) => conversationId === conversationOf(chatId))
      .map(({ category }) => category ?? "made by the bridge"),
    hasContact: bridge.amocrm.contacts().some(({ chats }) => chats.includes(message.chatId)),
  };
}

const worlds = [
  { world: "incoming leads for all chats", unsortedOn: true, unsortedForLinked: true },
  { world: "incoming leads for strangers only", unsortedOn: true, unsortedForLinked: false },
  { world: "no incoming leads", unsortedOn: false, unsortedForLinked: true },
] as const;

describe.each([
  {
    make: "lead",
    token: true,
    leads: [["made by the bridge"], ["made by the bridge"], ["made by the bridge"]],
  },
  { make: "contact", token: true, leads: [["chats"], [], []] },
  { make: "leave-to-amocrm", token: true, leads: [["chats"], ["chats"], []] },
  { make: "lead", token: false, leads: [["chats"], ["chats"], []] },
])("make $make, with a token: $token", ({ make, token, leads }) => {
  const bridge = useBridge({
    NEW_CUSTOMER: make,
    ...(token ? {} : { AMOCRM_API_TOKEN: "" }),
  });
  const callsMainApi = token && make !== "leave-to-amocrm";

  test.each(worlds.map((each, index) => ({ ...each, index })))(
    "in an account with $world",
    async ({ index, unsortedOn, unsortedForLinked }) => {
      bridge.amocrm.setSwitches({ unsortedOn, unsortedForLinked });

      const outcome = await strangerWrites(bridge, 501 + index);

      expect(outcome).toEqual({
        hasCalls: callsMainApi,
        leads: leads[index],
        hasContact: callsMainApi || unsortedOn,
      });
    },
  );
});
