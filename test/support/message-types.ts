import type { TsEntityName, TsType } from "@swc/core";
import { declarations, fieldsOf, nameOf } from "./type-declarations.ts";
import type { Field } from "./type-declarations.ts";

/** A place in a Message that can hold a person's text, a file or a location. */
export type Leaf = {
  /** Field names from the Message on, without list positions. */
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
  /** A Message with this value there, and with the required fields next to it. */
  readonly holding: (value: unknown) => Record<string, unknown>;
};

type Shape = { readonly fields: readonly Field[]; readonly scope: string };
type Build = (value: unknown) => unknown;

/** Types that are not expanded: one entry of the table covers all their fields. */
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
/** Recursive or common types: they are expanded at their first place. */
const recursive: Readonly<Record<string, Leaf["kind"]>> = {
  RichText: "text",
  RichBlock: "blocks",
  MessageEntity: "entities",
};

const keywords: Readonly<Record<string, unknown>> = { string: "1", number: 1, boolean: false };

/** Every such place in grammY's Message. */
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

  /** The smallest valid value of a type. */
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
      // Entities need a text next to them.
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
      // The form of a recursive type was expanded above.
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

function literalOf({ literal }: Extract<TsType, { type: "TsLiteralType" }>): unknown {
  return "value" in literal ? literal.value : undefined;
}
