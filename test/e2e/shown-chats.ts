import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Stage } from "../../cli/stage/stage.ts";
import { chatsApiHistory } from "../../lambdas/amocrm/chats/client.ts";
import { chatsApiScope } from "../../lambdas/amocrm/chats/scope.ts";
import { dynamoConversationStore } from "../../lambdas/aws/conversations.ts";
import { DynamoTable } from "../../lambdas/aws/table.ts";
import type { AmocrmChannelCredentials } from "../../lambdas/compose/credentials.ts";
import type { CrmHistory } from "../../lambdas/model/crm.ts";
import type { ConversationStore } from "../../lambdas/model/stores.ts";

/** A message of a chat as amoCRM has it. A missing field is empty. */
export type Shown = { readonly msgid: string; readonly text: string; readonly media: string };

/** A bridge's chats as amoCRM shows them in its history. */
export class ShownChats {
  readonly #history: CrmHistory;
  readonly #conversations: ConversationStore;

  constructor({ aws, amojoOrigin: origin, outputs }: Stage, credentials: AmocrmChannelCredentials) {
    const known = async () => credentials;
    const channel = { read: known, reread: known, readSince: known };
    this.#history = chatsApiHistory(chatsApiScope({ origin, channel, now: Date.now }), Date.now);
    const table = new DynamoTable(
      new DynamoDBClient(aws),
      outputs.ConversationsTable,
      "conversationId",
    );
    this.#conversations = dynamoConversationStore(table);
  }

  /** The newest messages of a chat, oldest first. */
  async read(conversationId: string): Promise<Shown[]> {
    const { amojoChatId } = (await this.#conversations.find(conversationId)) ?? {};
    if (amojoChatId === undefined) throw new Error("the bridge does not know the chat");
    const page = await this.#history.page({ amojoChatId, conversationId }, 0);
    return page.toReversed().map(({ msgid = "", hook }) => {
      const { message } = JSON.parse(hook) as { message: { message: Partial<Shown> } };
      return { msgid, text: message.message.text ?? "", media: message.message.media ?? "" };
    });
  }
}
