import { version } from '../version.ts';
import { type Case, injectedFaults, nameCase } from './cases/case.ts';
import { states } from './cases/states.ts';
import { stepUses } from './cases/step-uses.ts';
import { describeFleet, type FleetFigures } from './fleet/figures.ts';
import type { RandomReport } from './random/random-sequences.ts';
import type { MatrixResult, Rehearsal } from './running/matrix.ts';
import type { CaseResult } from './running/run-case.ts';

/** Everything that a run found; undefined for what was not run. */
export interface Findings {
  readonly matrix: MatrixResult | undefined;
  readonly random: RandomReport | undefined;
  readonly fleet: FleetFigures | undefined;
}

/** What was asked for, as far as the page says it. */
export interface Asked {
  readonly seed: number;
  /** The options that left cells out; undefined where all were asked for. */
  readonly filter?: string | undefined;
}

/** The reliability page, in Markdown. */
export function renderReport(asked: Asked, { matrix, random, fleet }: Findings): string {
  return [
    ...introduction(asked, matrix),
    ...(matrix ? matrixSections(matrix) : section('The matrix', ['No cell of it was run for this page.'])),
    ...(random
      ? randomSection(random, asked.seed)
      : section('Random operators', ['No random sequence was played for this page.'])),
    ...section(
      'Many canaries on one throttled account',
      fleet ? ['```text', ...describeFleet(fleet), '```'] : ['None were played for this page.'],
    ),
    ...ending,
  ].join('\n');
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return [`## ${title}`, '', ...lines, ''];
}

/** How much of the matrix this page is about, in one sentence. */
function describeExtent({ seed, filter }: Asked, matrix: MatrixResult | undefined): string {
  if (!matrix) return '**The matrix was not run for this page**; what it is:';
  const { planned, results } = matrix;
  const cases = `${number(planned)} cells${filter === undefined ? '' : ` that \`${filter}\` leaves`}`;
  if (results.length < planned)
    return `**What was run is a random sample of ${number(results.length)} of the ${cases}, seed ${seed}**; the whole of them is:`;
  if (filter !== undefined) return `**What was run are the ${cases}**; the whole matrix is:`;
  return `What was run is the whole matrix, ${cases}:`;
}

function introduction(asked: Asked, matrix: MatrixResult | undefined): readonly string[] {
  return [
    '# Reliability',
    '',
    'Written by `npm run faults`; not edited by hand.',
    '',
    `Steps fail half way: AWS throttles, connections break, Octopus kills a process. This page shows what was tried to find out that nothing is lost then and nobody is harmed. ${describeExtent(asked, matrix)} every step against the emulated AWS from every starting state, with every fault at the first, the second and the last call of each API operation that it makes (at a later read, one of those that differ only in the words of the refusal; where the step only reads and refuses, the first).`,
    '',
    'After the fault the step ran again, as Octopus or a person would run it, then a third time where the second run had written anything, and at the end a person rolled back. Killed steps are real processes, ended with SIGKILL while AWS was answering; for these, Rollback alone was tried too, and where a load balancer node lags the next release followed at once. Users sent requests through every production rule all the time.',
    '',
    'A cell of the matrix *held* if, over the whole record of writes, weights and requests:',
    '',
    '| | Invariant | How it is checked |',
    '|---|---|---|',
    '| I1 | A version gets no more traffic than was approved for it. | at the moment of each write to a rule or a default action, at every production rule: weights and registered targets against the approvals; each answer that a user got |',
    '| I2 | The groups with weight can serve. | the same moments: a group with weight has a healthy target; users get no 5xx |',
    '| I3 | Running again converges. | the second run ends as a fault-free one; running again after that writes nothing; one stack operation, two task sets, one test rule |',
    '| I4 | From any state Rollback ends with all traffic on blue, weights first. | the weights of every production rule, the tag, and that a Rollback after everything else writes nothing before green has lost all of its traffic |',
    "| I5 | What is not ours stays as it is. | a listener shared with others' rules, tags, stickiness, a service and target group beside ours, byte for byte |",
    '| I6 | A step succeeds exactly when its goal was reached and verified. | its goal against the actual state of the emulator, past every fault; failures are errors with words for operators, never a crash |',
    '',
    `Versions: octopus-ecs-canary ${version}, Node.js ${process.version}. Seed: ${asked.seed}.`,
    '',
  ];
}

function matrixSections({ rehearsals, planned, results: all }: MatrixResult): readonly string[] {
  const results = all.filter(({ met, violations }) => met || violations.length > 0);
  const late = all.length - results.length;
  const broken = results.filter(({ violations }) => violations.length > 0);
  const problems = [
    ...rehearsals.flatMap(({ violations }) => violations.map(shorten)),
    ...broken.flatMap(describeBroken),
  ];
  return [
    '## The matrix',
    '',
    `${number(results.length)} cells, of which ${number(results.length - broken.length)} held${broken.length === 0 ? ': all of them' : ` and **${number(broken.length)} did not**`}.`,
    ...(all.length < planned ? ['', `They are a sample of ${number(planned)}, chosen by the seed.`] : []),
    ...(late > 0
      ? [
          '',
          `${number(late)} more are not counted: their fault met no call, because the run ended before it or nothing older could be read.`,
        ]
      : []),
    '',
    ...faultTable(results),
    ...stateTable(rehearsals, results),
    ...(problems.length > 0 ? ['### What did not hold', '', ...problems, ''] : []),
  ];
}

function faultTable(results: readonly CaseResult[]): readonly string[] {
  const rows = injectedFaults.map(({ kind, title }) => [
    title,
    ...stepUses.map(({ id }) =>
      count(results, ({ stepUse, injectedFault }) => stepUse === id && injectedFault.kind === kind),
    ),
  ]);
  return [
    '### Steps and faults',
    '',
    'Cells that held, of those that were run where these differ.',
    '',
    ...table(['Fault', ...stepUses.map(({ title }) => title)], rows),
    '',
  ];
}

function stateTable(rehearsals: readonly Rehearsal[], results: readonly CaseResult[]): readonly string[] {
  const casesOf = (stepUse: Case['stepUse'], state: Case['state']): string =>
    count(results, (testCase) => testCase.stepUse === stepUse && testCase.state === state);
  const rows = states.map(({ id: state, title }) => [
    title,
    ...stepUses.map(({ id }) => `${outcomeOf(rehearsals, id, state)} ${casesOf(id, state)}`),
  ]);
  return [
    '### Starting states and steps',
    '',
    'How the step ends when nothing goes wrong, and the cells. A step that the state does not allow refuses with that error.',
    '',
    ...table(['State', ...stepUses.map(({ title }) => title)], rows),
    '',
  ];
}

function shorten(violation: string): string {
  return `- ${violation.slice(0, 300)}`;
}

function describeBroken({ testCase, violations }: CaseResult): readonly string[] {
  return [`- \`${nameCase(testCase)}\``, ...violations.map((violation) => `  ${shorten(violation)}`)];
}

