import { signal } from "@preact/signals";
import { pageHeader } from "../stream.ts";
import type { Entry } from "../stream.ts";
import { afterEntry, emptyModel } from "./model.ts";
import type { Model } from "./model.ts";

const retryMillis = 1000;

/** What the page shows. It gets a new value after each batch of entries. */
export const model = signal<Model>(emptyModel());
/** Whether the stream is open. */
export const isConnected = signal(false);
/** The browser's time, every second: for countdowns. Add `model.clockOffsetMillis` for the server's. */
export const nowMillis = signal(Date.now());

/** Follows the stream for as long as the page is open. A lost stream is opened again: the run may be another. */
export async function follow(): Promise<never> {
  setInterval(() => (nowMillis.value = Date.now()), 1000);
  for (;;) {
    await readStream().catch(() => undefined);
    isConnected.value = false;
    await new Promise((resolve) => setTimeout(resolve, retryMillis));
  }
}

async function readStream(): Promise<void> {
  const { body, ok } = await fetch("/stream", {
    headers: { [pageHeader]: "1" },
    cache: "no-store",
  });
  if (!ok || body === null) return;
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  let next = model.peek();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const lines = (rest + value).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) next = afterEntry(next, JSON.parse(line) as Entry, Date.now());
    isConnected.value = true;
    // Until the past has come, a picture of it would be wrong.
    if (next.isCaughtUp) model.value = { ...next };
  }
}

/** The sentence of the last act that was refused. */
export const refusal = signal<string | undefined>(undefined);

/**
 * Does something in the run: `telegram/<path>` and `amocrm/<path>` are the simulators' control endpoints
 * below `/_sim/`, `break/<name>` is a switch. Answers the JSON, or undefined after a refusal, which the
 * page shows.
 */
export async function act<Answer = unknown>(
  path: string,
  body: unknown = {},
): Promise<Answer | undefined> {
  const isRaw = body instanceof Blob;
  const type = isRaw ? body.type || "application/octet-stream" : "application/json";
  try {
    const response = await fetch(`/act/${path}`, {
      method: "POST",
      headers: { [pageHeader]: "1", "content-type": type },
      body: isRaw ? body : JSON.stringify(body),
    });
    const answer = (await response.json()) as Answer & { readonly error?: string };
    refusal.value = response.ok ? undefined : (answer.error ?? String(response.status));
    return response.ok ? answer : undefined;
  } catch (error) {
    refusal.value = String(error);
    return undefined;
  }
}
