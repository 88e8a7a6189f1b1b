import { type CheckResult, type Unchecked, type Verdict, verdicts } from './check.ts';
import { mask } from './masking.ts';

/** Everything that a report of a conformance run says. */
export interface Findings {
  readonly command: 'verify-aws' | 'verify-octopus';
  /** This project's version. */
  readonly version: string;
  /** What was checked, such as `AWS in eu-west-1`. */
  readonly subject: string;
  readonly run: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly endedAt: string;
  readonly results: readonly CheckResult[];
  readonly notChecked: readonly Unchecked[];
  /** What could not be removed; empty if everything was. */
  readonly left: readonly string[];
}

/** The report for programs. @param secrets texts that must not appear in it */
export function reportAsJson(findings: Findings, secrets: readonly string[] = []): string {
  return mask(`${JSON.stringify({ ...findings, summary: countVerdicts(findings.results) }, null, 2)}\n`, secrets);
}

/** The report for people, as Markdown. @param secrets texts that must not appear in it */
export function reportAsMarkdown(findings: Findings, secrets: readonly string[] = []): string {
  const { command, version, subject, run, startedAt, endedAt, results, notChecked, left } = findings;
  const sections = [
    `# ${command}: ${subject}`,
    `octopus-ecs-canary ${version}, run ${run}, ${startedAt} to ${endedAt}: ${describeVerdicts(results)}.`,
    ...results.map(section),
    ...(notChecked.length > 0
      ? ['## Not checked here', notChecked.map(({ what, why }) => `- ${what}: ${why}`).join('\n')]
      : []),
    '## Removal',
    left.length === 0 ? 'Everything that the run created was removed.' : left.map((line) => `- ${line}`).join('\n'),
  ];
  return mask(`${sections.join('\n\n')}\n`, secrets);
}

/** One line for a result, as the log shows it. */
export function describeResult({ id, verdict, seen, detail, consequence }: CheckResult): string {
  const about = [detail && `(${detail})`, consequence && `- ${consequence}`].filter(Boolean).join(' ');
  return mask(`${marks[verdict]} ${id}: ${seen}${about === '' ? '' : ` ${about}`}`);
}

/** How many checks had which verdict, such as `20 as expected, 1 different`. */
export function describeVerdicts(results: readonly CheckResult[]): string {
  const counts = countVerdicts(results);
  const met = verdicts.filter((verdict) => counts[verdict] > 0);
  return met.length === 0 ? 'nothing was checked' : met.map((verdict) => `${counts[verdict]} ${verdict}`).join(', ');
}

function countVerdicts(results: readonly CheckResult[]): Readonly<Record<Verdict, number>> {
  const count = (wanted: Verdict) => results.filter(({ verdict }) => verdict === wanted).length;
  return {
    'as expected': count('as expected'),
    allowed: count('allowed'),
    different: count('different'),
    'not seen': count('not seen'),
  };
}

function section(result: CheckResult): string {
  const { id, promise, look, expected, verdict, seen, detail, consequence, seconds } = result;
  const lines = [
    `- Promised: ${promise}`,
    `- Looked: ${look}`,
    `- Expected: ${expected}`,
    `- Seen: ${seen}${detail === undefined ? '' : ` (${detail})`}, after ${seconds} s`,
    ...(consequence === undefined ? [] : [`- The steps allow for this: ${consequence}`]),
  ];
  return `## ${marks[verdict]} ${id}: ${verdict}\n\n${lines.join('\n')}`;
}

const marks: Readonly<Record<Verdict, string>> = { 'as expected': '✓', allowed: '~', different: '✗', 'not seen': '?' };
