import { describe, expect, it } from 'vitest';
import { describeRetreat, formatRetreat, type Retreat, retreatOf, retreatTagKey } from '../../src/canary/retreat.ts';

const at = Date.UTC(2026, 10, 29, 2, 14, 5);
const retreat: Retreat = {
  ...{ at, from: 25, to: 0, cause: 'Worse', kinds: ['errors'] },
  counts: { green: { errors: 41, requests: 2050 }, blue: { errors: 3, requests: 6100 } },
};
const green = 'ecs-svc/123';

function read(text: string, of = green): Retreat | undefined {
  return retreatOf({ tags: { [retreatTagKey]: text } }, of);
}

describe('the tag of a retreat', () => {
  it('is one that a person can read, and that AWS accepts', () => {
    const text = formatRetreat({ ...retreat, kinds: ['crash loop', 'errors'] }, green);
    expect(text).toBe(
      'ecs-svc/123 2026-11-29T02:14:05Z from 25 to 0 green 41/2050 blue 3/6100 Worse crash-loop+errors',
    );
    expect(text).toMatch(/^[\p{L}\p{N} +\-=._:/@]{1,256}$/u);
  });

  it.each<[string, Retreat]>([
    ['with figures', retreat],
    ['without figures', { at, from: 12.5, to: 2.5, cause: 'Worse', kinds: ['health', 'crash-loop'] }],
    ['because of silence', { at, from: 50, to: 0, cause: 'silent', kinds: [] }],
  ])('is read as it was written %s', (_, written) => {
    expect(read(formatRetreat(written, green))).toEqual(written);
  });

  it('of another green counts for nothing', () => {
    expect(read(formatRetreat(retreat, green), 'ecs-svc/124')).toBeUndefined();
  });

  it.each([
    '',
    'none',
    'somebody wrote this',
    'ecs-svc/123 yesterday from 25 to 0 Worse',
    'ecs-svc/123 2026-99-29T02:14:05Z from 25 to 0 Worse',
    'ecs-svc/123 2026-11-29T02:14:05Z from 25 to 0',
    'ecs-svc/123 2026-11-29T02:14:05Z from 25 to 0 Worse `rm`',
  ])('is no error if it is %j', (text) => {
    expect(read(text)).toBeUndefined();
  });
});

describe('the sentence about a retreat', () => {
  it('has the figures, and the date only if it is another day', () => {
    expect(describeRetreat(retreat, at)).toBe(
      'Guard took green from 25 % to 0 % at 02:14 UTC: 41 of 2,050 requests failed, blue 3 of 6,100.',
    );
    expect(describeRetreat(retreat, at + 86_400_000)).toContain('at 2026-11-29 02:14 UTC:');
  });

  it.each([
    [['latency'], ': it was slower than blue.'],
    [['health', 'errors'], ': 41 of 2,050 requests failed, blue 3 of 6,100; it had no healthy target.'],
    [['something new'], ': it was worse than blue.'],
    [[], ': 41 of 2,050 requests failed, blue 3 of 6,100.'],
  ])('says why it was: %j', (kinds, end) => {
    expect(describeRetreat({ ...retreat, kinds }, at)).toContain(end);
  });

  it('does not call silence an error', () => {
    const { counts: _, ...silent } = retreat;
    expect(describeRetreat({ ...silent, cause: 'silent', kinds: [] }, at)).toContain(
      ': CloudWatch had no figures for green, although it had some for blue.',
    );
  });
});
