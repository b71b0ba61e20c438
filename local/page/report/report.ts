import type { Reader, Told } from "../app/way/told.ts";

/** A page that a person can open without a bridge: the answer of a command in plain words. */
export type Report = {
  readonly title: string;
  readonly reader: Reader;
  readonly madeAtMillis: number;
  /** Why the answer is incomplete. */
  readonly gap?: string | undefined;
  readonly sections: readonly ReportSection[];
};

/** A part of the page: a timeline, or rows with a name and a value. */
export type ReportSection = {
  readonly heading?: string | undefined;
  readonly items?: readonly Told[];
  readonly rows?: readonly (readonly [string, string])[];
  /** What to do next. */
  readonly next?: string | undefined;
};

/** What `render.ts` exports. */
export type Renderer = { readonly renderReport: (report: Report) => Promise<string> };
