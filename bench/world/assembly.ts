import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findStack, readAssets, cachedAssembly } from "../../local/host/assembly.ts";
import { readTemplate } from "../../local/host/template/template.ts";
import type { Template } from "../../local/host/template/template.ts";
import { tables } from "./names.ts";
import type { TableLayout } from "./table.ts";

/** The laptop run keeps its assemblies there, too. */
const assemblies = fileURLToPath(new URL("../../.local/assemblies", import.meta.url));

export type Resources = Template["Resources"];
export type FunctionName = keyof Assembly["functions"];

let shipped: ReturnType<typeof readShipped> | undefined;
export type Assembly = Awaited<ReturnType<typeof readShipped>>;

/**
 * The laptop's assembly, for all parts of a run: what `cdk deploy` would upload. It is synthesized only
 * after a change. BENCH_ASSEMBLY gives an earlier assembly instead, to compare two states of the code.
 */
export function shippedAssembly(): Promise<Assembly> {
  shipped ??= readShipped();
  return shipped;
}

async function readShipped() {
  const root = process.env["BENCH_ASSEMBLY"] ?? (await cachedAssembly("laptop", assemblies));
  const location = findStack(root, "laptop");
  const { assemblyDirectory, templateFile } = location;
  const { Resources: resources } = await readTemplate(assemblyDirectory, templateFile);
  const assets = await readAssets(location);

  /** Properties of the only resource of a type whose logical id has this beginning. */
  const properties = <As = Readonly<Record<string, unknown>>>(
    type: string,
    idPrefix: string,
  ): As => {
    const found = Object.entries(resources).filter(
      ([id, resource]) => resource.Type === type && id.startsWith(idPrefix),
    );
    const [only] = found;
    if (only !== undefined && found.length === 1) return only[1].Properties as As;
    throw new Error(`The template has ${found.length} resources ${type} ${idPrefix}, not one.`);
  };
  /** A function as `cdk deploy` would upload it, by the beginning of the template's logical id. */
  const shippedFunction = (name: string) => {
    const { Code, MemorySize, LoggingConfig, Environment } = properties<{
      Code: { S3Key: string };
      MemorySize: number;
      LoggingConfig: { ApplicationLogLevel: string };
      Environment: { Variables: Readonly<Record<string, unknown>> };
    }>("AWS::Lambda::Function", name);
    const asset = assets.get(Code.S3Key.replace(/\.zip$/, ""));
    if (asset === undefined) throw new Error(`The bundle of ${name} is not in the assembly.`);
    return {
      bundle: join(asset, "index.mjs"),
      megabytes: MemorySize,
      /** The lowest level of its stored log lines. */
      logLevel: LoggingConfig.ApplicationLogLevel,
      /** Names of other resources are still references. */
      variables: Environment.Variables,
    };
  };
  return {
    root,
    resources,
    properties,
    functions: {
      TelegramWebhook: shippedFunction("TelegramWebhook"),
      AmocrmWebhook: shippedFunction("AmocrmWebhook"),
      DeliverySender: shippedFunction("DeliverySender"),
      Caretaker: shippedFunction("Caretaker"),
    },
    tables: {
      [tables.conversations]: layoutOf(properties("AWS::DynamoDB::Table", "TablesConversations")),
      [tables.deliveries]: layoutOf(properties("AWS::DynamoDB::Table", "TablesDeliveries")),
    },
  };
}

type Keys = readonly { readonly AttributeName: string }[];
type TableProperties = {
  readonly KeySchema: Keys;
  readonly GlobalSecondaryIndexes?: readonly {
    readonly IndexName: string;
    readonly KeySchema: Keys;
    readonly Projection: { ProjectionType: string; NonKeyAttributes?: readonly string[] };
  }[];
};

function layoutOf({ KeySchema, GlobalSecondaryIndexes = [] }: TableProperties): TableLayout {
  const indexes = GlobalSecondaryIndexes.map(({ IndexName, KeySchema: keys, Projection }) => {
    const [key = "", sort = ""] = keys.map(({ AttributeName }) => AttributeName);
    const { ProjectionType, NonKeyAttributes = [] } = Projection;
    const holds = ProjectionType === "ALL" ? ("all" as const) : NonKeyAttributes;
    return [IndexName, { key, sort, holds }] as const;
  });
  return { key: KeySchema[0]?.AttributeName ?? "", indexes: Object.fromEntries(indexes) };
}
