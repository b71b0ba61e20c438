import * as z from "zod";
import type { Answer } from "../../lambdas/http/call.ts";
import { CommandFailure } from "../command.ts";
import type { Stage } from "../stage/stage.ts";
import { callAmocrm, readSuccess, refusal, RefusedByAmocrm } from "./call.ts";
import { vendorOf } from "./vendor.ts";
import type { Vendor } from "./vendor.ts";

/** The main API of a stage's account. Any status is an answer. */
export type MainApi = {
  readonly vendor: Vendor;
  /** `path` follows `/api/v4/`. Throws a CommandFailure when no answer comes. */
  get(path: string): Promise<Answer>;
  /** Creates entities. amoCRM takes them in a list. */
  post(path: string, entities: readonly object[]): Promise<Answer>;
  /** The sentence for an answer that is no success. */
  refusal(answer: Answer, asked: string): CommandFailure;
};

/** The main API with this token. Opening it makes no call. */
export function openMainApi(stage: Stage, token: string): MainApi {
  const vendor = vendorOf(stage);
  const headers = { Authorization: `Bearer ${token}` };
  const urlOf = (path: string) => `${stage.amocrmOrigin}/api/v4/${path}`;
  return {
    vendor,
    get: (path) => callAmocrm(vendor, urlOf(path), { method: "GET", headers }),
    post: (path, entities) =>
      callAmocrm(vendor, urlOf(path), {
        method: "POST",
        headers: { ...headers, "Content-Type": "application/json" },
        body: JSON.stringify(entities),
      }),
    refusal(answer, asked) {
      const { status } = answer;
      if (!isForbidden(answer)) return refusal(vendor, answer, asked, [token]);
      return new RefusedByAmocrm(
        `${vendor.name} forbids the ${asked} (${status}): the token's user is no administrator, or the integration has no such right`,
      );
    },
  };
}

/** True when the token works, but not for this call. amoCRM's documentation names both statuses. */
export function isForbidden({ status }: Answer): boolean {
  return status === 401 || status === 403;
}

/** amoCRM accepts this page size in every list. */
const pageSize = 50;
/** More pages than a list of settings has: an account has at most 50 pipelines. */
const mostPages = 40;

/** Reads all pages of a list. 204 is an empty list. A page without a link to the next one is the last. */
export async function readList<Item extends z.ZodType>(
  api: MainApi,
  list: { readonly path: string; readonly name: string; readonly asked: string },
  item: Item,
): Promise<readonly z.output<Item>[]> {
  const { path, name, asked } = list;
  const page = z.object({
    _links: z.object({ next: z.unknown().optional() }).optional(),
    _embedded: z.object({ [name]: z.array(item) }),
  });
  const items: z.output<Item>[] = [];
  for (let number = 1; number <= mostPages; number += 1) {
    const answer = await api.get(`${path}?limit=${pageSize}&page=${number}`);
    if (answer.status === 204) return items;
    if (answer.status !== 200) throw api.refusal(answer, asked);
    const { _links, _embedded } = readSuccess(api.vendor, page, answer, asked);
    items.push(...(_embedded[name] ?? []));
    if (_links?.next === undefined || _links.next === null) return items;
  }
  throw new CommandFailure(
    `${api.vendor.name} answered the ${asked} with more than ${mostPages} pages`,
  );
}
