import type { SimulatedUpdate } from "./types.ts";

/** The update as Telegram writes it: all characters outside ASCII are escaped. */
export function encodeUpdate(update: SimulatedUpdate): Buffer {
  const escaped = JSON.stringify(update).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return Buffer.from(escaped);
}

/** The chat within which an update keeps its order. Empty for an update without a chat. */
export function chatOf(value: unknown): string {
  const object = value as {
    chat?: { id?: unknown };
    message?: { chat?: { id?: unknown } };
    from?: { id?: unknown };
    user?: { id?: unknown };
  } | null;
  const id =
    object?.chat?.id ?? object?.message?.chat?.id ?? object?.from?.id ?? object?.user?.id ?? "";
  return typeof id === "number" || typeof id === "string" ? String(id) : "";
}
