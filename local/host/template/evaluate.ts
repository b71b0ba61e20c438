/** The values that intrinsic functions read. */
export type Scope = {
  ref(logicalId: string): unknown;
  attribute(logicalId: string, name: string): unknown;
  condition(name: string): boolean;
  readonly mappings: Readonly<Record<string, unknown>>;
};

/** Marks a property that `AWS::NoValue` removes. */
export const noValue = Symbol("AWS::NoValue");

type Evaluate = (argument: unknown) => unknown;
type Intrinsic = (argument: unknown, evaluate: Evaluate, scope: Scope) => unknown;

const intrinsics: Readonly<Record<string, Intrinsic>> = {
  Ref: (name, _evaluate, scope) => scope.ref(String(name)),
  "Fn::GetAtt": (argument, evaluate, scope) => {
    const [logicalId, ...path] = Array.isArray(argument)
      ? argument.map((part) => String(evaluate(part)))
      : String(argument).split(".");
    return scope.attribute(logicalId ?? "", path.join("."));
  },
  "Fn::Sub": (argument, evaluate, scope) => {
    const [text, names] = Array.isArray(argument) ? argument : [argument, {}];
    const own = evaluate(names) as Readonly<Record<string, unknown>>;
    return String(text).replace(/\$\{(!?)([^}]+)\}/g, (_whole, escape: string, name: string) => {
      if (escape === "!") return `\${${name}}`;
      if (Object.hasOwn(own, name)) return String(own[name]);
      const [logicalId = "", ...path] = name.trim().split(".");
      return String(
        path.length === 0 ? scope.ref(logicalId) : scope.attribute(logicalId, path.join(".")),
      );
    });
  },
  "Fn::Join": (argument, evaluate) => {
    const [separator, parts] = list(argument);
    return list(evaluate(parts)).join(String(separator));
  },
  "Fn::Select": (argument, evaluate) => {
    const [index, values] = list(argument);
    return list(evaluate(values))[Number(evaluate(index))];
  },
  "Fn::Split": (argument, evaluate) => {
    const [separator, text] = list(argument);
    return String(evaluate(text)).split(String(separator));
  },
  "Fn::If": (argument, evaluate, scope) => {
    const [name, whenTrue, whenFalse] = list(argument);
    return evaluate(scope.condition(String(name)) ? whenTrue : whenFalse);
  },
  "Fn::Equals": (argument, evaluate) => {
    const [left, right] = list(argument).map(evaluate);
    return String(left) === String(right);
  },
  "Fn::Not": (argument, evaluate) => evaluate(list(argument)[0]) !== true,
  "Fn::And": (argument, evaluate) => list(argument).every((part) => evaluate(part) === true),
  "Fn::Or": (argument, evaluate) => list(argument).some((part) => evaluate(part) === true),
  "Fn::FindInMap": (argument, evaluate, scope) => {
    const path = list(argument).slice(0, 3).map(evaluate).map(String);
    const found = path.reduce<unknown>((map, key) => field(map, key), scope.mappings);
    if (found === undefined) throw new Error(`No mapping ${path.join(".")} in the template.`);
    return found;
  },
  "Fn::Base64": (argument, evaluate) => Buffer.from(String(evaluate(argument))).toString("base64"),
};

/**
 * Resolves every intrinsic function in a value, and leaves the rest unchanged. Not CloudFormation: it
 * refuses imports from other stacks, macros and transforms with a sentence.
 */
export function evaluate(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) {
    return value.map((part) => evaluate(part, scope)).filter((part) => part !== noValue);
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only !== undefined) {
    const [name, argument] = only;
    const intrinsic = intrinsics[name];
    if (intrinsic !== undefined) {
      return intrinsic(argument, (part) => evaluate(part, scope), scope);
    }
    if (name === "Condition" && typeof argument === "string") return scope.condition(argument);
    if (name.startsWith("Fn::")) {
      throw new Error(`The laptop host does not know the intrinsic function ${name}.`);
    }
  }
  return Object.fromEntries(
    entries
      .map(([name, part]) => [name, evaluate(part, scope)] as const)
      .filter(([, part]) => part !== noValue),
  );
}

function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Error(`An intrinsic function expected a list, got ${typeof value}.`);
}

function field(map: unknown, key: string): unknown {
  return typeof map === "object" && map !== null
    ? (map as Readonly<Record<string, unknown>>)[key]
    : undefined;
}
