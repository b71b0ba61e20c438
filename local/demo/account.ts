import { contactFieldCodes } from "../../lambdas/model/crm.ts";
import { readSettings } from "../settings.ts";
import type { Demo } from "./hops.ts";

/** The decisions of the demo's team about new customers. */
export const newCustomer = {
  make: "lead",
  responsible: ["8000002"],
  tags: ["telegram"],
  sources: ["instagram"],
} as const;

/** Makes in the simulated account what `bridge setup` makes in a real one. */
export async function prepareAccount(demo: Pick<Demo, "amocrm">): Promise<void> {
  const types: Readonly<Record<string, string>> = { link: "url", premium: "checkbox" };
  const fields = Object.entries(contactFieldCodes).map(([name, code]) => ({
    name: code,
    code,
    type: types[name] ?? "text",
    is_api_only: true,
  }));
  await make(demo, "contacts/custom_fields", fields);
  await make(demo, "sources", [{ name: "Instagram", external_id: "instagram" }]);
}

async function make({ amocrm }: Pick<Demo, "amocrm">, path: string, body: object): Promise<void> {
  const answer = await fetch(`${amocrm.origin}/api/v4/${path}`, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${readSettings({}).amocrm.apiToken}`,
      "Content-Type": "application/json",
    },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`the simulated amoCRM answered ${answer.status} to ${path}`);
}

/** The lead as the operator sees it, in one line. */
export function leadInWords({ amocrm }: Demo): string {
  const lead = amocrm.leads().at(-1);
  if (lead === undefined) throw new Error("no lead appeared");
  const user = amocrm.users().find(({ id }) => id === lead.responsibleUserId)?.name ?? "?";
  const source = lead.source?.name ?? "none";
  return `lead "${lead.name}", responsible ${user}, source ${source}`;
}
