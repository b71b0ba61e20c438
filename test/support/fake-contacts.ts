import type { CrmContacts } from "../../lambdas/ports/crm-contacts.ts";
import { aScript } from "./script.ts";
import type { Step } from "./script.ts";

/** Contacts of a CRM that keep the names of their calls and answer by script. */
export function aFakeContacts({
  available = true,
  creates = [9001],
  finds = [undefined],
  links = [undefined],
  log = [],
}: {
  available?: boolean;
  creates?: readonly [Step<number>, ...Step<number>[]];
  finds?: readonly [Step<number | undefined>, ...Step<number | undefined>[]];
  links?: readonly [Step<undefined>, ...Step<undefined>[]];
  /** Calls are noted here, so that several fakes can share one order. */
  log?: string[];
} = {}): CrmContacts & { readonly calls: string[] } {
  const creating = aScript(...creates);
  const finding = aScript<number | undefined>(...finds);
  const linking = aScript<undefined>(...links);
  return {
    calls: log,
    isAvailable: async () => available,
    create: ({ name, requestId }) => {
      log.push(`create ${name} ${requestId}`);
      return creating.play();
    },
    findRecent: (name, sinceMillis) => {
      log.push(`find ${name} since ${sinceMillis}`);
      return finding.play();
    },
    linkChat: (contactId, amojoChatId) => {
      log.push(`link ${contactId} ${amojoChatId}`);
      return linking.play();
    },
  };
}
