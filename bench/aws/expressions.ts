/** An attribute value as DynamoDB's protocol writes it. */
export type Value = { S?: string; N?: string; BOOL?: boolean; L?: Value[] };
/** An item, or the values of an expression. */
export type Attributes = Record<string, Value>;

/** The names and values of an expression's placeholders, `#name` and `:value`. */
export type Placeholders = {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Attributes>;
};

/**
 * Whether a condition holds: comparisons and `attribute_not_exists`, joined by AND and OR, the only
 * forms that the bridge writes. Any other form is an error.
 */
export function holds(condition: string, item: Attributes | undefined, given: Placeholders) {
  const tokens = condition.match(/attribute_not_exists|AND|OR|[#:]\w+|<=|>=|<>|[=<>()]/g) ?? [];
  if (tokens.join("") !== condition.replaceAll(/\s/g, "")) throw new Error(`Unknown: ${condition}`);
  const take = () => tokens.shift() ?? "";
  const either = (): boolean => {
    let result = both();
    while (tokens[0] === "OR" && take() !== "") result = both() || result;
    return result;
  };
  const both = (): boolean => {
    let result = single();
    while (tokens[0] === "AND" && take() !== "") result = single() && result;
    return result;
  };
  const single = (): boolean => {
    const first = take();
    if (first === "(") {
      const result = either();
      take();
      return result;
    }
    if (first === "attribute_not_exists") {
      const [, name] = [take(), take(), take()];
      return item?.[nameOf(name, given)] === undefined;
    }
    const operator = take();
    return compare(item?.[nameOf(first, given)], operator, valueOf(take(), given));
  };
  return either();
}

/** The item after an update expression of SET and REMOVE. */
export function updated(expression: string, item: Attributes, given: Placeholders): Attributes {
  const [, set = "", remove = ""] = /^SET (.*?)(?: REMOVE (.*))?$/.exec(expression) ?? [];
  const next = { ...item };
  for (const assignment of set.split(/, (?=#)/)) {
    const [target = "", source = ""] = assignment.split(" = ");
    const name = nameOf(target, given);
    next[name] = valueOf(source, given);
  }
  for (const name of remove === "" ? [] : remove.split(", ")) delete next[nameOf(name, given)];
  return next;
}

function nameOf(placeholder: string, { ExpressionAttributeNames = {} }: Placeholders): string {
  const name = ExpressionAttributeNames[placeholder];
  if (name === undefined) throw new Error(`No name for ${placeholder}.`);
  return name;
}

function valueOf(placeholder: string, { ExpressionAttributeValues = {} }: Placeholders): Value {
  const value = ExpressionAttributeValues[placeholder];
  if (value === undefined) throw new Error(`No value for ${placeholder}.`);
  return value;
}

function compare(left: Value | undefined, operator: string, right: Value): boolean {
  if (left === undefined) return false;
  const [a, b] = left.N === undefined ? [left.S ?? "", right.S] : [Number(left.N), Number(right.N)];
  if (b === undefined) return false;
  switch (operator) {
    case "=":
      return a === b;
    case "<":
      return a < b;
    case "<=":
      return a <= b;
    case ">":
      return a > b;
    case ">=":
      return a >= b;
    default:
      throw new Error(`Unknown comparison ${operator}.`);
  }
}
