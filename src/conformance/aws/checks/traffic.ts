import type { Check } from '../../check.ts';
import type { Scene } from '../scene.ts';
import { from, replyTo, untilAll } from '../sightings.ts';
import { type Answer, sendRequests } from '../traffic.ts';
import { setWeights, split } from '../weights.ts';

/** What users get while the rule changes; blue serves version 1, green version 2. */
export const trafficChecks: readonly Check<Scene>[] = [
  {
    id: 'rule-lag',
    promise: 'A changed rule is in force at every load balancer node before the settling time of 120 s ends.',
    look: 'Requests to every node after each of four changes between 100/0 and 0/100.',
    expected: 'within 120 s',
    see: seeRuleLag,
  },
  {
    id: 'split',
    promise: 'Users are split as the weights say.',
    look: '400 requests while the weights are 75/25.',
    expected: 'as the weights say',
    see: async (scene) => {
      await setWeights(scene, split(scene, 75, 25));
      await scene.target.clock.sleep(settleSeconds);
      const share = shareOf(await sendRequests(scene, 400), from('2'));
      return { answer: isNear(share, 0.25, 400) ? 'as the weights say' : 'otherwise', detail: percent(share) };
    },
  },
  {
    id: 'empty-group',
    promise: 'A group without targets answers 503 for its share of the requests.',
    look: '200 requests while blue and an empty group have the same weight.',
    expected: '503 for its share',
    see: async (scene) => {
      await setWeights(scene, { [scene.blueGroup]: 50, [scene.network.spareGroup]: 50 });
      await scene.target.clock.sleep(settleSeconds);
      const answers = await sendRequests(scene, 200);
      await setWeights(scene, split(scene, 100, 0));
      const share = shareOf(answers, ({ status }) => status === 503);
      return { answer: isNear(share, 0.5, 200) ? '503 for its share' : 'otherwise', detail: describe(answers) };
    },
  },
  {
    id: 'all-zero',
    promise: 'A rule whose weights are all zero is accepted, and users get a 503.',
    look: 'ModifyRule with 0/0, then 16 requests.',
    expected: 'accepted, users get a 503',
    allowed: { refused: 'The steps never set both weights to 0.' },
    see: seeAllZero,
  },
  {
    id: 'sticky',
    promise: 'With stickiness, a user’s cookie outranks changed weights.',
    look: '16 requests with a cookie of green after the weights went to 100/0.',
    expected: 'the cookie wins',
    see: seeStickiness,
  },
];

/** EcsCanary.SettleSeconds by default. */
const settleSeconds = 120;

async function seeRuleLag(scene: Scene) {
  await setWeights(scene, split(scene, 100, 0));
  await untilAll(scene, 'blue served alone', from('1'));
  const lags: number[] = [];
  for (const [blue, green, old] of [changes[0], changes[1], changes[0], changes[1]]) {
    await setWeights(scene, split(scene, blue, green));
    lags.push(await lastAnswerAfter(scene, from(old)));
    if (Math.max(...lags) > settleSeconds) break;
  }
  const worst = Math.max(...lags);
  const shown = lags.map((lag) => `${lag.toFixed(1)} s`).join(', ');
  const answer = worst <= settleSeconds ? `within ${settleSeconds} s` : `after ${settleSeconds} s`;
  return { answer, detail: `last old answer after ${shown}` };
}

const changes = [
  [0, 100, '1'],
  [100, 0, '2'],
] as const;

/** Seconds from now to the sending of the last request that is answered in the old way; 0 if none is. */
async function lastAnswerAfter(scene: Scene, isOld: (answer: Answer) => boolean): Promise<number> {
  const { clock } = scene.target;
  const start = clock.now();
  let last = start;
  for (let asked = 0; ; asked += perLook) {
    const old = (await sendRequests(scene, perLook)).filter(isOld).map(({ sentAt }) => sentAt);
    last = Math.max(last, ...old);
    const isQuiet = asked >= 10 * perLook && clock.now() - last > quietSeconds * 1000;
    if (isQuiet || last - start > 600_000) return (last - start) / 1000;
    await clock.sleep(1);
  }
}

const perLook = 8;
const quietSeconds = 30;

async function seeAllZero(scene: Scene) {
  const reply = await replyTo(setWeights(scene, split(scene, 0, 0)));
  if (reply !== 'accepted') return { answer: 'refused', detail: reply };
  await scene.target.clock.sleep(settleSeconds);
  const answers = await sendRequests(scene, 16);
  await setWeights(scene, split(scene, 100, 0));
  const all = answers.every(({ status }) => status === 503);
  return {
    answer: all ? 'accepted, users get a 503' : 'accepted, users get something else',
    detail: describe(answers),
  };
}

async function seeStickiness(scene: Scene) {
  await setWeights(scene, split(scene, 0, 100), stickySeconds);
  await untilAll(scene, 'green served alone', from('2'));
  const [first] = await sendRequests(scene, 1);
  await setWeights(scene, split(scene, 100, 0), stickySeconds);
  await untilAll(scene, 'blue served those without a cookie', from('1'));
  const answers = await sendRequests(scene, 16, first?.cookies);
  await setWeights(scene, split(scene, 100, 0));
  const all = answers.every(from('2'));
  return { answer: all ? 'the cookie wins' : 'the weights win', detail: describe(answers) };
}

/** Longer than the check takes where time runs fast on a busy machine. */
const stickySeconds = 7 * 24 * 3600;

function shareOf(answers: readonly Answer[], isCounted: (answer: Answer) => boolean): number {
  return answers.filter(isCounted).length / answers.length;
}

/** Whether a share of so many requests is within four standard deviations, and so not only by chance. */
function isNear(share: number, wanted: number, requests: number): boolean {
  return Math.abs(share - wanted) < 4 * Math.sqrt((wanted * (1 - wanted)) / requests);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} % green`;
}

/** Such as `8 × 200 version 1, 8 × 503`. */
function describe(answers: readonly Answer[]): string {
  const counts = new Map<string, number>();
  for (const { status, version } of answers) {
    const kind = version === undefined ? `${status}` : `${status} version ${version}`;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].map(([kind, count]) => `${count} × ${kind}`).join(', ');
}
