import { describe, expect, it } from 'vitest';
import { ParameterProblem } from '../../src/parameters/parameters.ts';
import {
  arn,
  checkbox,
  choice,
  decimal,
  integer,
  keyedLines,
  keyValueLines,
  list,
  matching,
  optional,
  required,
  text,
} from '../../src/parameters/parsers.ts';

function problemOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(ParameterProblem);
    return (error as ParameterProblem).message;
  }
  throw new Error('nothing was refused');
}

describe('scalar parsers', () => {
  it('trims text and refuses an expression that Octopus left unresolved', () => {
    expect(text('  my-stack \n')).toBe('my-stack');
    expect(problemOf(() => text('web-#{Octopus.Environment.Nme}'))).toContain('#{Octopus.Environment.Nme}');
  });

  it('tells a missing value from an optional one', () => {
    expect(problemOf(() => required(text)(' \n'))).toBe('a value is required.');
    expect(required(text)('x')).toBe('x');
    expect(optional(integer(1, 2))(' ')).toBeUndefined();
    expect(optional(integer(1, 2))('2')).toBe(2);
  });

  it.each(['0', '65536', '80.0', '1e2', '0x50', 'eighty', '', '٣'])('refuses %j as a port', (raw) => {
    expect(problemOf(() => integer(1, 65535)(raw))).toContain('is not a whole number from 1 to 65535');
  });

  it('accepts one decimal, and says so when there are more', () => {
    const percent = decimal(0, 100, 1);
    expect([percent('0'), percent(' 12.5 '), percent('100.0')]).toEqual([0, 12.5, 100]);
    for (const raw of ['12,5', '12.55', '100.1', '-1', 'NaN', '10%']) {
      expect(problemOf(() => percent(raw))).toContain('from 0 to 100 with at most 1 decimal.');
    }
  });

  it('knows choices and checkboxes in any casing', () => {
    expect(choice('FARGATE', 'EC2')('fargate')).toBe('FARGATE');
    expect(problemOf(() => choice('FARGATE', 'EC2')('lambda'))).toBe('"lambda" is not one of FARGATE, EC2.');
    expect(['True', 'true', 'yes', '1', 'False', '', 'no'].map(checkbox)).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(problemOf(() => checkbox('on'))).toContain('neither True nor False');
  });

  it('checks patterns and ARNs of every partition', () => {
    const role = arn('iam', /^role\/.+/, 'the ARN of an IAM role');
    for (const partition of ['aws', 'aws-cn', 'aws-us-gov', 'aws-iso', 'aws-iso-b', 'aws-eusc'])
      expect(role(`arn:${partition}:iam::123456789012:role/path/x`)).toContain('role/path/x');
    for (const raw of [
      'my-role',
      'arn:aws:iam::123456789012:user/x',
      'arn:aws:s3:::role/x',
      'arn:aws:iam::1:role/a b',
    ]) {
      expect(problemOf(() => role(raw))).toContain('is not the ARN of an IAM role');
    }
    expect(problemOf(() => matching(/^vpc-/, 'a VPC id')('subnet-1'))).toBe('"subnet-1" is not a VPC id.');
  });

  it('cuts long values in messages', () => {
    expect(problemOf(() => integer(1, 2)('x'.repeat(5000))).length).toBeLessThan(160);
  });
});

describe('list', () => {
  it('splits at commas and lines', () => {
    expect(list()(' a, b\r\nc,\n\n d ')).toEqual(['a', 'b', 'c', 'd']);
    expect(list()('')).toEqual([]);
    expect(list(integer(1, 9))('3\n4')).toEqual([3, 4]);
    expect(problemOf(() => list()('a,b,a'))).toBe('"a" is given twice.');
  });
});

