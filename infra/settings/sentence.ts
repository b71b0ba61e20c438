/** The place of a problem in the stages. */
export type Place = {
  readonly stage?: string | undefined;
  readonly bridge?: string | undefined;
  readonly field?: string | undefined;
};

/** One problem of the stages, for the person who wrote them. `expectation` must not contain a value. */
export function sentence({ stage, bridge, field }: Place, expectation: string): string {
  return [
    stage === undefined ? "Stages" : `Stage "${stage}"`,
    bridge === undefined ? "" : `, bridge "${bridge}"`,
    field === undefined || field === "" ? "" : `, ${field}`,
    `: ${expectation}${expectation.endsWith("?") ? "" : "."}`,
  ].join("");
}
