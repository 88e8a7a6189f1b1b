import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noteCommands, readApprovalNote } from '../../src/canary/approval-note.ts';

describe('a note of 200 KB', () => {
  it.each([`/${'x'.repeat(200_000)}`, `/weight ${'9'.repeat(200_000)}`, `so: /hold ${'x'.repeat(200_000)}`])(
    'is repeated only in part',
    (note) => {
      const command = readApprovalNote(note);
      expect(command.kind === 'unreadable' && command.line.length).toBe(200);
    },
  );
});

describe('a note without a command is a remark', () => {
  it.each([
    [''],
    ['   \n\t\r\n'],
    ['looks good'],
    ['5xx in shop/api, see https://grafana.example/d/1'],
    ['25'],
    ['weight 25'],
    ['and/or\nfine'],
    ['50 % is fine! grün 緑 🟢'],
  ])('%j', (note) => {
    expect(readApprovalNote(note)).toEqual({ kind: 'none' });
  });
});

describe('a weight', () => {
  it.each<[string, number, boolean]>([
    ['/weight 25', 25, false],
    ['/weight 2.5', 2.5, false],
    ['/WEIGHT 25', 25, false],
    ['  /Weight   25  ', 25, false],
    ['/weight\t25%', 25, false],
    ['/weight 25 %', 25, false],
    ['/weight\u00a025\u00a0%', 25, false],
    ['/weight 0', 0, false],
    ['/weight 100', 100, false],
    ['/weight 100.0', 100, false],
    ['/weight 0.1', 0.1, false],
    ['/weight 025', 25, false],
    ['/weight 80!', 80, true],
    ['/weight 80 !', 80, true],
    ['/weight 80%!', 80, true],
    ['/weight 80 % !', 80, true],
    ['logs are clean\r\n/weight 25\r\nask Ann if in doubt', 25, false],
    ['logs are clean\r/weight 25', 25, false],
    ['see shop/api\u2028/weight 25', 25, false],
    ['\u200b/weight 25\ufeff', 25, false],
    ['\u202a\u2060 /weight 25', 25, false],
  ])('%j', (note, percent, confirmed) => {
    expect(readApprovalNote(note)).toEqual({ kind: 'weight', percent, confirmed });
  });

  it.each([
    ['/weight'],
    ['/weight !'],
    ['/weight %'],
    ['/weight 101'],
    ['/weight 100.1'],
    ['/weight 1000'],
    ['/weight -5'],
    ['/weight +5'],
    ['/weight 2,5'],
    ['/weight 2.55'],
    ['/weight 2.'],
    ['/weight .5'],
    ['/weight 1e1'],
    ['/weight 0x10'],
    ['/weight 25 50'],
    ['/weight 2 5'],
    ['/weight 2\u200b5'],
    ['/weight 25 please'],
    ['/weight 25!!'],
    ['/weight !25'],
    ['/weight 25!%'],
    ['/weight "25"'],
    ['/weight twenty'],
    ['/weight ٢٥'],
    ['/weight ２５'],
    ['/weight 25 %%'],
    ['/weight 25 # ok'],
  ])('%j is none, and the reader says how to write one', (note) => {
    expect(readApprovalNote(note)).toEqual({ kind: 'unreadable', line: note, why: expect.stringContaining('a dot') });
  });
});

describe('hold and rollback', () => {
  it.each([['/hold'], ['/HOLD'], [' /hold on, checking'], ['why?\n/hold\nbecause']])('%j holds', (note) => {
    expect(readApprovalNote(note)).toEqual({ kind: 'hold' });
  });

  it.each([
    ['/rollback', 'no reason given'],
    ['/rollback   ', 'no reason given'],
    ['/rollback: errors', 'errors'],
    ['/hold\nremark\n/rollback x', 'x'],
    ['/rollback x\n/api/orders fails', 'x'],
    ['/Rollback 5xx in /api/orders', '5xx in /api/orders'],
    ['/rollback Größe 緑 🔥 "x" `y` $(z)', 'Größe 緑 🔥 "x" `y` $(z)'],
    ['/rollback errors\r\nmore in the channel', 'errors'],
  ])('%j rolls back', (note, reason) => {
    expect(readApprovalNote(note)).toEqual({ kind: 'rollback', reason });
  });
});

