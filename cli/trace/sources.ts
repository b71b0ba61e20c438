import type { HistoryMessage } from "../../lambdas/model/crm.ts";
import type { Envelope } from "../../lambdas/model/envelope.ts";
import type { Delivery } from "../parked/sources.ts";
import type { Item } from "./life.ts";

/** A chat, and the time to look at. */
export type ChatWindow = {
  readonly conversationId: string;
  readonly fromMillis: number;
  readonly untilMillis: number;
};

/** The places that have traces of a message. */
export interface TraceSources {
  /** An item of the deliveries table by its key. */
  item(id: string): Promise<Item | undefined>;
  /** All parked or spooled events now, with their messages. */
  setAside(state: "parked" | "spooled"): AsyncIterable<Delivery>;
  /** amoCRM's messages of a chat, newest first. None where the chat's id in amoCRM is unknown. */
  history(conversationId: string): AsyncIterable<HistoryMessage>;
  /** The events of a chat whose claims noted its activity between two times. */
  active(window: ChatWindow): AsyncIterable<{ id: string; activeAtMillis: number }>;
  /** The bytes of a stored event. Undefined where they are not available. */
  bodyOf(envelope: Envelope): Promise<Uint8Array | undefined>;
  /** The scope id of the channel. The event ids of amoCRM's messages depend on it. */
  scopeId(): Promise<string>;
  /** The stage's bot. */
  readonly botId: string;
}
