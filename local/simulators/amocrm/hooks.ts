import { runUnderFault } from "../faults.ts";
import type { Faults } from "../faults.ts";
import { post } from "../../http.ts";
import type { Account } from "./account.ts";
import { signHook } from "./check-signature.ts";

/** Sends hooks to the registered address. It sends each hook once and never repeats it. */
export class Hooks {
  url: string | undefined;
  readonly #account: Account;
  readonly #faults: Faults;
  readonly #signal: AbortSignal;

  constructor(account: Account, faults: Faults, signal: AbortSignal) {
    this.#account = account;
    this.#faults = faults;
    this.#signal = signal;
  }

  /**
   * Sends one body and signs it, unless a signature is given. Answers the status, or 0
   * when there is no answer.
   */
  async send(
    body: string,
    { signature, conversationId }: { signature?: string; conversationId?: string } = {},
  ): Promise<number> {
    const { options, connection, scopeId } = this.#account;
    const { url } = this;
    if (url === undefined || connection?.hookApiVersion !== "v2") return 0;
    const headers: Record<string, string> = {
      "Content-Type": "application/json",
      "User-Agent": "amoCRM amoJo/1.0",
    };
    const value = signature ?? signHook(body, options.channelSecret);
    if (value !== "") headers["X-Signature"] = value;
    const bytes = Buffer.from(options.trailingNewline === true ? `${body}\n` : body);
    const status = await runUnderFault<number>(
      this.#faults.take("hook", conversationId),
      this.#signal,
      async () => {
        const address = url.replaceAll(":scope_id", scopeId);
        const timeoutMillis = options.hookPatienceMillis ?? 5000;
        return (await post(address, bytes, headers, timeoutMillis, this.#signal)).status;
      },
      (_fault, given) => given,
    ).catch(() => 0);
    return status ?? 0;
  }
}
