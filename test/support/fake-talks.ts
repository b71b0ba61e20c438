import type { CrmTalks, Talk } from "../../lambdas/model/crm.ts";

/** One talk in memory, open unless the test says otherwise. */
export function aFakeTalks(changes: Partial<CrmTalks> = {}, talk: Partial<Talk> = {}) {
  const closed: { talkId: number; isForced: boolean }[] = [];
  const talks: CrmTalks = {
    isAvailable: async () => true,
    newest: async () => ({ talkId: 5, isOpen: true, changedAtMillis: 0, ...talk }),
    async close(talkId, { isForced }) {
      closed.push({ talkId, isForced });
    },
    ...changes,
  };
  return { ...talks, closed };
}
