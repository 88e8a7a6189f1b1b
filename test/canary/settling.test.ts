import { describe, expect, it } from 'vitest';
import type { ListenerRule } from '../../src/canary/listener-rule.ts';
import { awaitQuietGreen, greenIdleSince, type Settling, shrink, tagTime, whyKept } from '../../src/canary/settling.ts';
import type { Traffic } from '../../src/canary/traffic.ts';
import { type Sample, sampleRule, sampleTraffic } from './sample-traffic.ts';

const quiet: Settling = { quietSeconds: 120, settleSeconds: 120, patienceSeconds: 900 };

/** Traffic whose rules are sticky for these many seconds; 0 means no stickiness. */
function sticky(seconds: readonly number[], sample: Sample = {}): Traffic {
  const traffic = sampleTraffic({ ...sample, others: seconds.slice(1).map(() => ({ blue: 100, green: 0 })) });
  const stick = (rule: ListenerRule, DurationSeconds = 0): ListenerRule => ({
    ...rule,
    actions: rule.actions.map((action) => ({
      ...action,
      ForwardConfig: {
        ...action.ForwardConfig,
        TargetGroupStickinessConfig: { Enabled: DurationSeconds > 0, DurationSeconds: DurationSeconds || 700 },
      },
    })),
  });
  return {
    ...traffic,
    productionRules: traffic.productionRules.map((productionRule, index) => ({
      ...productionRule,
      rule: stick(productionRule.rule, seconds[index]),
    })),
  };
}

const shrinking = (traffic: Traffic, settling: Settling, percent = 20) =>
  shrink(traffic, traffic.green, percent, settling, ', which no longer serves traffic');

describe('a colour that lost its traffic', () => {
  it.each<[number, Settling, number, number]>([
    [0, { ...quiet, quietSeconds: 0 }, 120, 0],
    [0, { ...quiet, quietSeconds: 0.4 }, 120, 0],
    [0, { ...quiet, quietSeconds: 60 }, 60, 50],
    [0, { ...quiet, quietSeconds: 119 }, 1, 99],
    [0, { ...quiet, quietSeconds: 119.5 }, 1, 99],
    [0, { ...quiet, quietSeconds: 0, settleSeconds: 1 }, 1, 0],
    [60, { ...quiet, quietSeconds: 90 }, 30, 75],
    [300, { ...quiet, quietSeconds: 120 }, 180, 40],
    [900, { ...quiet, quietSeconds: 899 }, 1, 99],
  ])(
    'with visitors that stick for %i seconds stays as it is after %o, %i seconds more',
    (stuck, settling, left, percent) => {
      expect(shrinking(sticky([stuck]), settling)).toMatchObject({
        kind: 'wait',
        reason: expect.stringContaining(
          `Green stays at 100 % for another ${left} s (of ${Math.max(settling.settleSeconds, stuck)} s)`,
        ),
        seconds: left,
        percent,
      });
    },
  );

  it.each<[number, Settling]>([
    [0, quiet],
    [0, { ...quiet, quietSeconds: 0, settleSeconds: 0 }],
    [120, quiet],
    [300, { ...quiet, quietSeconds: 300 }],
    [900, { ...quiet, quietSeconds: 900 }],
  ])('with visitors that stick for %i seconds is made smaller after %o', (stuck, settling) => {
    expect(shrinking(sticky([stuck]), settling)).toEqual({
      kind: 'change',
      reason: 'Scaling green, which no longer serves traffic, from 100 % down to 20 %.',
      change: { kind: 'scale-task-set', serviceArn: 'arn:service', cluster: 'c', taskSetId: 'green', percent: 20 },
    });
  });

  it('mentions stickiness only where it lasts longer than the nodes lag', () => {
    const early = { ...quiet, quietSeconds: 0 };
    for (const [stuck, says] of [
      [0, false],
      [120, false],
      [121, true],
    ] as const)
      expect(JSON.stringify(shrinking(sticky([stuck]), early)).includes('and stickiness ends')).toBe(says);
  });

  it.each([
    [20, 20],
    [10, 20],
    [0, 0],
  ])('and is at %i percent already is left at that where %i were asked for', (scale, percent) => {
    const traffic = sampleTraffic({ greenScale: scale });
    expect(shrinking(traffic, { ...quiet, quietSeconds: 0 }, percent)).toBeUndefined();
    expect(whyKept(traffic, traffic.green, percent, quiet)).toEqual([]);
  });

  it('waits for the longest stickiness of several rules', () => {
    expect(shrinking(sticky([0, 500, 30]), { ...quiet, quietSeconds: 130 })).toMatchObject({ seconds: 370 });
  });
});

