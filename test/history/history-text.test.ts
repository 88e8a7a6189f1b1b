import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatEntry, parseEntry } from '../../src/canary/ledger-entry.ts';
import { renderHistory } from '../../src/history/history-text.ts';
import { entriesOf, overruledCanary, threeCanaries } from './entries.ts';

const time = '2026-11-28T10:00:00Z';

describe('the history', () => {
  const text = renderHistory(threeCanaries);

  it('tells each canary, the newest last, in 80 columns', () => {
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect([...text.matchAll(/^Canary .*$/gm)].map(([title]) => title)).toEqual([
      'Canary 2: rolled back',
      'Canary 3: promoted (release 1.4.0 of Shop to Production, Deployments-13)',
      'Canary 4: open (release 1.5.0 of Shop to Production, Deployments-14)',
    ]);
    expect(text).toMatch(
      /\n {4}5 {2}2026-11-27 14:02:11 {2}share +10 % → 50 %\n {7}Jane Doe at Approve 50_\n {7}in Deployments-12\n {7}green was worse \(errors: green 41 of 2,050, blue 3 of 6,100\)\n/,
    );
    expect(text).toContain('When (UTC)');
  });

  it('says what to learn, and what came of it', () => {
    const words = text.replace(/\s+/g, ' ');
    expect(words).toContain(
      'Green was worse at 2 decisions; at 1 of them somebody went on. What came of that canary: rolled back.',
    );
    expect(words).toContain(
      'Canary 2, no. 5 at Approve 50_: green was worse (errors: green 41 of 2,050, blue 3 of 6,100), but Jane Doe went on (10 % → 50 %), saying “known cause: the nightly job”. The canary was rolled back.',
    );
    expect(words).toContain('but Bob waited at 10 %, saying “/hold until lunch”. The canary was promoted.');
  });

  it('says how far back it goes', () => {
    const words = text.replace(/\s+/g, ' ');
    expect(words).toContain('Older entries are gone (1 to 4): the ledger begins with no. 5 at 2026-11-27 14:02:11 UTC');
    expect(words).toContain('Missing: 10, because somebody edited the tags.');
    expect(words).toContain('last 16 entries');
    const whole = renderHistory(entriesOf(`1 c1 ${time} begin 0 to 0`)).replace(/\s+/g, ' ');
    expect(whole).toContain('The ledger is complete: it begins with no. 1');
    expect(whole).toContain('Nobody has decided anything yet.');
  });

  it('of an empty ledger says who fills it', () => {
    expect(renderHistory([])).toContain('no step has recorded a decision yet');
    expect(
      renderHistory([])
        .split('\n')
        .filter((line) => line.length > 80),
    ).toEqual([]);
  });
});

describe('the history of a canary with a Guard', () => {
  it('tells who overruled Guard, what forced a hold, and what Guard did', () => {
    const words = renderHistory(overruledCanary).replace(/\s+/g, ' ');
    expect(words).toContain(
      'hold 0 % Bob at Approve 50_ because nobody confirmed a larger share after Guard took traffic from green “looks good”',
    );
    expect(words).toContain('share 0 % → 25 % Jane Doe at Approve 60_ overruling Guard “/weight 25_”');
    expect(words).toMatch(/retreat 25 % → 0 % Guard in RunbookRuns-7 green was worse \(errors: [^)]*\) 4 /);
    expect(words).toContain('retreat 25 % → 0 % Guard in RunbookRuns-7 because CloudWatch had no figures for green 7 ');
    expect(words).toContain('lease-ended 25 % → 10 % Guard in RunbookRuns-8 9 ');
    expect(words).toContain(
      'Guard took traffic from green, and at 2 decisions somebody overruled it. What came of that canary: promoted. - Canary 1, no. 5 at Approve 60_: Guard had taken traffic from green, but Jane Doe gave it back (0 % → 25 %), saying “/weight 25_”. Guard took traffic from green again (no. 6). The canary was promoted. - Canary 1, no. 7',
    );
    expect(words).toContain('No decision here has a verdict.');
    expect(words).not.toContain('waited');
  });

  it.each([
    [['retreat 10 to 0', 'rollback 10 to 0'], 'Guard took traffic from green, and nobody overruled it.'],
    [
      ['retreat 10 to 0', 'share 0 to 10 note +overruled-guard /weight 10_', 'retreat 10 to 0'],
      'What came of that canary: retreated. - Canary 1, no. 2: Guard had taken traffic from green, but somebody gave it back (0 % → 10 %), saying “/weight 10_”. Guard took traffic from green again (no. 3). How',
    ],
    [
      ['share 0 to 10 verdict CannotTell', 'share 10 to 50 verdict NoEvidence'],
      'Green was worse at none of the decisions. Green was no worse, or better, at none of the decisions. Nobody could tell yet, or there was no evidence, at 2 decisions. How',
    ],
    [['share 0 to 10 note +overruled-guard'], 'but somebody gave it back (0 % → 10 %). The canary is still open. How'],
  ])('%s', (texts, told) => {
    const entries = entriesOf(...texts.map((text, index) => `${index + 1} c1 ${time} ${text}`));
    expect(renderHistory(entries).replace(/\s+/g, ' ')).toContain(told);
  });
});

it('the history stays within its columns, and shows nothing that a terminal obeys, whatever people wrote', () => {
  const anyText = fc.string({ unit: 'binary', minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(anyText, anyText, anyText, (by, approvalStep, note) => {
      const entry = parseEntry(
        formatEntry({ n: 1, chapter: 1, kind: 'share', at: 0, from: 0, to: 10, by, approvalStep, note }),
      );
      if (!entry) throw new TypeError('unreadable');
      for (const one of [entry, { ...entry, by, note }]) {
        const shown = renderHistory([one]);
        expect(shown.split('\n').filter((line) => line.length > 80)).toEqual([]);
        expect(shown.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\p{Cf}/u);
      }
    }),
  );
});
