import { pairedRatios, type Summary, summarise } from './statistics.ts';

/** A part of the page. */
export interface Section {
  readonly title: string;
  /** One sentence or two about how it was measured. */
  readonly about: string;
  readonly tables: readonly Table[];
  readonly goals: readonly Goal[];
  /** Milliseconds of each bare `node -e 0` beside its runs; none if it only counts. */
  readonly nodeRuns: readonly number[];
}

export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A goal of the project, with what was measured. */
export interface Goal {
  readonly text: string;
  readonly measured: string;
  readonly isMet: boolean;
}

/** A goal for a figure that should be small. */
export function atMost(text: string, limit: number, figure: number, render = showRatio): Goal {
  return { text: `${text}: at most ${render(limit)}`, measured: render(figure), isMet: figure <= limit };
}

/** A goal for the ratio of what was measured in pairs; none where a side was not measured. */
export function ratioGoal(
  text: string,
  limit: number,
  ours: readonly number[],
  theirs: readonly number[],
): readonly Goal[] {
  if (ours.length === 0 || theirs.length === 0) return [];
  return [atMost(text, limit, summarise(pairedRatios(ours, theirs)).median)];
}

/** Renders milliseconds as seconds. */
export function showSeconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}

/** Renders bytes as MiB. */
export function showMebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}

/** Renders a ratio. */
export function showRatio(ratio: number): string {
  return `${ratio.toFixed(2)} ×`;
}

/** Renders a median with its quartiles. */
export function showSpread({ median, low, high }: Summary): string {
  return `${median.toFixed(2)} × (${low.toFixed(2)}–${high.toFixed(2)})`;
}

/** Two columns of seconds, and the ratio of what was measured in pairs. */
export function showPair(ours: readonly number[], theirs: readonly number[]): readonly string[] {
  if (theirs.length === 0) return [showSeconds(summarise(ours).median), '', ''];
  const medians = [ours, theirs].map((figures) => showSeconds(summarise(figures).median));
  return [...medians, showSpread(summarise(pairedRatios(ours, theirs)))];
}
