/** A text with the values in the places of `{name}`. A value that is not given leaves its place empty. */
export function filled(
  text: string,
  values: Readonly<Record<string, string | number | undefined>>,
): string {
  return text.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => String(values[name] ?? ""));
}
