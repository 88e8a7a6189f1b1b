import { isDeploying } from '../../steps/step.ts';
import type { ActualCanary } from '../actual-state.ts';
import { hasEverywhere, mostGreen } from '../entry-points.ts';
import { deployment as lockOwnerOf } from '../world.ts';
import type { Gate } from './act.ts';
import type { Deployment, ProcessStep } from './deployment.ts';
import type { Game } from './game.ts';

/**
 * The share that a person allows a deployment's version by what they typed; read by other code than the product's.
 * @returns undefined when they allow nothing new
 */
export function allowedBy({ move, percent = 100 }: ProcessStep, { proceed, note }: Gate): number | undefined {
  if (!proceed || (move !== 'shift-traffic' && move !== 'promote')) return undefined;
  if (!note.startsWith('/')) return percent;
  const weight = /^\/weight ([\d.]+)$/.exec(note)?.[1];
  if (weight === undefined) return undefined;
  return move === 'promote' && Number(weight) !== 100 ? undefined : Number(weight);
}

/** Notes before a run what people allow by letting it happen. */
export function consentTo({ world }: Game, deployment: Deployment, step: ProcessStep, gate: Gate): void {
  const { approvals } = world;
  const share = allowedBy(step, gate);
  if (share !== undefined)
    approvals.approve(deployment.version, Math.max(share, approvals.allowed(deployment.version)));
  // The first version is all there is.
  if (isDeploying(step.move) && !world.actualState().canary) approvals.approve(deployment.version, 100);
}

/** Notes after a run that ended well what is allowed from then on; nothing while the canary is another's, or says otherwise. */
export function settleConsent(game: Game, deployment: Deployment | undefined, step: ProcessStep): void {
  const { world } = game;
  const { canary } = world.actualState();
  if (!canary || (deployment && isTakenFrom(deployment, canary))) return;
  const { blue, green, tag, entryPoints } = canary;
  if (step.move === 'shift-traffic' && deployment?.version === green.version && blue.version !== green.version)
    world.approvals.approve(green.version, mostGreen(entryPoints));
  if (tag === 'Blue' && hasEverywhere(entryPoints, 0) && !isDeploying(step.move)) allowOnly(game, blue.version);
  if (tag === 'Green' && hasEverywhere(entryPoints, 100)) allowOnly(game, green.version);
}

/** Whether the canary is marked as another deployment's. */
export function isTakenFrom({ number }: Deployment, { mark = 'nobody' }: ActualCanary): boolean {
  const [owner] = mark.split(' ');
  return owner !== 'nobody' && owner !== lockOwnerOf(number).id;
}

function allowOnly({ world: { approvals }, versions }: Game, version: string): void {
  for (const other of versions) if (other !== version && approvals.allowed(other) > 0) approvals.approve(other, 0);
  if (approvals.allowed(version) < 100) approvals.approve(version, 100);
}
