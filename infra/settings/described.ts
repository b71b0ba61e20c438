import * as z from "zod";
import { allStages } from "./stage-settings.ts";

/** A setting or a group of settings, as the zod schemas describe it. */
export type Described = {
  readonly description?: string;
  readonly examples?: readonly unknown[];
  /** The effect of an omitted setting that has no fixed default. */
  readonly whenOmitted?: string;
  /** The setting that this one replaces. An example has only one of them. */
  readonly insteadOf?: string;
  /** The name of the entry in the example of a record. */
  readonly exampleName?: string;
  readonly default?: unknown;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Described;
  /** The settings of a group. */
  readonly properties?: Readonly<Record<string, Described>>;
  readonly required?: readonly string[];
  /** The value of each name, in a record. */
  readonly additionalProperties?: Described | false;
};

/** All stages, as a person writes them. */
export function describedStages(): Described {
  return z.toJSONSchema(allStages, { io: "input", unrepresentable: "any" }) as Described;
}

/** The value of each entry of a record, such as a stage or a bridge. Undefined for all else. */
export function entryOf({ additionalProperties }: Described = {}): Described | undefined {
  return additionalProperties === false ? undefined : additionalProperties;
}

function at(path: readonly string[]): Described {
  return path.reduce<Described>(
    (group, key) => group.properties?.[key] ?? entryOf(group) ?? {},
    describedStages(),
  );
}

/** The names of the settings in a group. */
export function settingsIn(path: readonly string[]): readonly string[] {
  return Object.keys(at(path).properties ?? {});
}

/** The groups that have a setting of this name, for the end of a sentence. */
export function groupsWith(key: string): readonly string[] {
  const stage = entryOf(describedStages());
  const bridge = entryOf(stage?.properties?.["bridges"]);
  return [...groups(stage, "", "the stage"), ...groups(bridge, "", "a bridge")]
    .filter(({ settings }) => settings.includes(key))
    .map(({ group }) => group);
}

function groups(
  { properties }: Described = {},
  path: string,
  group: string,
): readonly { readonly group: string; readonly settings: readonly string[] }[] {
  if (properties === undefined) return [];
  return [
    { group, settings: Object.keys(properties) },
    ...Object.entries(properties).flatMap(([key, inner]) =>
      groups(inner, `${path}${key}.`, `${path}${key}`),
    ),
  ];
}

/** The group or record with its required settings only, as a person writes it. */
export function exampleAt(path: readonly string[]): string {
  return asWritten(exampleOf(at(path), { isWhole: false }));
}

/** The example of a setting. A group and a record consist of the examples of their settings. */
export function exampleOf(
  described: Described,
  { isWhole }: { readonly isWhole: boolean },
): unknown {
  const { examples, exampleName = "main", properties, required = [] } = described;
  if (examples !== undefined) return examples[0];
  if (properties === undefined) {
    const entry = entryOf(described);
    return entry === undefined ? undefined : { [exampleName]: exampleOf(entry, { isWhole }) };
  }
  const shown = Object.entries(properties).filter(
    ([key, { insteadOf }]) => (isWhole && insteadOf === undefined) || required.includes(key),
  );
  return Object.fromEntries(shown.map(([key, inner]) => [key, exampleOf(inner, { isWhole })]));
}

/** A value in TypeScript, on one line. */
export function asWritten(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(asWritten).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "undefined";
  const entries = Object.entries(value).map(
    ([key, inner]) => `${/^\w+$/.test(key) ? key : JSON.stringify(key)}: ${asWritten(inner)}`,
  );
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}