describe('keyValueLines', () => {
  it('keeps everything after the first equals sign', () => {
    const raw = '# comment\nURL=https://x/?a=b\r\n\n EMPTY=\n SPACED = two words \n__proto__=own';
    const parsed = keyValueLines(raw);
    expect(Object.entries(parsed)).toEqual([
      ['URL', 'https://x/?a=b'],
      ['EMPTY', ''],
      ['SPACED', 'two words'],
      ['__proto__', 'own'],
    ]);
  });

  it('names the line and the key, and never the value', () => {
    expect(problemOf(() => keyValueLines('A=1\nhunter2'))).toBe('line 2 is not of the form KEY=value.');
    expect(problemOf(() => keyValueLines('=hunter2'))).toBe('line 1 is not of the form KEY=value.');
    expect(problemOf(() => keyValueLines('A=1\nB=2\nA=hunter2'))).toBe('line 3: "A" is given twice.');
    expect(problemOf(() => keyValueLines('A=hunter2#{hunter2'))).toBe(
      'line 1 (A): it still contains #{: Octopus found no variable of that name in this environment; add it under Variables in the project, with a scope that includes this environment.',
    );
    const pasted = `${'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj+/'}==`;
    const names = keyedLines(/^\w+$/, 'a name', text);
    expect(problemOf(() => names(pasted))).toBe('line 1: "MII…" is not a name.');
    expect(problemOf(() => keyValueLines(`${pasted}\n${pasted}`))).toBe('line 2: "MII…" is given twice.');
    expect(problemOf(() => keyValueLines('A=hunter2 #{Missing}'))).toMatch(
      /^line 1 \(A\): it still contains #\{Missing\}/,
    );
  });

  const names = keyedLines(/^[a-z_][\w.-]*$/i, 'a name', (value) => {
    if (!value.startsWith('arn:')) throw new ParameterProblem('the value is not an ARN.');
    return value;
  });

  it.each([
    ['in the manner of YAML', 'API_KEY: c2VjcmV0LWtleS0xMjM0NQ==', 'line 1: "API_KEY…" is not a name.'],
    [
      'with a colon, and an equals sign of its own',
      'DB_PASSWORD: Tr0ub4dor&3=horse',
      'line 1: "DB_PASSWORD…" is not a name.',
    ],
    ['as a line of JSON', ' "DB_PASSWORD": "s3cr3t=tail",', 'line 1: ""DB…" is not a name.'],
    ['without its name', 'c2VjcmV0+LWtleS0xMjM0NQ==', 'line 1: "c2V…" is not a name.'],
    ['without its name, which could be one', 'c2VjcmV0LWtleS0xMjM0NQ==', 'line 1 (c2V…): the value is not an ARN.'],
    ['behind a command', 'export DB_PASSWORD=hunter2', 'line 1: "export…" is not a name.'],
  ])('shows nothing of a secret that was typed %s', (_how, raw, told) => {
    expect(problemOf(() => names(raw))).toBe(told);
  });

  it('takes for the name of a variable only what looks like one, and else shows the opening alone', () => {
    for (const value of ['#{Tr0ub4dor&3}', '#{kQ9-longtail"}', '#{1234567}', '#{"x"}'])
      expect(problemOf(() => keyValueLines(`A=abc${value}x`))).toMatch(/still contains #\{: Octopus/);
    for (const value of ['#{Octopus.Action[Shift to 10%].Output.Weight}', '#{ Db Password | ToBase64}'])
      expect(problemOf(() => keyValueLines(`A=${value}`))).toContain(`still contains ${value}: Octopus`);
  });
});

describe('several bad lines', () => {
  const named = keyedLines(/^[A-Z]+$/, 'a name', text);

  it('are all named in one refusal, not the first alone', () => {
    expect(problemOf(() => named('A B=1\nC D=2\n# fine\nE=1\n1X=3\nnothing')).split('\n    ')).toEqual([
      'line 1: "A…" is not a name.',
      'line 2: "C…" is not a name.',
      'line 5: "1X" is not a name.',
      'line 6 is not of the form KEY=value.',
    ]);
    expect(problemOf(() => keyValueLines('A=1\nA=2\nB=1\nB=2'))).toBe(
      'line 2: "A" is given twice.\n    line 4: "B" is given twice.',
    );
    expect(problemOf(() => keyedLines(/^/, '', integer(0, 9))('A=x\nB=1\nC=y'))).toMatch(
      /^line 1 \(A\): .*\n +line 3 \(C\): /,
    );
  });

  it('are named up to a number that a person reads', () => {
    const told = problemOf(() => named('x=1\n'.repeat(1000)));
    expect(told.split('\n')).toHaveLength(6);
    expect(told).toMatch(/line 5: .*\n +and 995 more\.$/);
  });

  it('in a list are all named, each once', () => {
    expect(problemOf(() => list(integer(1, 9))('3\nx\n3,3\ny'))).toBe(
      '"x" is not a whole number from 1 to 9.\n    "3" is given twice.\n    "y" is not a whole number from 1 to 9.',
    );
  });
});