describe('a colour that is kept as large as it is', () => {
  it('stays, with the command, where a rule keeps visitors longer than the step waits', () => {
    const traffic = sticky([0, 901]);
    expect(shrinking(traffic, { ...quiet, quietSeconds: 5000 })).toBeUndefined();
    expect(whyKept(traffic, traffic.green, 20, quiet)).toEqual([
      'Green stays at 100 %: stickiness keeps visitors on it for up to 901 seconds, longer than this step can wait. After that time, run: aws ecs update-task-set --cluster c --service service --task-set green --scale value=20,unit=PERCENT --region REGION , or raise EcsCanary.TimeoutMinutes to at least 31 and run the step again.',
    ]);
    expect(whyKept(sticky([900]), traffic.green, 20, quiet)).toEqual([]);
  });

  it('is not told to raise the time limit above what EcsCanary.TimeoutMinutes accepts', () => {
    const hint = (seconds: number) => {
      const traffic = sticky([seconds]);
      return whyKept(traffic, traffic.green, 20, quiet).join();
    };
    expect(hint(21_600)).toContain('raise EcsCanary.TimeoutMinutes to at least 720');
    expect(hint(21_601)).toMatch(/--scale value=20,unit=PERCENT --region REGION \.$/);
  });

  it.each([
    ['Blue', 'waysToBlue', 'bypassRules'],
    ['Green', 'bypassRules', 'waysToBlue'],
  ] as const)('stays, with their names, where users reach %s through other rules', (colour, own, other) => {
    const productionRule = { ...sampleRule(), arn: 'arn:rule', priority: '7' };
    const plain = sampleTraffic();
    const idle = colour === 'Blue' ? plain.blue : plain.green;
    const reached = { ...plain, [own]: [productionRule] };
    expect(shrink(reached, idle, 20, quiet, '')).toBeUndefined();
    expect(whyKept(reached, idle, 20, quiet)).toEqual([
      expect.stringMatching(new RegExp(`^${colour} stays at 100 %: users still reach it through .*arn:rule`)),
    ]);
    expect(whyKept(reached, idle, 100, quiet)).toEqual([]);
    const elsewhere = { ...plain, [other]: [productionRule] };
    expect(shrink(elsewhere, idle, 20, quiet, '')).toMatchObject({ kind: 'change' });
    expect(whyKept(elsewhere, idle, 20, quiet)).toEqual([]);
  });
});

describe('a green that is to be replaced', () => {
  const lost = '2026-03-01T03:04:05Z';
  const at = (seconds: number) => Date.parse(lost) + seconds * 1000;
  const { service } = sampleTraffic();
  const idleSince = (value: string) => ({ ...service, tags: { ...service.tags, EcsCanaryGreenIdleSince: value } });

  const runAt = (seconds: number, startedAt = seconds) => ({
    startedAt: new Date(Math.floor(at(startedAt))),
    now: at(seconds),
  });

  it('waits no longer than configured where the worker that wrote the tag had a fast clock', () => {
    const run = (passed: number) => runAt(passed - 86_400, -86_400);
    expect(awaitQuietGreen(idleSince(lost), 120, run(60))).toMatchObject({ seconds: 60 });
    expect(awaitQuietGreen(idleSince(lost), 120, run(120))).toBeUndefined();
  });

  it.each([
    [0, 120, 0],
    [0.4, 120, 0],
    [1, 119, 0],
    [60, 60, 50],
    [119, 1, 99],
    [119.9, 1, 99],
    // Another worker's clock is ahead of this one's.
    [-30, 120, 0],
    [-86_400, 120, 0],
  ])('is left alone %d seconds after it lost its traffic, for %i more', (passed, left, percent) => {
    expect(awaitQuietGreen(idleSince(lost), 120, runAt(passed))).toEqual({
      kind: 'wait',
      reason: `Green had traffic until ${lost}. Replacing it in ${left} s, so that every load balancer node applies the new weights first.`,
      percent,
      seconds: left,
    });
  });

  it.each([
    ['after the time', lost, 120, 120],
    ['long after the time', lost, 120, 86_400],
    ['where no settling time is set', lost, 0, 0],
    ['where the time is unknown', 'Purple', 120, 0],
    ['where the tag is empty', '', 120, 0],
  ])('is replaced %s', (_, tag, settle, passed) => {
    expect(awaitQuietGreen(idleSince(tag), settle, runAt(passed))).toBeUndefined();
  });

  it('is replaced where it never had any traffic', () => {
    expect(awaitQuietGreen(service, 120, runAt(0))).toBeUndefined();
  });
});

describe('the time at which green lost its traffic', () => {
  const { service } = sampleTraffic();
  const tagged = (value: string) => ({ ...service, tags: { EcsCanaryGreenIdleSince: value } });

  it('is written in UTC, to the millisecond, and read back unchanged', () => {
    const time = Date.parse('2026-03-01T03:04:05.678Z');
    expect(tagTime(time)).toBe('2026-03-01T03:04:05.678Z');
    expect(tagTime(0)).toBe('1970-01-01T00:00:00.000Z');
    for (const each of [0, time]) expect(greenIdleSince(tagged(tagTime(each)))).toBe(each);
  });

  it('is unknown where the tag is missing or invalid', () => {
    expect(greenIdleSince(service)).toBeUndefined();
    for (const value of ['', 'Purple', 'yesterday']) expect(greenIdleSince(tagged(value))).toBeUndefined();
  });
});