describe('a lease', () => {
  it.each([
    ['/lease 30m', 30],
    ['/lease 2h', 120],
    ['/lease 1h30m', 90],
    ['/lease 3d', 3 * 24 * 60],
    ['/lease 1d12h', 36 * 60],
    ['/lease 7d', 7 * 24 * 60],
    ['/LEASE 2H', 120],
    ['\u200b /lease\t90m \ufeff', 90],
  ])('%j lets the planned share hold for %d minutes', (note, leaseMinutes) => {
    expect(readApprovalNote(`fine\n${note}\nask Ann`)).toEqual({ kind: 'none', leaseMinutes });
  });

  it.each(['/weight 25!\n/lease 2h', '/lease 2h\r\nbecause\r\n/weight 25!'])(
    'stands beside a weight, as in %j',
    (note) => {
      expect(readApprovalNote(note)).toEqual({ kind: 'weight', percent: 25, confirmed: true, leaseMinutes: 120 });
    },
  );

  it.each([
    '/lease',
    '/lease 2',
    '/lease 0h',
    '/lease 0m',
    '/lease -2h',
    '/lease 2.5h',
    '/lease 2 h',
    '/lease 2h please',
    '/lease 30m1h',
    '/lease two hours',
    '/lease 2w',
    '/lease 8d',
    '/lease 7d1m',
    '/lease 10081m',
    '/lease ٢h',
    '/lease ２h',
    '/lease 2\u200bh',
    '/lease 2h!',
    '/lease 99999999999999999999h',
  ])('%j is none, and the reader says how to write one', (note) => {
    expect(readApprovalNote(note)).toEqual({
      kind: 'unreadable',
      line: note,
      why: expect.stringContaining('such as 30m, 2h'),
    });
    expect(readApprovalNote(`/weight 25\n${note}`)).toMatchObject({ kind: 'unreadable', line: note });
  });

  it.each(['/hold\n/lease 2h', '/lease 2h\n/hold'])('is none beside another command, as in %j', (note) => {
    expect(readApprovalNote(note)).toMatchObject({
      kind: 'unreadable',
      why: expect.stringContaining('/lease and /override go with /weight or alone'),
    });
  });

  it.each(['/lease 2h\n/lease 2h', '/weight 5\n/weight 6\n/lease 2h', '/lease 1h\n/weight 5\n/lease 2h'])(
    'is given once, unlike in %j',
    (note) => {
      expect(readApprovalNote(note)).toMatchObject({
        kind: 'unreadable',
        why: expect.stringContaining('only one of /weight, /hold and /rollback'),
      });
    },
  );

  it('never stands in the way of a rollback', () => {
    expect(readApprovalNote('/lease x\n/rollback errors')).toEqual({ kind: 'rollback', reason: 'errors' });
  });

  it.each(['please /lease 2h', '`/lease 2h`', '- /lease 2h'])(
    'that is not alone on its line, as in %j, is no consent',
    (note) => {
      expect(readApprovalNote(note)).toMatchObject({ kind: 'unreadable', line: note });
    },
  );

  it('beside a weight that cannot be read is not read either', () => {
    expect(readApprovalNote('/weight 2,5\n/lease 2h')).toMatchObject({ kind: 'unreadable', line: '/weight 2,5' });
    expect(readApprovalNote('/wieght 25\n/lease 2h')).toMatchObject({ kind: 'unreadable', why: 'unknown command' });
  });
});

describe('an override', () => {
  it.each([
    ['/override fixes the outage', { kind: 'none', override: 'fixes the outage' }],
    ['/Override: 5xx in /api', { kind: 'none', override: '5xx in /api' }],
    ['/override x\n/weight 25', { kind: 'weight', percent: 25, confirmed: false, override: 'x' }],
    ['/lease 2h\n/override x', { kind: 'none', leaseMinutes: 120, override: 'x' }],
    [
      '/weight 5!\n/lease 2h\n/override x',
      { kind: 'weight', percent: 5, confirmed: true, leaseMinutes: 120, override: 'x' },
    ],
  ])('%j is read', (note, command) => {
    expect(readApprovalNote(note)).toEqual(command);
  });

  it.each([
    '/override',
    '/override:',
    '/hold\n/override x',
    '/override x\n/override y',
    'please /override it',
    '/overrides x',
  ])('%j is none', (note) => {
    expect(readApprovalNote(note)).toMatchObject({ kind: 'unreadable' });
  });
});

describe('a line with a slash that is not a command is unreadable, and never a remark', () => {
  it.each([
    ['/wieght 25'],
    ['/weight25'],
    ['/weight=25'],
    ['/ weight 25'],
    ['/'],
    ['//hold'],
    ['/holdon'],
    ['/ho\u200bld'],
    ['/promote'],
    ['/var/log/app.log'],
    ['\uff0fhold'],
    ['\u2215weight 25'],
  ])('%j', (note) => {
    expect(readApprovalNote(note)).toEqual({ kind: 'unreadable', line: note, why: 'unknown command' });
  });

  it.each([['/weight 25\n/weight 50'], ['/weight 25\n/weight 25'], ['/hold\nremark\n/weight 5']])(
    '%j is more than one command',
    (note) => {
      const said = readApprovalNote(note);
      expect(said).toMatchObject({
        kind: 'unreadable',
        why: expect.stringContaining('only one of /weight, /hold and /rollback'),
      });
      for (const line of note.split('\n').filter((one) => one.startsWith('/')))
        expect(said).toHaveProperty('line', expect.stringContaining(line));
    },
  );
});

