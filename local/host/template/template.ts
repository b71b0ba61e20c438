import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";

const resource = z.object({
  Type: z.string(),
  Properties: z._default(z.record(z.string(), z.unknown()), {}),
  DependsOn: z.optional(z.union([z.string(), z.array(z.string())])),
  Condition: z.optional(z.string()),
  Metadata: z.optional(z.record(z.string(), z.unknown())),
});

const template = z.object({
  Parameters: z._default(z.record(z.string(), z.object({ Default: z.optional(z.unknown()) })), {}),
  Mappings: z._default(z.record(z.string(), z.unknown()), {}),
  Conditions: z._default(z.record(z.string(), z.unknown()), {}),
  Resources: z.record(z.string(), resource),
  Outputs: z._default(
    z.record(z.string(), z.object({ Value: z.unknown(), Condition: z.optional(z.string()) })),
    {},
  ),
});

/** A CloudFormation template as `cdk synth` writes it. */
export type Template = z.output<typeof template>;

/** Reads a template. It does not resolve anything yet. */
export async function readTemplate(
  assemblyDirectory: string,
  templateFile: string,
): Promise<Template> {
  const text = await readFile(join(assemblyDirectory, templateFile), "utf8");
  return template.parse(JSON.parse(text));
}
