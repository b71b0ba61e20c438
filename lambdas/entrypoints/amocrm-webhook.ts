import { composeAmocrmWebhook } from "../compose/ingest.ts";

export const handler = composeAmocrmWebhook(process.env);
