/** A time of the Bot API or of amoCRM, in seconds, as people read it. Empty for none. */
export function timeOf(seconds: number | undefined): string {
  if (seconds === undefined || seconds === 0) return "";
  const date = new Date(seconds * 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}
