import { composeAmocrmWebhook } from "../compose/ingest.ts";

export const handler = await composeAmocrmWebhook(process.env);
