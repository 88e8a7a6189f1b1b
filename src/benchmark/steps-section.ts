import { articleScripts, articleVariables } from './article-scripts.ts';
import { type Bench, type Contender, runContender, takeTurns } from './bench.ts';
import {
  atMost,
  type Goal,
  ratioGoal,
  type Section,
  showMebibytes,
  showPair,
  showSeconds,
  showSpread,
} from './section.ts';
import { imageOf, newRelease } from './site.ts';
import { pairedRatios, summarise } from './statistics.ts';
import { inspectScript, type Needs, type TimedRun } from './worker/worker-script.ts';

/** A step that is measured, and what the blog post does instead; green's share in percent before and after. */
interface StepUse {
  readonly step: string;
  readonly title: string;
  readonly from: number;
  readonly to: number;
  readonly article: string | undefined;
}

const stepUses: readonly StepUse[] = [
  { step: 'Prepare Blue', title: 'Prepare Blue, nothing to do', from: 0, to: 0, article: articleScripts.prepare },
  { step: 'Deploy Stack', title: 'Deploy Stack, no change', from: 0, to: 0, article: articleScripts.update },
  { step: 'Add Test Rule', title: 'Add Test Rule', from: 0, to: 0, article: articleScripts.addTestRule },
  { step: 'Shift to 10%', title: 'Shift Traffic', from: 0, to: 10, article: articleScripts.shift(10) },
  { step: 'Watch at 10%', title: 'Watch Canary, one look', from: 10, to: 10, article: undefined },
  { step: 'Promote', title: 'Promote', from: 50, to: 100, article: articleScripts.promote },
  { step: 'Rollback', title: 'Rollback', from: 50, to: 0, article: articleScripts.rollback },
];

/** How many variables a project has beside those of the step. */
const projectSizes = [100, 2000];

interface Measured {
  readonly use: StepUse;
  readonly others: number;
  readonly ours: readonly TimedRun[];
  readonly theirs: readonly TimedRun[];
  readonly nodeRuns: readonly number[];
}

/** Each step as Octopus runs it, beside bare Node.js and beside the blog post's commands in a script step. */
export async function measureSteps(bench: Bench): Promise<Section> {
  const measured: Measured[] = [];
  for (const use of stepUses)
    for (const others of projectSizes) {
      measured.push(await measure(bench, use, others));
      bench.tell(`${use.title}, ${others} variables: done`);
    }
  const needs: (readonly [StepUse, readonly Inspected[]])[] = [];
  for (const use of stepUses) needs.push([use, await inspect(bench, use)]);
  return {
    title: 'Each step',
    about:
      'A whole script under a bootstrap that costs as much as that of Octopus: ours, and the commands of the blog post in a script step of their own, which check nothing. Each ran in turn with the other. Of two figures in a cell, the second is that of the commands. Programs include the two that the bootstrap starts itself.',
    tables: [
      {
        head: [
          'Step',
          'Other variables',
          'Ours',
          'Commands',
          'Ratio',
          'Over `node -e 0`',
          'CPU',
          'CPU of the commands',
        ],
        rows: measured.map(showTimes),
      },
      {
        head: ['Step', 'AWS calls', 'KB from and to AWS', 'Programs', 'Peak memory of a process'],
        rows: needs.map(([{ title }, sides]) => [title, ...showNeeds(sides)]),
      },
    ],
    goals: [...goalsOf(measured), ...memoryGoal(needs)],
    nodeRuns: measured.flatMap(({ nodeRuns }) => nodeRuns),
  };
}

async function measure(bench: Bench, use: StepUse, others: number): Promise<Measured> {
  const sides = contenders(bench, use, others).map((contender) => () => runContender(bench, contender));
  const {
    sides: [ours = [], theirs = []],
    nodeRuns,
  } = await takeTurns(bench, sides);
  return { use, others, ours, theirs, nodeRuns };
}

function contenders(
  { site, hasAws }: Bench,
  { step, article, from, to }: StepUse,
  others: number,
): readonly Contender[] {
  const ours = { script: site.step(step, others), from, to };
  if (article === undefined || !hasAws) return [ours];
  const own = articleVariables(site.canary, imageOf(newRelease));
  return [ours, { script: site.scriptStep(article, own, others), from, to }];
}

interface Inspected extends Needs {
  readonly calls: number;
}

async function inspect(bench: Bench, use: StepUse): Promise<readonly Inspected[]> {
  const { canary, emulator } = bench.site;
  const sides: Inspected[] = [];
  for (const { script, from } of contenders(bench, use, projectSizes[0] ?? 0)) {
    await canary.restore(from);
    const before = emulator.calls().length;
    const needs = await inspectScript(script);
    sides.push({ ...needs, calls: emulator.calls().length - before });
  }
  return sides;
}

function showTimes({ use, others, ours, theirs, nodeRuns }: Measured): readonly string[] {
  const [wall, wallOfTheirs] = [wallOf(ours), wallOf(theirs)];
  const cpu = [ours, theirs].map((runs) =>
    runs.length === 0 ? '' : showSeconds(summarise(runs.map(({ cpuMilliseconds }) => cpuMilliseconds)).median),
  );
  const overNode = showSpread(summarise(pairedRatios(wall, nodeRuns)));
  return [use.title, String(others), ...showPair(wall, wallOfTheirs), overNode, ...cpu];
}

function showNeeds(sides: readonly Inspected[]): readonly string[] {
  const columns: readonly ((needs: Inspected) => string)[] = [
    ({ calls }) => String(calls),
    ({ bytes }) => (bytes / 1000).toFixed(1),
    ({ programs }) => String([...programs.values()].reduce((sum, count) => sum + count, 0)),
    ({ peakBytes }) => (peakBytes === undefined ? 'unknown' : showMebibytes(peakBytes)),
  ];
  return columns.map((show) => sides.map(show).join(' / '));
}

function goalsOf(measured: readonly Measured[]): readonly Goal[] {
  const of = (title: string) => {
    const { ours = [], theirs = [], nodeRuns = [] } = measured.find(({ use }) => use.title.startsWith(title)) ?? {};
    return { ours: wallOf(ours), theirs: wallOf(theirs), nodeRuns };
  };
  const [shift, prepare] = [of('Shift'), of('Prepare')];
  return [
    ...ratioGoal('Shift Traffic against one unchecked `aws elbv2 modify-rule`', 0.6, shift.ours, shift.theirs),
    ...ratioGoal('Prepare Blue with nothing to do against three reads', 0.8, prepare.ours, prepare.theirs),
    ...ratioGoal('Shift Traffic over bare Node.js', 4, shift.ours, shift.nodeRuns),
  ];
}

function memoryGoal(needs: readonly (readonly [StepUse, readonly Inspected[]])[]): readonly Goal[] {
  const peaks = needs.flatMap(([, [ours]]) => ours?.peakBytes ?? []);
  return peaks.length === 0 ? [] : [atMost('Memory of any step', 64 * 2 ** 20, Math.max(...peaks), showMebibytes)];
}

function wallOf(runs: readonly TimedRun[]): readonly number[] {
  return runs.map(({ milliseconds }) => milliseconds);
}
