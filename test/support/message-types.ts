import { readdirSync, readFileSync } from "node:fs";
import { parseSync } from "@swc/core";
import type { TsEntityName, TsType, TsTypeElement } from "@swc/core";

/** A place in a Message where somebody's words, a file or a place on the map can stand. */
export type Leaf = {
  /** Names of fields from the Message on; lists have no part in it. */
  readonly path: string;
  readonly kind:
    | "text"
    | "file"
    | "place"
    | "blocks"
    | "entities"
    | "person"
    | "chat"
    | "message"
    | "unreadable";
  /** A Message with this there, and with whatever it must have beside. */
  readonly holding: (value: unknown) => Record<string, unknown>;
};

type Shape = { readonly fields: readonly Field[]; readonly scope: string };
type Field = { readonly name: string; readonly isOptional: boolean; readonly type: TsType };
type Build = (value: unknown) => unknown;
type Declared =
  | {
      readonly type: "shape";
      readonly own: readonly TsTypeElement[];
      readonly bases: readonly string[];
    }
  | { readonly type: "alias"; readonly of: TsType };

const folder = new URL("../../node_modules/@grammyjs/types/", import.meta.url);

/** Types that are looked into by nobody: one entry of the table stands for all that is in them. */
const wholes: Readonly<Record<string, Leaf["kind"]>> = {
  User: "person",
  Chat: "chat",
  Message: "message",
  ReplyMessage: "message",
  InaccessibleMessage: "message",
  MaybeInaccessibleMessage: "message",
  ExternalReplyInfo: "message",
  Location: "place",
};
/** Types that hold themselves or stand everywhere: they are looked into where they come first. */
const recursive: Readonly<Record<string, Leaf["kind"]>> = {
  RichText: "text",
  RichBlock: "blocks",
  MessageEntity: "entities",
};

const keywords: Readonly<Record<string, unknown>> = { string: "1", number: 1, boolean: false };

