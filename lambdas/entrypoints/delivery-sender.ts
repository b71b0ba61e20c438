import { composeDeliverySender } from "../compose/sender.ts";

export const handler = composeDeliverySender(process.env);
