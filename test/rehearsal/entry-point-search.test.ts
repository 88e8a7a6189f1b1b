import { describe, expect, it } from 'vitest';
import { findEntryPoints } from '../../src/rehearsal/entry-point-search.ts';
import type { StackListener } from '../../src/rehearsal/stack-traffic.ts';
import { readTold } from '../../src/rehearsal/users-rules.ts';
import {
  elsewhere,
  redirect,
  type SampleRule,
  sampleListener,
  sampleTraffic,
  toBlue,
  toBoth,
  toGreen,
} from './stack-traffic-samples.ts';

/** Entry point name → host and path that its users request. */
function entryPointsOf(
  listeners: readonly StackListener[],
  testListeners: readonly string[] = [],
): Readonly<Record<string, string>> {
  const { traffic, urls } = sampleTraffic(...listeners);
  const { entryPoints } = findEntryPoints(
    traffic,
    urls,
    readTold({ 'EcsCanary.Parts': testListeners.map((name) => `TestListener=${name}`).join('\n') }),
  );
  return Object.fromEntries(
    entryPoints.map(({ name, url, host = '', kind }) => [
      name,
      `${kind === 'redirect' ? 'redirect ' : ''}${host}${url.replace(/^http:\/\/127\.0\.0\.1:\d+/, '')}`,
    ]),
  );
}

const only = (...rules: readonly SampleRule[]) => entryPointsOf([sampleListener(80, rules)]);

describe('findEntryPoints', () => {
  it('finds an entry point for each path and host, and for default actions', () => {
    const secure = sampleListener(443, [{ paths: ['/a/*', '/b'], hosts: ['shop.example.com', '*.example.org'] }]);
    const plain = sampleListener(80, [], { last: redirect });
    const internal = sampleListener(8080, [], { last: toBoth });
    expect(entryPointsOf([plain, secure, internal])).toEqual({
      'HTTP:80 (default)': 'redirect /',
      'HTTPS:443 shop.example.com/a/*': 'shop.example.com/a/x',
      'HTTPS:443 shop.example.com/b': 'shop.example.com/b',
      'HTTPS:443 *.example.org/a/*': 'x.example.org/a/x',
      'HTTPS:443 *.example.org/b': 'x.example.org/b',
      'HTTP:8080 (default)': '/',
    });
  });

  it('requests what no rule of smaller priority matches', () => {
    expect(only({ priority: 8, paths: ['/api/*'] }, { paths: ['/*'] })).toEqual({
      'HTTP:80 /api/*': '/api/x',
      'HTTP:80 /*': '/',
    });
    expect(only({ paths: ['/', '/x*'], foreign: true }, { paths: ['*'] })).toEqual({ 'HTTP:80 *': '/y' });
    expect(only({ hosts: ['x.example.com'], action: elsewhere }, { hosts: ['*.example.com'] })).toEqual({
      'HTTP:80 *.example.com': 'y.example.com/',
    });
  });

  it.each<[string, readonly SampleRule[], readonly string[]]>([
    ['another rule matches all of its requests', [{ paths: ['/*'] }, { paths: ['/api/*'] }], ['HTTP:80 /*']],
    ['it needs a query string', [{ more: [query('preview', '1')] }], []],
    ['it needs a header that nobody sends', [{ more: [header('X-Preview', '1')] }], []],
    ['it needs another method', [{ more: [method('POST')] }], []],
    ['it needs an office address', [{ more: [from('203.0.113.0/24')] }], []],
    ['it is for another service', [{ paths: ['/other/*'], action: elsewhere }], []],
    ['it does not belong to the stack', [{ paths: ['/theirs/*'], foreign: true }], []],
    ['no sample request matches it', [{ more: [regex('^/[a-z]{40}$')] }], []],
  ])('finds no entry point for a rule if %s', (_, rules, expected) => {
    expect(Object.keys(only(...rules))).toEqual(expected);
  });

  it.each<[string, SampleRule, string]>([
    ['every header', { more: [header('Accept', '*')] }, 'HTTP:80 (rule 10)'],
    ['every address', { more: [from('0.0.0.0/0'), method('GET')], paths: ['/*'] }, 'HTTP:80 /*'],
    ['a regular expression', { more: [regex('^/v2/.*$')] }, 'HTTP:80 ^/v2/.*$'],
    ['an escaped asterisk', { paths: ['/a\\*b'] }, 'HTTP:80 /a\\*b'],
    ['blue only', { paths: ['/old/*'], action: toBlue }, 'HTTP:80 /old/*'],
    ['green only', { paths: ['/new/*'], action: toGreen }, 'HTTP:80 /new/*'],
  ])('finds an entry point for a rule for %s', (_, rule, name) => {
    expect(Object.keys(only(rule))).toEqual([name]);
  });
});

