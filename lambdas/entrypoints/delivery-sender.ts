import { composeDeliverySender } from "../compose/sender.ts";
import { openVendorConnections } from "../compose/vendor-connections.ts";

export const handler = composeDeliverySender(process.env);
// A sandbox has a whole processor while it starts, and its memory's share of one afterwards.
await openVendorConnections(process.env);
