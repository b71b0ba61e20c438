import { asWritten, describedStages, entryOf, exampleOf } from "./described.ts";
import type { Described } from "./described.ts";

/** A setting or a group of settings, with its path below its stage or its bridge. */
type Setting = {
  readonly path: string;
  readonly described: Described;
  readonly isRequired: boolean;
};

/** All settings, in the order of the schemas, each group before its settings. */
export function allSettings(stages: Described = describedStages()): {
  readonly ofStage: readonly Setting[];
  readonly ofBridge: readonly Setting[];
} {
  const stage = entryOf(stages);
  return {
    ofStage: settingsOf(stage),
    ofBridge: settingsOf(entryOf(stage?.properties?.["bridges"])),
  };
}

function settingsOf(group: Described = {}, prefix = ""): readonly Setting[] {
  return Object.entries(group.properties ?? {}).flatMap(([key, described]) => {
    const path = `${prefix}${key}`;
    const isRequired = group.required?.includes(key) === true;
    return [{ path, described, isRequired }, ...settingsOf(described, `${path}.`)];
  });
}

/** What a schema must still say about a setting, for a person who adds one. */
export function faultsOf({ path, described, isRequired }: Setting): readonly string[] {
  const { description, examples, whenOmitted, properties } = described;
  const isGroup = (properties ?? entryOf(described)?.properties) !== undefined;
  const hasDefault = isRequired || described.default !== undefined || whenOmitted !== undefined;
  return [
    ...(description === undefined ? [`${path} needs .meta({ description })`] : []),
    ...(examples === undefined && !isGroup ? [`${path} needs .meta({ examples: [one] })`] : []),
    ...(hasDefault ? [] : [`${path} needs .default(value) or .meta({ whenOmitted })`]),
  ];
}

/** The page docs/settings.md. Prettier formats it afterwards. */
export function settingsPage(stages: Described = describedStages()): string {
  const { ofStage, ofBridge } = allSettings(stages);
  return [
    "# Settings",
    "<!-- `npm run fix` writes this page from the schemas in infra/settings. Change it there. -->",
    "A team describes its stages in [`infra/stages.ts`](../infra/stages.ts). `npx cdk synth --quiet` checks them: it reports every wrong setting by stage, bridge and field, with what is expected. A name of a stage or a bridge has at most 24 lower-case letters, digits and hyphens.",
    `The smallest stage:\n\n${typescript(exampleOf(stages, { isWhole: false }))}`,
    "## A stage",
    ...ofStage.map(section),
    "## A bridge",
    "Each entry of a stage's `bridges`. A dot leads into a group: `amocrm.origin` is `amocrm: { origin: … }`.",
    ...ofBridge.map(section),
    "## Every setting in one stage",
    "Not a stage to copy: it shows the form of each setting.",
    typescript(exampleOf(stages, { isWhole: true })),
  ].join("\n\n");
}

function section({ path, described, isRequired }: Setting): string {
  const { description = "" } = described;
  const key = path.split(".").at(-1) ?? path;
  return [
    `### \`${path}\``,
    description,
    [
      `- ${isRequired ? "Required." : omitted(described)}`,
      `- Value: ${formOf(described)}.`,
      `- Example: \`${key}: ${asWritten(smallExampleOf(described))}\``,
    ].join("\n"),
  ].join("\n\n");
}

/** A group without required settings has an example with all of them. */
function smallExampleOf(described: Described): unknown {
  const isWhole = described.properties !== undefined && described.required === undefined;
  return exampleOf(described, { isWhole });
}

function omitted({ default: byDefault, whenOmitted, properties }: Described): string {
  if (whenOmitted !== undefined) return `If omitted: ${whenOmitted}.`;
  return properties === undefined
    ? `Default: \`${asWritten(byDefault)}\`.`
    : "Default: the defaults of its settings.";
}

function formOf(described: Described): string {
  const { type, format, minimum, maximum, items } = described;
  if (described.enum !== undefined) {
    return `one of ${described.enum.map((each) => `\`${asWritten(each)}\``).join(", ")}`;
  }
  if (described.properties !== undefined) return "a group of settings";
  if (type === "boolean") return "`true` or `false`";
  if (type === "array") return `a list, each ${formOf(items ?? {})}`;
  if (type === "object") return `by name, each ${formOf(entryOf(described) ?? {})}`;
  if (type !== "integer")
    return format === "email" ? "an e-mail address in quotes" : "text in quotes";
  const hasLimit = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
  return hasLimit ? `a whole number from ${minimum} to ${maximum}` : "a whole number";
}

function typescript(value: unknown): string {
  return `\`\`\`ts\nconst stages = ${asWritten(value)};\n\`\`\``;
}