describe('findEntryPoints, for listeners', () => {
  it('finds no entry point for a default action that a rule hides', () => {
    const hidden = sampleListener(80, [{ paths: ['/*'] }], { last: toBoth });
    expect(Object.keys(entryPointsOf([hidden]))).toEqual(['HTTP:80 /*']);
    const beside = sampleListener(80, [{ paths: ['/api/*'] }], { last: toBoth });
    expect(entryPointsOf([beside])).toEqual({ 'HTTP:80 /api/*': '/api/x', 'HTTP:80 (default)': '/' });
  });

  it('finds no colours in a stack that does not name them', () => {
    const { traffic, urls } = sampleTraffic(sampleListener(80, [{ paths: ['/*'], action: elsewhere }]));
    const untold = { ...traffic, groups: { blue: undefined, green: undefined } };
    expect(findEntryPoints(untold, urls).entryPoints).toHaveLength(1);
  });

  it('tells listeners of several load balancers apart, and names each rule once', () => {
    const { traffic, urls } = sampleTraffic(
      sampleListener(80, [{ paths: ['/a', '/b'] }]),
      sampleListener(80, [], { balancer: 'internal', last: toBoth }),
    );
    const { entryPoints, rules } = findEntryPoints(traffic, urls);
    expect(entryPoints.map(({ name }) => name)).toEqual([
      'shop HTTP:80 /a',
      'shop HTTP:80 /b',
      'internal HTTP:80 (default)',
    ]);
    expect([...rules.values()]).toEqual(['shop HTTP:80 /a, /b', 'internal HTTP:80 (default)']);
  });
});

describe("testers' ways to green", () => {
  const users = sampleListener(80, [{ paths: ['/*'] }]);

  it('through a listener named as theirs are no entry point', () => {
    const testers = sampleListener(9001, [], { last: toGreen });
    expect(Object.keys(entryPointsOf([users, testers]))).toEqual(['HTTP:80 /*', 'HTTP:9001 (default)']);
    expect(Object.keys(entryPointsOf([users, testers], ['Listener9001']))).toEqual(['HTTP:80 /*']);
    expect(Object.keys(entryPointsOf([users, testers], ['Other', testers.arn]))).toEqual(['HTTP:80 /*']);
    expect(Object.keys(entryPointsOf([users, testers], ['Listener80']))).toEqual(['HTTP:80 /*', 'HTTP:9001 (default)']);
  });

  it('through a host that never leads to blue are no entry point', () => {
    const hosts = (host: string) =>
      only({ priority: 5, hosts: [host], action: toGreen }, { hosts: ['shop.example.com'] });
    expect(Object.keys(hosts('test.example.com'))).toEqual(['HTTP:80 shop.example.com']);
    expect(Object.keys(hosts('*'))).toEqual(['HTTP:80 *']);
  });
});

function query(Key: string, Value: string) {
  return { Field: 'query-string', QueryStringConfig: { Values: [{ Key, Value }] } };
}

function header(HttpHeaderName: string, value: string) {
  return { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName, Values: [value] } };
}

function method(name: string) {
  return { Field: 'http-request-method', HttpRequestMethodConfig: { Values: [name] } };
}

function from(range: string) {
  return { Field: 'source-ip', SourceIpConfig: { Values: [range] } };
}

function regex(expression: string) {
  return { Field: 'path-pattern', PathPatternConfig: { RegexValues: [expression] } };
}

describe('users who are kept on blue', () => {
  const listener = sampleListener(80, [
    { paths: ['/old/*'], action: toBlue, logicalId: 'OldRule' },
    { paths: ['/api/*'], logicalId: 'ApiRule' },
    { paths: ['/*'], logicalId: 'Rule' },
  ]);
  const kindsWith = (parameters: Readonly<Record<string, string>>) => {
    const { traffic, urls } = sampleTraffic(listener);
    const { entryPoints, keptRules } = findEntryPoints(traffic, urls, readTold(parameters));
    return { kinds: entryPoints.map(({ kind }) => kind), keptRules: keptRules.size };
  };

  it('use rules to blue alone, where the operator says Keep', () => {
    expect(kindsWith({})).toEqual({ kinds: ['service', 'service', 'service'], keptRules: 0 });
    expect(kindsWith({ 'EcsCanary.RulesOnBlue': 'keep' })).toEqual({
      kinds: ['kept', 'service', 'service'],
      keptRules: 1,
    });
  });

  it('also use splitting rules that are not shifted', () => {
    const parameters = { 'EcsCanary.RulesOnBlue': 'Keep', 'EcsCanary.Parts': 'ListenerRule=Rule' };
    expect(kindsWith(parameters)).toEqual({ kinds: ['kept', 'kept', 'service'], keptRules: 2 });
  });
});
