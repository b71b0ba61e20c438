import type { Customer } from "../../lambdas/model/message.ts";
import type { DeliveryStatus } from "../../lambdas/model/envelope.ts";
import type { CrmChat, CrmMessage, CrmReaction } from "../../lambdas/model/crm.ts";
import { aScript } from "./script.ts";
import type { Step } from "./script.ts";

/** One call to the fake CRM. */
export type CrmCall =
  | { readonly method: "openChat"; readonly conversationId: string; readonly customer: Customer }
  | { readonly method: "sendMessage" | "editMessage"; readonly message: CrmMessage }
  | { readonly method: "react"; readonly reaction: CrmReaction }
  | { readonly method: "findMessage"; readonly msgid: string; readonly sinceMillis: number }
  | {
      readonly method: "setDeliveryStatus";
      readonly amocrmMessageId: string;
      readonly status: DeliveryStatus;
      readonly timeoutMillis: number | undefined;
    };

type Steps<Value> = readonly [Step<Value>, ...Step<Value>[]];

/** Chats of a CRM that record their calls and answer by script. */
export function aFakeCrm({
  chats = [{ amojoChatId: "amojo-chat", amojoUserId: "amojo-user" }],
  sends = ["amojo-1", "amojo-2", "amojo-3"],
  edits = [undefined],
  finds = [undefined],
  statuses = [undefined],
  reactions = [undefined],
  bot = true,
}: {
  chats?: Steps<{ amojoChatId: string; amojoUserId: string | undefined }>;
  sends?: Steps<string>;
  edits?: Steps<undefined>;
  finds?: Steps<string | undefined>;
  statuses?: Steps<undefined>;
  reactions?: Steps<undefined>;
  bot?: boolean;
} = {}): CrmChat & { readonly calls: CrmCall[]; messages(): CrmMessage[] } {
  const calls: CrmCall[] = [];
  const scripts = {
    chats: aScript(...chats),
    sends: aScript(...sends),
    edits: aScript<undefined>(...edits),
    finds: aScript<string | undefined>(...finds),
    statuses: aScript<undefined>(...statuses),
    reactions: aScript<undefined>(...reactions),
  };
  return {
    calls,
    messages: () => calls.flatMap((call) => ("message" in call ? [call.message] : [])),
    openChat: (conversationId, customer) => {
      calls.push({ method: "openChat", conversationId, customer });
      return scripts.chats.play();
    },
    sendMessage: (message) => {
      calls.push({ method: "sendMessage", message });
      return scripts.sends.play();
    },
    editMessage: (message) => {
      calls.push({ method: "editMessage", message });
      return scripts.edits.play();
    },
    react: (reaction) => {
      calls.push({ method: "react", reaction });
      return scripts.reactions.play();
    },
    findMessage: (_amojoChatId, msgid, sinceMillis) => {
      calls.push({ method: "findMessage", msgid, sinceMillis });
      return scripts.finds.play();
    },
    setDeliveryStatus: (amocrmMessageId, status, { timeoutMillis } = {}) => {
      calls.push({ method: "setDeliveryStatus", amocrmMessageId, status, timeoutMillis });
      return scripts.statuses.play();
    },
    canSpeakAsBot: () => bot,
  };
}
