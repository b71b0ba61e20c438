import { readdirSync, readFileSync } from "node:fs";
import { parseSync } from "@swc/core";
import type { TsEntityName, TsType, TsTypeElement } from "@swc/core";

/** A property of an interface. */
export type Field = { readonly name: string; readonly isOptional: boolean; readonly type: TsType };
type Declared =
  | {
      readonly type: "shape";
      readonly own: readonly TsTypeElement[];
      readonly bases: readonly string[];
    }
  | { readonly type: "alias"; readonly of: TsType };

const folder = new URL("node_modules/@grammyjs/types/", new URL("../../", import.meta.url));

/** All of grammY's declarations, by their names including their namespaces. */
export function declarations(): Map<
  string,
  { readonly declared: Declared; readonly scope: string }
> {
  const found = new Map<string, { declared: Declared; scope: string }>();
  const read = (node: unknown, scope: string): void => {
    const item = node as { type: string; declaration?: unknown; id?: { value: string } };
    const name = `${scope}${item.id?.value ?? ""}`;
    if (item.type === "ExportDeclaration") return read(item.declaration, scope);
    if (item.type === "TsModuleDeclaration") {
      const { body } = (node as { body: { body: unknown[] } }).body;
      for (const inner of body) read(inner, `${name}.`);
    } else if (item.type === "TsInterfaceDeclaration") {
      const { body, extends: bases } = node as {
        body: { body: TsTypeElement[] };
        extends: { expression: unknown; typeArguments?: { params: TsType[] } }[];
      };
      const of = ({ expression, typeArguments }: (typeof bases)[number]) =>
        nameOf(expression) === "Omit" ? typeNameOf(typeArguments?.params[0]) : nameOf(expression);
      const shape = { type: "shape", own: body.body, bases: bases.map(of) } as const;
      found.set(name, { declared: shape, scope });
    } else if (item.type === "TsTypeAliasDeclaration") {
      const { typeAnnotation } = node as { typeAnnotation: TsType };
      if (!found.has(name))
        found.set(name, { declared: { type: "alias", of: typeAnnotation }, scope });
    }
  };
  for (const file of readdirSync(folder).filter((each) => each.endsWith(".d.ts"))) {
    const source = readFileSync(new URL(file, folder), "utf8");
    for (const node of parseSync(source, { syntax: "typescript" }).body) read(node, "");
  }
  return found;
}

/** The name in an expression (`Message.MediaMessage` of `extends`) or in a type. */
export function nameOf(node: unknown): string {
  const { type, value, object, property, left, right } = node as Record<string, never>;
  if (type === "MemberExpression") return `${nameOf(object)}.${nameOf(property)}`;
  if (type === "TsQualifiedName") return `${nameOf(left)}.${nameOf(right)}`;
  return String(value);
}

function typeNameOf(type: TsType | undefined): string {
  return type?.type === "TsTypeReference" ? nameOf(type.typeName satisfies TsEntityName) : "";
}

/** The own properties of an interface or a literal type. */
export function fieldsOf(members: readonly TsTypeElement[]): Field[] {
  return members.flatMap((member) => {
    if (member.type !== "TsPropertySignature" || member.typeAnnotation === undefined) return [];
    const { key, optional, typeAnnotation } = member;
    const name = key.type === "Identifier" || key.type === "StringLiteral" ? key.value : "";
    return [{ name, isOptional: optional, type: typeAnnotation.typeAnnotation }];
  });
}
