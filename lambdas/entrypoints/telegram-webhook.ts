import { composeTelegramWebhook } from "../compose/ingest.ts";

export const handler = composeTelegramWebhook(process.env);