/** All of grammY's declarations, by their names with those of their namespaces. */
function declarations(): Map<string, { readonly declared: Declared; readonly scope: string }> {
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
function nameOf(node: unknown): string {
  const { type, value, object, property, left, right } = node as Record<string, never>;
  if (type === "MemberExpression") return `${nameOf(object)}.${nameOf(property)}`;
  if (type === "TsQualifiedName") return `${nameOf(left)}.${nameOf(right)}`;
  return String(value);
}

function typeNameOf(type: TsType | undefined): string {
  return type?.type === "TsTypeReference" ? nameOf(type.typeName satisfies TsEntityName) : "";
}

/** Every such place that can be reached from grammY's Message. */
export function leavesOfMessage(): readonly Leaf[] {
  const all = declarations();
  const leaves: Leaf[] = [];
  const seen = new Set<string>();

  const lookUp = (name: string, scope: string) => all.get(`${scope}${name}`) ?? all.get(name);

  const shapeOf = (name: string, scope: string): Shape | undefined => {
    const known = lookUp(name, scope);
    if (known === undefined || known.declared.type !== "shape") return undefined;
    const { own, bases } = known.declared;
    const fields = fieldsOf(own);
    const inherited = bases
      .flatMap((base) => shapeOf(base, known.scope)?.fields ?? [])
      .filter((field) => !fields.some(({ name: mine }) => mine === field.name));
    return { fields: [...fields, ...inherited], scope: known.scope };
  };

  /** The least that a value of a type has. */
  const sample = (type: TsType, scope: string): unknown => {
    if (type.type === "TsArrayType") return [];
    if (type.type === "TsLiteralType") return literalOf(type);
    if (type.type === "TsKeywordType") return keywords[type.kind];
    if (type.type === "TsParenthesizedType") return sample(type.typeAnnotation, scope);
    if (type.type === "TsUnionType") {
      return type.types[0] === undefined ? undefined : sample(type.types[0], scope);
    }
    if (type.type !== "TsTypeReference") return undefined;
    const name = nameOf(type.typeName);
    const known = lookUp(name, scope);
    if (known?.declared.type === "alias") return sample(known.declared.of, known.scope);
    const shape = shapeOf(name, scope);
    return shape === undefined ? undefined : required(shape);
  };
  const required = ({ fields, scope }: Shape, except?: string) =>
    Object.fromEntries(
      fields
        .filter(({ name, isOptional }) => !isOptional && name !== except)
        .map(({ name, type }) => [name, name === "offset" ? 0 : sample(type, scope)]),
    );

  const walkShape = (shape: Shape, path: string, build: Build): void => {
    for (const { name, type } of shape.fields) {
      // Entities are of a text that stands beside them.
      const marked = name === "entities" ? "text" : name.replace(/_entities$/, "");
      const isMarked = marked !== name && shape.fields.some((field) => field.name === marked);
      const beside = { ...required(shape, name), ...(isMarked ? { [marked]: "1" } : {}) };
      walk(type, shape.scope, path === "" ? name : `${path}.${name}`, (value) =>
        build({ ...beside, [name]: value }),
      );
    }
  };
  const leaf = (path: string, kind: Leaf["kind"], build: Build) => {
    leaves.push({ path, kind, holding: (value) => build(value) as Record<string, unknown> });
  };
  const walk = (type: TsType, scope: string, path: string, build: Build): void => {
    if (type.type === "TsLiteralType") return;
    if (type.type === "TsKeywordType") {
      if (type.kind === "string") leaf(path, "text", build);
    } else if (type.type === "TsArrayType") {
      walk(type.elemType, scope, path, (value) => build([value]));
    } else if (type.type === "TsParenthesizedType") {
      walk(type.typeAnnotation, scope, path, build);
    } else if (type.type === "TsUnionType") {
      for (const member of type.types) walk(member, scope, path, build);
    } else if (type.type === "TsTypeLiteral") {
      walkShape({ fields: fieldsOf(type.members), scope }, path, build);
    } else if (type.type === "TsTypeReference") {
      walkNamed(type.typeName, type.typeParams?.params[0], scope, path, build);
    } else {
      leaf(path, "unreadable", build);
    }
  };
  const walkNamed = (
    named: TsEntityName,
    parameter: TsType | undefined,
    scope: string,
    path: string,
    build: Build,
  ): void => {
    const name = nameOf(named);
    if (name === "Omit" && parameter !== undefined) return walk(parameter, scope, path, build);
    const whole = wholes[name] ?? recursive[name];
    if (whole !== undefined) leaf(path, whole, build);
    if (wholes[name] !== undefined) return;
    if (recursive[name] !== undefined && seen.has(name)) return;
    seen.add(name);
    const known = lookUp(name, scope);
    if (known === undefined) return leaf(path, "unreadable", build);
    if (known.declared.type === "alias") {
      const { of } = known.declared;
      const members = of.type === "TsUnionType" ? of.types : [of];
      // Of a type that holds itself, its own form has been told above.
      const inner = members.filter(
        (member) => recursive[name] === undefined || member.type === "TsTypeReference",
      );
      for (const member of inner) walk(member, known.scope, path, build);
      return;
    }
    const shape = shapeOf(name, scope) ?? { fields: [], scope };
    if (shape.fields.some((field) => field.name === "file_id")) {
      const beside = required(shape, "file_id");
      leaf(path, "file", (id) => build({ ...beside, file_id: id }));
    }
    walkShape(shape, path, build);
  };

  const message = shapeOf("Message", "");
  if (message === undefined) throw new Error("grammY's types have no Message");
  walkShape(
    { ...message, fields: message.fields.map((field) => ({ ...field, isOptional: true })) },
    "",
    (value) => value,
  );
  return leaves;
}

function fieldsOf(members: readonly TsTypeElement[]): Field[] {
  return members.flatMap((member) => {
    if (member.type !== "TsPropertySignature" || member.typeAnnotation === undefined) return [];
    const { key, optional, typeAnnotation } = member;
    const name = key.type === "Identifier" || key.type === "StringLiteral" ? key.value : "";
    return [{ name, isOptional: optional, type: typeAnnotation.typeAnnotation }];
  });
}

function literalOf({ literal }: Extract<TsType, { type: "TsLiteralType" }>): unknown {
  return "value" in literal ? literal.value : undefined;
}
