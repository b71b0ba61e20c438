import * as z from "zod";
import { ControlRefusal, readControl } from "../control.ts";
import type { ControlRoute } from "../control.ts";
import type { Account } from "./account.ts";
import type { AmocrmSimulator } from "./types.ts";

const saySchema = z.strictObject({ text: z.string().min(1) });
const hookSchema = z
  .strictObject({
    body: z.unknown().optional(),
    raw: z.string().exactOptional(),
    signature: z.string().exactOptional(),
  })
  .refine((hook) => hook.body !== undefined || hook.raw !== undefined, {
    message: "body or raw is needed",
  });

/** The endpoints under `/_sim/` with which people answer as an operator and send hooks. */
export function controlRoutes(simulator: AmocrmSimulator, account: Account): ControlRoute[] {
  return [
    {
      method: "GET",
      path: "messages",
      run: async () => ({
        status: 200,
        body: {
          messages: simulator.messages(),
          chats: [...account.chats.values()],
          contacts: simulator.contacts(),
          leads: simulator.leads(),
        },
      }),
    },
    {
      method: "POST",
      path: "conversations/{id}/say",
      run: async (request, id) => {
        const { text } = readControl(request, saySchema);
        if (!account.chats.has(id) && account.chatsByConversation.get(id) === undefined) {
          throw new ControlRefusal(`There is no conversation ${id}: its customer has not written.`);
        }
        return { status: 200, body: await simulator.operatorSays(id, text) };
      },
    },
    {
      method: "POST",
      path: "hooks",
      run: async (request) => {
        const { body, ...options } = readControl(request, hookSchema);
        return { status: 200, body: { status: await simulator.sendHook(body, options) } };
      },
    },
  ];
}
