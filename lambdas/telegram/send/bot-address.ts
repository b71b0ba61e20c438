import type { Secret } from "../../model/runtime.ts";
import type { Fetch } from "../../http/call.ts";
import { botApi } from "./client.ts";

const timeoutSeconds = 2;

/** Finds the bot's address for customers. It asks Telegram once, because a bot's name hardly ever changes. */
export class BotApiAddress {
  readonly #root: string;
  readonly #token: Secret<{ readonly token: string }>;
  readonly #fetch: Fetch | undefined;
  #address: string | undefined;

  constructor(options: {
    apiRoot: string;
    token: Secret<{ readonly token: string }>;
    fetch?: Fetch;
  }) {
    this.#root = options.apiRoot;
    this.#token = options.token;
    this.#fetch = options.fetch;
  }

  /** `https://t.me/<name>`, or undefined when Telegram does not give the name now. */
  async find(): Promise<string | undefined> {
    if (this.#address !== undefined) return this.#address;
    try {
      const { token } = await this.#token.read();
      const api = botApi({ apiRoot: this.#root, token, timeoutSeconds }, this.#fetch);
      const { username } = await api.getMe();
      this.#address = `https://t.me/${username}`;
    } catch {
      // The bridge can write its sentence without the link.
    }
    return this.#address;
  }
}
