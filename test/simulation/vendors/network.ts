import { Readable } from "node:stream";
import type { Fetch } from "../../../lambdas/http/call.ts";
import type { SimulatedAnswer, SimulatedRequest } from "../../../local/http.ts";
import type { Sandbox } from "../engine/sandbox.ts";
import type { VirtualClock } from "../engine/virtual-clock.ts";
import { timeoutError } from "../engine/virtual-timeouts.ts";
import { channelChat, conversationAt } from "../world/customers.ts";
import type { Faults, Vendor } from "../world/faults.ts";
import type { AttemptFacts, CallFact, History } from "../world/history.ts";
import { amojoOrigin, scopeId, telegramRoot } from "../world/names.ts";
import type { AmocrmVendor } from "./amocrm-vendor.ts";
import { readEvent } from "./amocrm-vendor.ts";
import type { TelegramVendor } from "./telegram-vendor.ts";

/** grammY counts this timeout in real time, so the simulation counts it itself. */
const botApiTimeoutMillis = 10_000;

/** The network to the vendors: one `fetch` for each sandbox. Records every call. */
export class Network {
  readonly #world: { clock: VirtualClock; faults: Faults; history: History };
  readonly #telegram: TelegramVendor;
  readonly #amocrm: AmocrmVendor;
  #applied = 0;

  constructor(
    world: { clock: VirtualClock; faults: Faults; history: History },
    vendors: { telegram: TelegramVendor; amocrm: AmocrmVendor },
  ) {
    this.#world = world;
    this.#telegram = vendors.telegram;
    this.#amocrm = vendors.amocrm;
  }

  fetchFor(sandbox: Sandbox): Fetch {
    return (input, init = {}) => {
      const url = new URL(input as string);
      const vendor = vendorOf(url);
      const signal = vendor === "telegram" ? this.#telegramTimeout() : init.signal;
      return this.#call(sandbox, vendor, requestOf(url, init), signal);
    };
  }

  async #call(
    sandbox: Sandbox,
    vendor: Vendor,
    request: SimulatedRequest,
    signal: AbortSignal | null | undefined,
  ): Promise<Response> {
    const { clock, faults, history } = this.#world;
    const call = describe(vendor, request, sandbox, clock.now());
    history.record(sandbox.name, call);
    const response = await sandbox.step(
      vendor,
      `${vendor} ${call.method}`,
      async () => {
        const isFileAway =
          call.method === "getFile" && faults.faultNow("file-unavailable") !== undefined;
        const fate = isFileAway ? ({ kind: "no-file" } as const) : faults.vendorFateOf(vendor);
        const { answer, applied, isFault, landed } =
          vendor === "telegram"
            ? await this.#telegram.answer(request, fate)
            : this.#amocrm.answer(vendor, request, fate);
        call.applied = applied;
        call.isFault = isFault;
        call.landed = landed;
        call.order = this.#applied += 1;
        call.vendorAtMillis = clock.now();
        if (answer === undefined) return silence(faults.arrivesAfterDeath(), signal);
        call.status = answer.status;
        call.retryAfterSeconds = waitOf(answer);
        return responseOf(answer);
      },
      signal,
    );
    call.answeredAtMillis = clock.now();
    return response;
  }

  #telegramTimeout(): AbortSignal {
    const controller = new AbortController();
    this.#world.clock.after(botApiTimeoutMillis, () => controller.abort(timeoutError()));
    return controller.signal;
  }
}

function vendorOf(url: URL): Vendor {
  if (url.origin === telegramRoot) return "telegram";
  return url.origin === amojoOrigin ? "amojo" : "main-api";
}

function requestOf(url: URL, init: RequestInit): SimulatedRequest {
  const headers = Object.fromEntries(
    [...new Headers(init.headers)].map(([name, value]) => [name.toLowerCase(), value]),
  );
  const body = Buffer.from((init.body ?? "") as string | Uint8Array);
  const method = (init.method ?? "GET").toUpperCase();
  return { method, path: url.pathname, query: url.searchParams, headers, body };
}

function describe(
  vendor: Vendor,
  request: SimulatedRequest,
  sandbox: Sandbox,
  beganAtMillis: number,
): CallFact {
  const { text, conversationId, msgid } = subjectOf(vendor, request, sandbox.attempt);
  return {
    kind: "call",
    vendor,
    method: methodOf(vendor, request),
    conversationId,
    text,
    msgid,
    sandbox: sandbox.name,
    attempt: sandbox.attempt,
    beganAtMillis,
    applied: false,
    isFault: false,
    landed: undefined,
    order: 0,
    status: 0,
    retryAfterSeconds: undefined,
    vendorAtMillis: undefined,
    answeredAtMillis: undefined,
  };
}

type SentBody = { chat_id?: string; direct_messages_topic_id?: number; text?: string };

/**
 * The conversation of a Telegram call. Some calls about a channel do not say whose conversation it
 * is.
 */
function addressed(
  { chat_id: chatId, direct_messages_topic_id: topic }: SentBody,
  attempt: AttemptFacts | undefined,
): string | undefined {
  if (chatId === undefined) return undefined;
  const isAnybodys = topic === undefined && String(chatId) === String(channelChat.id);
  return isAnybodys ? attempt?.group : conversationAt(chatId, topic);
}

function subjectOf(vendor: Vendor, request: SimulatedRequest, attempt: AttemptFacts | undefined) {
  if (vendor === "telegram") {
    const body = JSON.parse(request.body.toString("utf8") || "{}") as SentBody;
    return { conversationId: addressed(body, attempt), text: body.text, msgid: undefined };
  }
  const event = readEvent(request);
  const conversationId = event.payload.conversation_id ?? event.conversation_id;
  return { conversationId, text: event.payload.message?.text, msgid: event.payload.msgid };
}

function methodOf(vendor: Vendor, request: SimulatedRequest): string {
  if (vendor === "telegram") return request.path.slice(request.path.lastIndexOf("/") + 1);
  const event = readEvent(request).event_type;
  return event ?? `${request.method} ${request.path.replace(`/v2/origin/custom/${scopeId}`, "")}`;
}

function waitOf({ status, headers, body }: SimulatedAnswer): number | undefined {
  if (status !== 429) return undefined;
  const { parameters } = (body ?? {}) as { parameters?: { retry_after?: number } };
  return Number(headers?.["Retry-After"] ?? parameters?.retry_after ?? 0);
}

/** Only the parts of a Response that the adapters read. */
function responseOf({ status, body, headers }: SimulatedAnswer): Response {
  if (Buffer.isBuffer(body)) {
    const bytes = Readable.from([body]);
    return {
      status,
      headers: new Headers(headers as Record<string, string>),
      body: bytes,
    } as unknown as Response;
  }
  const text = body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body);
  return {
    status,
    headers: new Headers(headers as Record<string, string>),
    text: async () => text,
  } as Response;
}

/** No answer: the connection breaks, or nothing comes until the caller's timeout. */
function silence(isReset: boolean, signal: AbortSignal | null | undefined): Promise<never> {
  return new Promise((_, reject) => {
    if (isReset) reject(Object.assign(new Error("socket hang up"), { code: "ECONNRESET" }));
    else signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
