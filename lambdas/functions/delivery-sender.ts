import { composeDeliverySender } from "../compose/sender.ts";

export const handler = await composeDeliverySender(process.env);
