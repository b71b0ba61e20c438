import { composeTelegramWebhook } from "../compose/ingest.ts";

export const handler = await composeTelegramWebhook(process.env);
