import type { SimulatedAnswer, SimulatedRequest } from "../../http.ts";
import { halAnswer, mainRefusal } from "./answers.ts";

const longestPage = 250;

type List<Item> = {
  /** The name of the items in `_embedded`. */
  readonly name: string;
  readonly items: readonly Item[];
  /** A page never has more, whatever the request asks for. */
  readonly most?: number;
  readonly show: (item: Item) => object;
};

/** One page of a list, with the link to the next one. 204 for an empty page. */
export function listAnswer<Item>(
  { path, query, headers }: Pick<SimulatedRequest, "path" | "query" | "headers">,
  { name, items, most = longestPage, show }: List<Item>,
): SimulatedAnswer {
  const page = readNumber(query, "page", 1);
  const limit = Math.min(readLimit(query), most);
  const shown = items.slice((page - 1) * limit, page * limit);
  if (shown.length === 0) return { status: 204 };
  const linkTo = (number: number) => {
    const others = new URLSearchParams(query);
    others.set("page", String(number));
    return { href: `http://${headers.host ?? "simulated.amocrm.ru"}${path}?${others.toString()}` };
  };
  const next = items.length > page * limit ? { next: linkTo(page + 1) } : {};
  return halAnswer({
    _page: page,
    _links: { self: linkTo(page), ...next },
    _embedded: { [name]: shown.map(show) },
  });
}

function readLimit(query: URLSearchParams): number {
  const limit = readNumber(query, "limit", 50);
  if (limit <= longestPage) return limit;
  throw mainRefusal(422, "Unprocessable Entity", `Limit ${longestPage} per page`);
}

function readNumber(query: URLSearchParams, name: string, usual: number): number {
  const text = query.get(name) ?? String(usual);
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw mainRefusal(400, "Bad Request", `${name} must be a positive whole number`);
}

/** The order of a list by `order[key]=asc|desc`, by the ids without it. */
export function readOrder<Item extends { readonly id: number }>(
  query: URLSearchParams,
  keys: Readonly<Record<string, (item: Item) => number>>,
): (one: Item, other: Item) => number {
  const [given, direction] = [...query].find(([name]) => name.startsWith("order")) ?? [
    "order[id]",
    "asc",
  ];
  const all = { id: (item: Item) => item.id, ...keys };
  const valueOf = new Map(Object.entries(all)).get(/^order\[(\w+)\]$/.exec(given)?.[1] ?? "");
  if (valueOf === undefined || !["asc", "desc"].includes(direction)) {
    const names = Object.keys(all).map((key) => `order[${key}]`);
    throw mainRefusal(400, "Bad Request", `${given}: ${names.join(" or ")}, asc or desc`);
  }
  const order = (one: Item, other: Item) => valueOf(one) - valueOf(other) || one.id - other.id;
  return direction === "asc" ? order : (one, other) => order(other, one);
}

/** All values of a parameter, given as `name`, `name[]` or `name[0]`. */
export function readList(query: URLSearchParams, name: string): string[] {
  return [...query]
    .filter(([key]) => key === name || (key.startsWith(`${name}[`) && key.endsWith("]")))
    .map(([, value]) => value);
}

/** Whether a filter lets a value through. An empty filter lets every value through. */
export function isWanted(filter: readonly unknown[], value: unknown): boolean {
  return filter.length === 0 || filter.includes(value);
}

/** The parts that the request asks to be shown too, by `with=one,other`. */
export function readWith(query: URLSearchParams): ReadonlySet<string> {
  return new Set((query.get("with") ?? "").split(","));
}
