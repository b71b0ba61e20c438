/** A part of a text with a meaning, as the Bot API names it. Offsets count UTF-16 units. */
export type Entity = {
  readonly type: string;
  readonly offset: number;
  readonly length: number;
  readonly url?: string;
};

/** A piece of a text: plain, or with an entity around other pieces. */
export type Part = string | { readonly entity: Entity; readonly parts: readonly Part[] };

/** The text cut into its entities. Of two that overlap, the later one loses what is in both. */
export function partsOf(text: string, entities: readonly Entity[]): readonly Part[] {
  const sorted = entities.toSorted(
    (one, other) => one.offset - other.offset || other.length - one.length,
  );
  let next = 0;
  const within = (from: number, to: number): Part[] => {
    const parts: Part[] = [];
    let at = from;
    for (let entity = sorted[next]; entity && entity.offset < to; entity = sorted[next]) {
      next += 1;
      const start = Math.max(at, entity.offset);
      const end = Math.min(to, entity.offset + entity.length);
      if (end <= start) continue;
      if (start > at) parts.push(text.slice(at, start));
      parts.push({ entity, parts: within(start, end) });
      at = end;
    }
    if (at < to) parts.push(text.slice(at, to));
    return parts;
  };
  return within(0, text.length);
}

/** The addresses in a plain text, as entities. A stop or a bracket at the end is not part of an address. */
export function addressesIn(text: string): readonly Entity[] {
  return [...text.matchAll(/https?:\/\/[^\s<>"]+/gi)].map(({ 0: found, index }) => {
    const length = found.replace(/[.,:;!?)\]}»]+$/, "").length;
    return { type: "url", offset: index, length };
  });
}

/** An address that a link may have. Undefined for any protocol other than http and https. */
export function safeAddress(address: string): string | undefined {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:/i.test(address) ? address : `http://${address}`);
  return url?.protocol === "http:" || url?.protocol === "https:" ? url.href : undefined;
}