it.each([
  ['`/weight 5`'],
  ['- /rollback bad'],
  ['Please /hold'],
  ['"/hold"'],
  ['Not good: `/rollback errors`'],
  ['\\hold'],
])('a command that is not alone on its line, as in %j, is no consent', (note) => {
  expect(readApprovalNote(note)).toMatchObject({ kind: 'unreadable', line: note });
});

describe('several commands on one line are no consent, because the second would be lost', () => {
  it.each([
    '/weight 25 /lease 2h',
    '/lease 2h /weight 25',
    '/override payments are down /weight 5',
    '/override payments are down, so /rollback',
    '/hold /lease 2h',
    '/hold, then /weight 5',
    '/override urgent,/weight 5',
    '/override urgent(/weight 5)',
    '/override "urgent"/weight 5',
    '/weight 25!\t\uff0flease 2h',
  ])('%j', (note) => {
    expect(readApprovalNote(note)).toEqual({
      kind: 'unreadable',
      line: note,
      why: 'each command needs a line of its own',
    });
  });

  it.each(['/rollback /weight 25 was too much', '/weight 5 /hold\n/rollback errors'])('but %j rolls back', (note) => {
    expect(readApprovalNote(note)).toMatchObject({ kind: 'rollback' });
  });

  it('but an override may quote a path', () => {
    const override = 'see https://wiki.example/hold, https://hold.example and /api/orders';
    expect(readApprovalNote(`/override ${override}`)).toEqual({ kind: 'none', override });
  });
});

it.each(['/lease 2h\nplease /weight 5', 'rather /hold\n/override outage', '- /weight 5\n/lease 2h\n/override x'])(
  'a share that only a remark names is no consent to the planned one, as in %j',
  (note) => {
    expect(readApprovalNote(note)).toMatchObject({
      kind: 'unreadable',
      line: expect.stringMatching(/\/(weight 5|hold)/),
    });
  },
);

it('every command in the instructions is understood', () => {
  const offered = noteCommands.match(/\/[a-z]+(?: \d+(?:\.\d)?[!h]?| reason)?/g) ?? [];
  expect(offered.map(readApprovalNote)).toEqual([
    { kind: 'weight', percent: 25, confirmed: false },
    { kind: 'weight', percent: 25, confirmed: true },
    { kind: 'hold' },
    { kind: 'rollback', reason: 'reason' },
    { kind: 'unreadable', line: '/weight', why: expect.any(String) },
    { kind: 'none', leaseMinutes: 120 },
    { kind: 'none', override: 'reason' },
  ]);
});

describe('any typed text', () => {
  const blank = fc.constantFrom('', ' ', '\t', '  ');
  const remark = fc
    .string({ unit: 'grapheme' })
    .filter((text) => !/(^|[\n\r\v\f\u0085\u2028\u2029])[^a-z0-9]*[/⁄∕／]/i.test(text));

  it('a share from 0 to 100 in tenths is read as that share, and as no other', () => {
    const share = fc.integer({ min: 0, max: 1000 });
    fc.assert(
      fc.property(share, fc.boolean(), fc.boolean(), blank, remark, (tenths, percentSign, confirmed, space, other) => {
        const typed = String(tenths / 10);
        const line = `/weight ${space}${typed}${space}${percentSign ? '%' : ''}${space}${confirmed ? '!' : ''}`;
        expect(readApprovalNote(`${other}\n${line}\r\n${other}`)).toEqual({
          kind: 'weight',
          percent: tenths / 10,
          confirmed,
        });
      }),
    );
  });

  it('a weight is always a number from the note, after the word', () => {
    const pieces = fc.constantFrom(
      '/weight',
      '/hold',
      ' ',
      '\n',
      '2',
      '5',
      '100',
      '0',
      '.',
      ',',
      '%',
      '!',
      '-',
      'e',
      '٢',
      'x',
      '/',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), fc.boolean(), (parts, command) => {
        const note = `${command ? '/weight ' : ''}${parts.join('')}`;
        const said = readApprovalNote(note);
        if (said.kind !== 'weight') return;
        const [, typed] = /^\s*\/weight\s+0*(\d+(?:\.\d)?)\s*%?\s*(?:!\.?)?\s*$/m.exec(note) ?? [];
        expect(typed).toBeDefined();
        expect(said.percent).toBe(Number(typed));
        expect(said.percent).toBeLessThanOrEqual(100);
      }),
      { numRuns: 2000 },
    );
  });

  it('reading never throws, and a line that starts with a slash is never a remark', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (before, after) => {
        expect(readApprovalNote(`${before}\n/${after}`).kind).not.toBe('none');
      }),
    );
  });
});
