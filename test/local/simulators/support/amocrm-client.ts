import { formatDate, signRequest } from "../../../../lambdas/amocrm/webhook/signature.ts";
import { startAmocrmSimulator } from "../../../../local/simulators/amocrm/server.ts";
import type { AmocrmSimulator } from "../../../../local/simulators/amocrm/server.ts";
import type { AmocrmSimulatorOptions } from "../../../../local/simulators/amocrm/types.ts";

/** The channel of all tests. */
export const channel = {
  accountId: "52e591f7-c98f-4255-8495-827210138c81",
  channelId: "344a5002-f8ca-454d-af3d-396180102ac7",
  channelSecret: "f2d7f8704eff95087ed45b23ba99c0b5aac8278e",
  bot: { id: "f1910c7f-b1e0-4184-bd09-c7def2a9109a", name: "Bot" },
  apiToken: "token",
};

/** A parsed answer. */
export type Answer = { status: number; body: Record<string, unknown>; text: string };

/** The account under test with a client that signs as the bridge does. */
export class Client {
  readonly amocrm: AmocrmSimulator;

  constructor(amocrm: AmocrmSimulator) {
    this.amocrm = amocrm;
  }

  static async start(options: Partial<AmocrmSimulatorOptions> = {}): Promise<Client> {
    return new Client(await startAmocrmSimulator({ ...channel, ...options }));
  }

  /** A signed call. `path` is below the scope unless it starts with a slash. */
  async call(
    method: string,
    path: string,
    body?: unknown,
    { query = "", headers = {} }: { query?: string; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const scoped = `/v2/origin/custom/${this.amocrm.scopeId}${path === "" ? "" : `/${path}`}`;
    const fullPath = path.startsWith("/") ? path : scoped;
    const bytes = Buffer.from(body === undefined ? "" : JSON.stringify(body));
    const date = formatDate(new Date());
    const signed = signRequest(
      { method, path: fullPath, date, body: bytes },
      channel.channelSecret,
    );
    return this.send(method, `${fullPath}${query}`, bytes, { ...signed, ...headers });
  }

  /** A main-API call with the token. */
  async api(method: string, path: string, body?: unknown): Promise<Answer> {
    const bytes = Buffer.from(body === undefined ? "" : JSON.stringify(body));
    return this.send(method, `/api/v4/${path}`, bytes, {
      Authorization: `Bearer ${channel.apiToken}`,
      "Content-Type": "application/json",
    });
  }

  async send(
    method: string,
    path: string,
    bytes: Buffer,
    headers: Record<string, string>,
  ): Promise<Answer> {
    const response = await fetch(`${this.amocrm.origin}${path}`, {
      method,
      headers,
      ...(bytes.length === 0 ? {} : { body: new Uint8Array(bytes) }),
    });
    const text = await response.text();
    const body = text.startsWith("{") ? (JSON.parse(text) as Record<string, unknown>) : {};
    return { status: response.status, body, text };
  }
}

/** A valid new message of a customer, with some payload fields changed. */
export function aNewMessage(payload: Record<string, unknown> = {}): {
  event_type: string;
  payload: Record<string, unknown>;
} {
  return {
    event_type: "new_message",
    payload: {
      timestamp: 1639604761,
      msec_timestamp: 1639604761694,
      msgid: "tg-1-7-1",
      conversation_id: "tg-1-7",
      sender: { id: "tg-7", name: "Ann" },
      message: { type: "text", text: "Hello" },
      silent: false,
      ...payload,
    },
  };
}

/** The amojo id in the answer to a new message. */
export function amojoId(answer: Answer): string {
  return (answer.body["new_message"] as { msgid: string }).msgid;
}
