import type { ApiFile } from "./bot-api.ts";

/** Where the page gets a file of the simulated Telegram. */
export function telegramFile(fileId: string): string {
  return `/media/telegram/${encodeURIComponent(fileId)}`;
}

/** The largest size of a photo. Telegram writes the sizes in this order. */
export function largest(photo: unknown): ApiFile | undefined {
  return Array.isArray(photo) ? (photo.at(-1) as ApiFile | undefined) : undefined;
}
