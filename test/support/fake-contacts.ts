import type { CrmContacts } from "../../lambdas/model/crm.ts";
import { aScript } from "./script.ts";
import type { Step } from "./script.ts";

/** Contacts of a CRM that record the names of their calls and answer by script. */
export function aFakeContacts({
  available = true,
  hasFields = true,
  creates = [9001],
  finds = [[]],
  links = [undefined],
  phones = [undefined],
  adds = [undefined],
  owners = [undefined],
  log = [],
}: {
  available?: boolean;
  /** The account has fields for profiles. */
  hasFields?: boolean;
  creates?: readonly [Step<number>, ...Step<number>[]];
  finds?: readonly [Step<readonly number[]>, ...Step<readonly number[]>[]];
  links?: readonly [Step<undefined>, ...Step<undefined>[]];
  /** The owner of a number, the answer to its addition, and the contact of a chat. */
  phones?: readonly [Step<number | undefined>, ...Step<number | undefined>[]];
  adds?: readonly [Step<undefined>, ...Step<undefined>[]];
  owners?: readonly [Step<number | undefined>, ...Step<number | undefined>[]];
  /** Calls are recorded here, so that several fakes can share one order. */
  log?: string[];
} = {}): CrmContacts & { readonly calls: string[] } {
  const creating = aScript(...creates);
  const finding = aScript<readonly number[]>(...finds);
  const searching = aScript<number | undefined>(...phones);
  const adding = aScript<undefined>(...adds);
  const owning = aScript<number | undefined>(...owners);
  const linking = aScript<undefined>(...links);
  return {
    calls: log,
    isAvailable: async () => available,
    create: ({ name, requestId, phone }) => {
      log.push(["create", name, requestId, phone].filter((word) => word !== undefined).join(" "));
      return creating.play();
    },
    findRecent: (name, sinceMillis) => {
      log.push(`find ${name} since ${sinceMillis}`);
      return finding.play();
    },
    findByPhone: (phone) => {
      log.push(`find ${phone}`);
      return searching.play();
    },
    addPhone: (contactId, phone) => {
      log.push(`add ${phone} to ${contactId}`);
      return adding.play();
    },
    writeProfile: async (contactId, { username }) => {
      log.push(`profile ${username} of ${contactId}`);
      return hasFields;
    },
    contactOf: (amojoChatId) => {
      log.push(`owner of ${amojoChatId}`);
      return owning.play();
    },
    linkChat: (contactId, amojoChatId) => {
      log.push(`link ${contactId} ${amojoChatId}`);
      return linking.play();
    },
  };
}
