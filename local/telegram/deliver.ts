import { setTimeout as sleep } from "node:timers/promises";
import { identifyUpdate } from "../../lambdas/telegram/webhook/identify.ts";
import { Faults } from "../simulators/faults.ts";
import { encodeUpdate, WebhookDelivery } from "../simulators/telegram/webhook-delivery.ts";
import { noWebhook } from "../simulators/telegram/webhook-settings.ts";
import type { Journal, Update } from "./journal.ts";

const backoff = { firstMillis: 1000, mostMillis: 60_000 };
const timeoutMillis = 60_000;

/** What the delivery needs. */
export type DeliveryOptions = {
  readonly botId: string;
  readonly journal: Pick<Journal, "left" | "end">;
  /** The run's webhook and its secret token. */
  readonly webhook: { readonly url: string; readonly secretToken: string };
  /** Whether the ledger has the end of an event: sent, ignored or parked. */
  readonly hasEnded: (eventId: string) => Promise<boolean>;
  /** Carries out the method that an answer to the webhook names. */
  readonly onReply: (json: string) => Promise<void>;
  readonly say: (line: string) => void;
  readonly backoff?: typeof backoff;
  /** The wait between two looks into the ledger. */
  readonly lookMillis?: number;
};

/** How many updates of a chat have not ended. */
export type Left = { readonly conversationId: string; readonly count: number };

/**
 * Sends updates from the journal to the run's webhook as Telegram sends them: those of a chat one after
 * another, each until it gets 2xx. An update leaves the journal when its event has ended in the ledger.
 */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #webhook: WebhookDelivery;
  readonly #closing = new AbortController();
  /** By group, the events that the webhook has taken and that have not ended, in order. */
  readonly #taken = new Map<string, { eventId: string; updateId: number }[]>();
  readonly #settling: Promise<void>;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    const { url, secretToken } = options.webhook;
    this.#webhook = new WebhookDelivery({
      now: Date.now,
      backoff: options.backoff ?? backoff,
      timeoutMillis,
      faults: new Faults(),
      signal: this.#closing.signal,
      onReply: options.onReply,
    });
    this.#webhook.configure({ ...noWebhook, url, secretToken }, false);
    this.#settling = this.#settle();
  }

  /** Sends an update of the journal when it is its turn. */
  readonly take = (update: Update): void => {
    const { id: eventId, group } = identifyUpdate(encodeUpdate(update), this.#options.botId);
    const { firstAttempt, accepted } = this.#webhook.enqueue(update);
    void firstAttempt.then((status) => {
      const isRefused = status !== 0 && (status < 200 || status >= 300);
      if (isRefused)
        this.#options.say(`${group}: the webhook answered ${status}, and gets the update again.`);
    });
    accepted.then(
      () => {
        const all = this.#taken.get(group) ?? [];
        this.#taken.set(group, [...all, { eventId, updateId: update.update_id }]);
      },
      () => undefined, // It stays in the journal, for the next run.
    );
  };

  /** The chats with updates that have not ended. */
  left(): readonly Left[] {
    const { botId, journal } = this.#options;
    const groups = Object.groupBy(
      journal.left(),
      (update) => identifyUpdate(encodeUpdate(update), botId).group,
    );
    return Object.entries(groups).map(([conversationId, all = []]) => {
      return { conversationId, count: all.length };
    });
  }

  /** Stops sending. What has not ended stays in the journal. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#webhook.close();
    await this.#settling;
  }

  async #settle(): Promise<void> {
    const { signal } = this.#closing;
    const { lookMillis = 500 } = this.#options;
    while (!signal.aborted) {
      for (const group of this.#taken.keys()) {
        // The run may be closing its tables. Then the update stays in the journal.
        await this.#settleChat(group).catch(() => undefined);
      }
      await sleep(lookMillis, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Events of a chat end in their order, so only the first one needs a look. */
  async #settleChat(group: string): Promise<void> {
    const { journal, hasEnded } = this.#options;
    for (;;) {
      const [first] = this.#taken.get(group) ?? [];
      if (first === undefined) {
        this.#taken.delete(group);
        return;
      }
      if (!(await hasEnded(first.eventId))) return;
      await journal.end(first.updateId);
      this.#taken.set(group, (this.#taken.get(group) ?? []).slice(1));
    }
  }
}