function outcomeOf(rehearsals: readonly Rehearsal[], stepUse: Case['stepUse'], state: Case['state']): string {
  const found = rehearsals.find(({ scenario }) => scenario.stepUse === stepUse && scenario.state === state);
  return found ? `\`${found.expectation.outcome}\`` : '';
}

function count(results: readonly CaseResult[], isCounted: (testCase: Case) => boolean): string {
  const counted = results.filter(({ testCase }) => isCounted(testCase));
  const held = counted.filter(({ violations }) => violations.length === 0).length;
  return held === counted.length ? number(held) : `**${number(held)} of ${number(counted.length)}**`;
}

function randomSection({ sequences, actions, outcomes, failures }: RandomReport, seed: number): readonly string[] {
  return [
    '## Random operators',
    '',
    `${number(sequences)} random sequences of releases, approvals, aborts, kills, faults and changes by hand, ${number(actions)} actions in all, seeds ${seed} to ${seed + sequences - 1}: ${failures.length === 0 ? 'all held' : `**${failures.length} did not hold** (seeds ${failures.map((failure) => failure.seed).join(', ')})`}.`,
    '',
    ...table(
      ['Step and how it ended', 'Times'],
      [...outcomes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([end, times]) => [`\`${end}\``, number(times)]),
    ),
    '',
  ];
}

const ending = [
  '## When to distrust this page',
  '',
  '- The AWS here is emulated ([its contract](../src/emulator/BEHAVIOUR.md)). What real AWS does beside its documentation, this page cannot know.',
  '- Time runs 150 times as fast, and the waits between tries of a call are as much shorter. A moment between two calls that is long in reality may be missed.',
  '- One fault at a time: first a single call, and a row of seven calls of the same operation. Two faults together come only with the random operators.',
  '- AWS does not say when every load balancer node knows changed rules. In one state every other request meets rules of a minute ago, and the steps are told to wait longer than that (`EcsCanary.SettleSeconds`).',
  '- A stale read misses the last write before it. AWS gives no bound for how old an answer may be; a step looks twice before it ends or replaces anything, and no more.',
  '- Traffic that may move is not looked at twice: where Rollback freed a canary in the second before, Shift Traffic and Promote may still move what was approved for it.',
  '- A Rollback of a failed deployment that may not read ECS does not know whose canary it is, and moves all traffic to blue, the stable version, all the same.',
  '- AWS has no compare-and-swap for listener rules and tags: what somebody else writes in the second between reading and writing is overwritten.',
  '',
  '## Running it again',
  '',
  '```bash',
  'npm run faults                                # the whole matrix, 200 random sequences, 50 canaries at once',
  'npm run faults -- --sample 500 --seed 7       # a part of the matrix, chosen by the seed',
  'npm run faults -- --sample 3000 --random 100 --canaries 50 --seed 7 --report docs/reliability.md',
  'npm run faults -- --steps promote --faults kill-before,kill-after',
  'npm run faults -- --cell "promote from tenth: reset-after ModifyRule #1, then retry"',
  'npm run faults -- --help',
  '```',
  '',
  'It ends with an exit code other than 0 if anything did not hold. `npm test` runs a sample of the matrix.',
  '',
];

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
}

function number(value: number): string {
  return value.toLocaleString('en-GB');
}
