import type { StepId } from '../../steps/step.ts';

/** What a manual intervention asks for, and where it is in the process. */
export interface ApprovalPlace {
  /** Green's share after Proceed, in percent; 100 is the promotion. */
  readonly weight: number;
  /** The share that the next manual intervention asks for; undefined at the promotion. */
  readonly nextWeight: number | undefined;
  readonly previous: PreviousStep;
  /** The shift before it, if there is one. */
  readonly shift: PreviousShift | undefined;
  /** Name of the step that made the test rule, if the process has one. */
  readonly testStep: string | undefined;
  /** Whether a scheduled runbook may take traffic from green while the approval waits. */
  readonly guard: boolean;
}

/** The step whose summary the approver decides on. */
export interface PreviousStep {
  readonly id: StepId | undefined;
  readonly name: string;
  /** Name of the step whose summary is shown where this one was skipped. */
  readonly otherwise?: string;
}

/** A shift that may have moved nothing, after a note for example. */
export interface PreviousShift {
  readonly name: string;
  /** The share that it gives to green unless a note asks for another, in percent. */
  readonly weight: number;
}

/** What the approver reads at a manual intervention, as Markdown. */
export function approvalInstructions(place: ApprovalPlace): string {
  const { weight, previous, testStep } = place;
  const paragraphs = [
    `### Release #{Octopus.Release.Number}: ${question(weight)}`,
    `${outputOf(previous, 'Summary')}${skipped(place)}`,
    // Between two lists, because Markdown would make one of them.
    yourDecision,
    [
      `- **Proceed** ${proceed(weight)}${present(place)}${hours}${confirmation(place)}`,
      `- **Abort** fails this deployment on purpose: the *Rollback* step then returns 100% of the requests to blue, the stable version, at once. Nothing is deleted.${advice(place)}`,
      notes(place),
    ].join('\n'),
    ...(previous.id === 'watch' ? [meanwhile(place)] : []),
  ];
  // The summary of the step that made the test rule already says where to test.
  if (testStep !== undefined && testStep !== previous.name) {
    paragraphs.push(
      `Try the new version yourself, regardless of the split: #{Octopus.Action[${testStep}].Output.TestUrl}`,
    );
  }
  return paragraphs.join('\n\n');
}

/** The next approval asks for a share of its own, so it says how green gets the one that was skipped. */
function skipped({ weight, shift }: ApprovalPlace): string {
  if (shift === undefined) return '';
  const output = (name: string): string => `#{Octopus.Action[${shift.name}].Output.${name}}`;
  const how =
    weight === 100
      ? `For ${shift.weight}% before the promotion, abort and deploy again.`
      : `To give green that share now, enter \`${output('RepeatCommand')}\` in the notes.`;
  return `#{if Octopus.Action[${shift.name}].Output.RepeatCommand}\n\n*${shift.name}* moved no traffic, and green has ${output('GreenPercent')}%. ${how}#{/if}`;
}

/** What stands between the summary and the answers. */
export const yourDecision = '**Your decision**';

/** Who has just read a Watch's summary may think that it is up to date, and that watching goes on. */
function meanwhile({ guard }: ApprovalPlace): string {
  return guard
    ? 'The summary above stays as it was when this approval began to wait. Meanwhile, only the runbook *Guard Canary* watches green, and only if its trigger runs it. It may have taken traffic from green: before you proceed, read the log of its latest run. The next step says so first in its log.'
    : 'The summary above stays as it was when this approval began to wait. Meanwhile, nothing watches green.';
}

const timeZone = '#{if Canary.TimeZone}#{Canary.TimeZone}#{else}UTC#{/if}';

/** What Proceed needs after somebody took traffic from green, as Watch found it. */
function confirmation({ previous, weight }: ApprovalPlace): string {
  if (previous.id !== 'watch') return '';
  const command = `Octopus.Action[${previous.name}].Output.ConfirmCommand`;
  const otherwise = weight === 100 ? 'fails, and Rollback runs' : 'moves nothing';
  return `#{if ${command}} Traffic was taken from green, so Proceed ${otherwise} unless the note says \`#{${command}}\`.#{/if}`;
}

/** Octopus leaves out what the project's variables do not set. */
export const hours = ['Outside #{Canary.AllowedHours}', 'Within #{Canary.Freezes}']
  .map((when) => {
    const variable = /Canary\.\w+/.exec(when)?.[0];
    return `#{if ${variable}} ${when} (${timeZone}), it fails this deployment unless a line of the note says \`/override reason\`.#{/if}`;
  })
  .join('');

/** An output variable; conditions test Summary, because Octopus takes a share of 0 for false. */
function outputOf({ name, otherwise }: PreviousStep, output: 'Summary' | 'GreenPercent'): string {
  const own = `#{Octopus.Action[${name}].Output.${output}}`;
  if (otherwise === undefined) return own;
  return `#{if Octopus.Action[${name}].Output.Summary}${own}#{else}#{Octopus.Action[${otherwise}].Output.${output}}#{/if}`;
}

function question(weight: number): string {
  return weight === 100 ? 'promote the new version to stable?' : `send ${weight}% of the requests to the new version?`;
}

function proceed(weight: number): string {
  if (weight === 100) return 'sends 100% of the requests to green and marks green as the stable version.';
  const rest = Number((100 - weight).toFixed(1));
  return `sends ${weight}% of the requests to green, the new version; ${rest}% stay on blue, the stable one.`;
}

/** After a note, green may have less than planned, so the next increase is larger than the step names suggest. */
function present({ previous }: ApprovalPlace): string {
  return hasTraffic(previous) ? ` Green had ${outputOf(previous, 'GreenPercent')}% before this approval.` : '';
}

function hasTraffic({ id }: PreviousStep): boolean {
  return id === 'shift-traffic' || id === 'watch';
}

function advice({ previous }: ApprovalPlace): string {
  return previous.id === 'watch' ? ' Abort if green is worse, unless you know a harmless cause.' : '';
}

function notes({ nextWeight, guard, previous }: ApprovalPlace): string {
  const beginning = '- **Notes** are remarks unless a line starts with a slash:';
  const end = 'Type the command, then proceed.';
  if (nextWeight === undefined) {
    const confirmed = guard ? afterGuard : previous.id === 'watch' ? afterRetreat : '';
    return `${beginning} \`/rollback reason\` rolls back; any other command except \`/weight 100\`${confirmed}${orOverride} also fails this deployment and rolls back. ${end}${ownLine}`;
  }
  return `${beginning} \`/weight 25\` sends a different share (lower ones and \`2.5\` work too), \`/hold\` keeps the current split (the next approval still asks for ${nextWeight}%), \`/rollback reason\` rolls back. ${end}${besidesIn(guard)}`;
}

const afterGuard = ' (`/weight 100!` after a Guard took traffic)';
const afterRetreat = ' (`/weight 100!` after a retreat)';

/** The other command that Promote obeys. */
export const orOverride = ' and `/override reason`';

/** Where every command stands. */
export const ownLine = ' Each command needs a line of its own.';

/** Which commands may stand together. */
export const besides = besidesIn(false);

function besidesIn(guard: boolean): string {
  const lease = guard ? '`/lease 2h` (a time limit for the share; Guard then steps back) and ' : '';
  return ` Only one of these commands is allowed, on a line of its own. Except with \`/hold\`, further lines may say ${lease}\`/override reason\` (outside the allowed hours).`;
}
